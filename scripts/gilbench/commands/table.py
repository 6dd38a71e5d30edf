"""Print result files: the verdict of the run, the answer in words, and tables.

There is a table for each experiment and kernel of a file, with a row for each mode and lock, and a
column for each number of workers. Without a FILE the newest result is shown.
"""

from gilbench import command, latest, reader
from gilbench.command import ToolError
from gilbench.formats import FORMATS
from gilbench.parts import machine, noise, verdict
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
    """Prints files in one format."""

    def __init__(self, formatter):
        self.formatter = formatter

    def show(self, path):
        """Print one file."""
        result = reader.read(path)
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

    def close(self):
        if self.formatter.tail:
            print(self.formatter.tail)

    def note(self, text):
        self.write(self.formatter.note(text))

    @staticmethod
    def write(text):
        print(text, end="")


def main(arguments):
    """Run the command; returns its exit status."""
    parser = command.parser(
        NAME, "Print result files: verdict, answer in words, tables. The lines are as wide as the "
        "terminal, or as\nCOLUMNS in the environment says; outside a terminal 80 characters.",
        "scripts/table results/laptop/latest/times.json")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="how to print; csv has the numbers as measured; default: text")
    parser.add_argument("files", nargs="*", metavar="FILE",
                        help=latest.HELP)
    options = parser.parse_args(arguments)
    printer = Printer(FORMATS[options.format])
    if printer.formatter.head:
        print(printer.formatter.head)
    status = command.for_each(NAME, latest.given_or_latest(options.files), printer.show)
    printer.close()
    return status
