"""Print result files as tables: one for each file, experiment and kernel.

A table has a row for each mode and lock, and a column for each number of workers.
"""

from gilbench import command, reader
from gilbench.command import ToolError
from gilbench.formats import FORMATS
from gilbench.series import natural
from gilbench.views import known, view_of

NAME = "table"


def tables(result):
    """Yield the Tables of all experiments of a file, then raise what was wrong with one of them."""
    if not result.experiments:
        raise ToolError(result.path, f"no rows of {', '.join(known())}; {result.found()}")
    hopeless = []
    for name in result.experiments:
        try:
            yield from view_of(name).tables(result)
        except ToolError as error:
            hopeless.append(error)
    if hopeless:
        raise hopeless[0]


def not_shown(result):
    """The experiments that nothing is known of, neither by a view nor by the file."""
    others = {row.experiment for row in result.rows} - set(result.experiments)
    return sorted(others, key=natural)


class Printer:
    """Prints files in one format."""

    def __init__(self, formatter):
        self.formatter = formatter
        self.closings = []

    def show(self, path):
        """Print one file."""
        result = reader.read(path)
        try:
            for table in tables(result):
                print(self.formatter.table(result.shown_path, table))
        finally:
            if result.experiments and not_shown(result):
                self.note(f"not shown: rows of {', '.join(not_shown(result))}\n")
        for name in result.experiments:
            if view_of(name).closing not in self.closings:
                self.closings.append(view_of(name).closing)

    def close(self):
        for closing in filter(None, self.closings):
            self.note(closing)
        if self.formatter.tail:
            print(self.formatter.tail)

    def note(self, text):
        shown = self.formatter.note(text)
        if shown:
            print(shown, end="")


def main(arguments):
    """Run the command; returns its exit status."""
    parser = command.parser(NAME, "Print result files as tables.",
                            "scripts/table results/laptop/times.json")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="how to print; csv has the numbers as measured; default: text")
    parser.add_argument("files", nargs="+", metavar="FILE",
                        help="a result file: the JSON that gilbench --out=FILE writes")
    options = parser.parse_args(arguments)
    printer = Printer(FORMATS[options.format])
    if printer.formatter.head:
        print(printer.formatter.head)
    status = command.for_each(NAME, options.files, printer.show)
    printer.close()
    return status
