"""Print result files: the verdict of the run, the answer in words, and tables.

There is a table for each experiment and kernel of a file, with a row for each mode and lock, and a
column for each number of workers. Without a FILE the newest result is shown.
"""

import functools

from gilbench import command, latest, reader
from gilbench.formats import FORMATS
from gilbench.printer import Printer

NAME = "table"


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
    formatter = FORMATS[options.format]
    printer = Printer(formatter, functools.partial(print, end=""))
    if formatter.head:
        print(formatter.head)
    status = command.for_each(NAME, latest.given_or_latest(options.files),
                              lambda path: printer.show(reader.read(path)))
    if formatter.tail:
        print(formatter.tail)
    return status
