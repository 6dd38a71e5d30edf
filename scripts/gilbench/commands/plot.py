"""Draw result files as pictures, with the tables that the pictures are drawn from.

Without a FILE the newest results are drawn.
"""

import argparse
import itertools
import os
import re

from gilbench import command, latest, reader
from gilbench.command import ToolError
from gilbench.pictures import gnuplot
from gilbench.pictures.program import TERMINALS
from gilbench.views import view_of

NAME = "plot"


class Drawing:
    """The pictures of one file, planned and named before they are drawn."""

    def __init__(self, path, options):
        result = reader.read(path)
        self.path = path
        self.machine = gnuplot.file_name(result.machine)
        self.prefix = ""    # of the names of all pictures
        self.folder = options.out or command.folder_of(path)
        self.formats = list(dict.fromkeys(options.format or gnuplot.FORMATS))
        self.lacking = []
        pictures = []
        for found in planned(chosen(result, options.rows) if options.rows else result):
            (self.lacking if isinstance(found, str) else pictures).append(found)
        if not pictures and not self.lacking:
            raise ToolError(path, f"no rows that can be drawn; {result.found()}")
        for picture in pictures:
            if options.title is not None:
                picture.heading = picture.heading._replace(title=command.printable(options.title))
        self.pictures = gnuplot.named(pictures)

    @property
    def named(self):
        """The pictures by the names under which they are drawn."""
        return {self.prefix + name: picture for name, picture in self.pictures.items()}

    @property
    def paths(self):
        """What the drawing will write, without the suffixes."""
        folder = os.path.realpath(self.folder)
        return [os.path.join(folder, name).lower() for name in self.named]

    def draw(self):
        """Draw everything, and raise what could not be drawn."""
        gnuplot.draw_all(self.named, self.folder, self.path, self.lacking, self.formats)


def planned(result):
    """All Pictures of a result, with the kernel in their names where the file has several."""
    for name in result.experiments:
        rows = result.experiment(name)
        several = len({row.parts.get("kernel") for row in rows}) > 1
        if not rows:
            continue
        for found in view_of(name).pictures(result):
            if not several and not isinstance(found, str):
                found.kernel = ""
            yield found


def chosen(result, pattern):
    """The Result with those rows only whose names match, and with what they are compared with.

    That are the rows of the same kernel with the fewest workers: of the sequential run, of the same
    series, and of the same runtime.
    """
    rows = [row for row in result.rows if pattern.search(row.name)]
    if not rows:
        names = ", ".join(row.name for row in result.rows[:2])
        raise ToolError(result.path, f"no row's name matches --rows={pattern.pattern}; names are "
                        f"such as {names}")
    bases = {key for row in rows for key in bases_of(row)}
    found = set(map(id, rows))
    kept = [row for row in result.rows if id(row) in found or base_key(row) in bases]
    return result._replace(rows=kept)


def bases_of(row):
    """The keys of the rows that a row may be compared with."""
    kernel = row.parts.get("kernel")
    least = view_of(row.experiment).least_workers
    for mode, lock, runtime in (("sequential", "", ""), row.series[:1] + row.series[2:4],
                                ("real", "", row.series.runtime)):
        yield row.experiment, kernel, mode, lock, runtime, least


def base_key(row):
    series = row.series
    return (row.experiment, row.parts.get("kernel"), series.mode, series.lock, series.runtime,
            row.workers)


def tell_apart(drawings):
    """Give different names to pictures of different files in one folder.

    Names that are alike begin with that of the file; if that is no help, as with folders of two
    machines, with that of the machine, or with both. Returns Drawings whose names are still alike;
    empty if there are none.
    """
    found = alike = owners_of_alike(drawings)
    for prefix in ("{stem}-", "{machine}-", "{machine}-{stem}-"):
        for drawing in itertools.chain(*alike):
            stem = os.path.splitext(os.path.basename(drawing.path))[0]
            drawing.prefix = prefix.format(stem=stem, machine=drawing.machine)
        found = owners_of_alike(drawings)
        if not found:
            break
    return next(iter(found), ())


def owners_of_alike(drawings):
    """The Drawings of each path that several would write."""
    owners = {}
    for drawing in drawings:
        for path in drawing.paths:
            owners.setdefault(path, []).append(drawing)
    return [some for some in owners.values() if len(some) > 1]


def regex(text):
    """The value of --rows."""
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"'{command.printable(text)}' is not a regular "
                                         f"expression: {error}") from error


def arguments_of(parser):
    """The options of the command line."""
    parser.add_argument("--out", metavar="FOLDER",
                        help="where to write; made if missing; default: the folder of the FILE")
    parser.add_argument("--rows", metavar="REGEX", type=regex,
                        help="draw only rows whose names match anywhere, and those that they are "
                        "compared with")
    parser.add_argument("--title", metavar="TEXT",
                        help="what stands above the pictures, in place of what was found")
    parser.add_argument("--format", choices=TERMINALS, action="append",
                        help="what to write; may be given several times; default: svg and png")
    parser.add_argument("files", nargs="*", metavar="FILE", help=latest.HELP)
    return parser


def main(arguments):
    """Run the command; returns its exit status."""
    parser = arguments_of(command.parser(
        NAME, "Draw result files as pictures.",
        "scripts/plot --out=/tmp/pictures --rows=lock:cpython results/laptop/latest/times.json"))
    options = parser.parse_args(arguments)
    drawings = []
    status = command.for_each(NAME, latest.given_or_latest(options.files),
                              lambda path: drawings.append(Drawing(path, options)))
    if both := tell_apart(drawings):
        names = command.printable(" and ".join(drawing.path for drawing in both))
        parser.error(f"{names} would write the same pictures into one folder; draw them one by "
                     "one, each with its own --out=FOLDER")
    return max(status, command.for_each(NAME, drawings, Drawing.draw))
