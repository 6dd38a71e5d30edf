"""Markdown to paste into an issue: verdict, answer and tables, as scripts/table prints them."""

from gilbench.command import ToolError
from gilbench.exports import Exported
from gilbench.formats import Markdown
from gilbench.printer import Printer


def export(results):
    """All files, one after the other."""
    texts, lost = [], []
    printer = Printer(Markdown, texts.append)
    for result in results:
        try:
            printer.show(result)
        except ToolError as error:      # of one experiment; the others have been printed
            printer.note(f"{error}\n")
            lost.append((result.path, error.reason))
    return Exported("".join(texts), tuple(lost))
