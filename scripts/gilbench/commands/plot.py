"""Draw result files as SVG and PNG, with the tables that the pictures are drawn from."""

import os

from gilbench import command, reader
from gilbench.command import ToolError
from gilbench.pictures import gnuplot
from gilbench.views import view_of

NAME = "plot"


class Drawing:
    """The pictures of one file, planned and named before they are drawn."""

    def __init__(self, path, out):
        result = reader.read(path)
        self.path = path
        self.folder = out or command.folder_of(path)
        self.lacking = []
        pictures = []
        for found in planned(result):
            (self.lacking if isinstance(found, str) else pictures).append(found)
        if not pictures and not self.lacking:
            raise ToolError(path, f"no rows of an experiment that can be drawn; {result.found()}")
        self.pictures = dict(zip(gnuplot.file_names(pictures), pictures))

    @property
    def paths(self):
        """What the drawing will write, without the suffixes."""
        folder = os.path.realpath(self.folder)
        return {os.path.join(folder, name) for name in self.pictures}

    def draw(self):
        """Draw everything, and raise what could not be drawn."""
        with command.whole_files(self.folder) as unfinished:
            for name, picture in self.pictures.items():
                gnuplot.draw(picture, name, unfinished)
        if self.lacking:
            raise ToolError(self.path, f"no picture of {'; '.join(self.lacking)}")


def planned(result):
    """All Pictures of a result, with the kernel in their names where the file has several."""
    for name in result.experiments:
        rows = result.experiment(name)
        several = len({row.parts.get("kernel") for row in rows}) > 1
        for found in view_of(name).pictures(result):
            if not several and not isinstance(found, str):
                found.kernel = ""
            yield found


def clash(drawings):
    """The names of two files that would write the same picture, or None."""
    owners = {}
    for drawing in drawings:
        for path in drawing.paths:
            if owners.setdefault(path, drawing) is not drawing:
                return command.printable(f"{owners[path].path} and {drawing.path}")
    return None


def main(arguments):
    """Run the command; returns its exit status."""
    parser = command.parser(NAME, "Draw result files as pictures, in SVG and PNG.",
                            "scripts/plot --out=/tmp/pictures results/laptop/times.json")
    parser.add_argument("--out", metavar="FOLDER",
                        help="where to write; made if missing; default: the folder of the FILE")
    parser.add_argument("files", nargs="+", metavar="FILE",
                        help="a result file: the JSON that gilbench --out=FILE writes")
    options = parser.parse_args(arguments)
    drawings = []
    status = command.for_each(NAME, options.files,
                              lambda path: drawings.append(Drawing(path, options.out)))
    if both := clash(drawings):
        parser.error(f"{both} would write the same pictures into one folder; draw them one by "
                     "one, each with its own --out=FOLDER")
    return max(status, command.for_each(NAME, drawings, Drawing.draw))
