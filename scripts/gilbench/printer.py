"""Print a result file in one of the formats: verdict, answer, tables, and where it is from."""

from gilbench.command import ToolError
from gilbench.parts import machine, noise, verdict
from gilbench.series import natural
from gilbench.views import known, view_of


def tables(result):
    """Yield the Tables of all experiments of a file, then raise what was wrong with one of them."""
    if not result.experiments:
        raise ToolError(result.path, f"no rows of {', '.join(known())}; {result.found()}")
    hopeless = []
    for name in result.experiments:
        try:
            for table in view_of(name).tables(result):
                rows = [row for row in result.experiment(name)
                        if row.parts.get("kernel", "") == table.kernel or not table.kernel]
                table.notes.insert(0, noise.noise_line(rows))
                yield table
        except ToolError as error:
            hopeless.append(error)
    if hopeless:
        raise hopeless[0]


def not_shown(result):
    """The experiments that nothing is known of, neither by a view nor by the file."""
    others = {row.experiment for row in result.rows} - set(result.experiments)
    return sorted(others, key=natural)


class Printer:
    """Prints files in one format, by a function that writes a text."""

    def __init__(self, formatter, write):
        self.formatter = formatter
        self.write = write

    def show(self, result):
        """Print one file."""
        above = self.formatter.about(verdict.verdict_lines(result))
        try:
            for table in tables(result):
                self.write(above + self.formatter.table(result, table))
                above = ""
        finally:
            if not above:
                self.write(self.formatter.about(machine.about(result)))
            if result.experiments and not_shown(result):
                self.note(f"not shown: rows of {', '.join(not_shown(result))}\n")

    def note(self, text):
        self.write(self.formatter.note(text))
