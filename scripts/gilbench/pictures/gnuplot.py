"""Pictures: the tables that gnuplot reads, and the run of gnuplot that draws them.

A table is a `#` header and one block per series of the picture, two blank lines apart; `?` is a
missing value. A page (page.py) says what of it is drawn where, and program.py tells gnuplot.

gnuplot runs in a folder of its own under fixed names, because it treats a file name that begins
with `|` or `<` as a command; texts reach it as data only, never as part of a program. Its
environment is empty except for what it needs, because variables such as GNUTERM or GDFONTPATH
change what it draws. Whatever it complains about is an error: it ends with status 0 even when it
leaves out text for want of a font.
"""

import contextlib
import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import Callable

from gilbench import command
from gilbench.command import ToolError
from gilbench.pictures import program, svg
from gilbench.pictures.page import Heading

FORMATS = ("svg", "png")    # that are drawn unless others are asked for
START = "start.gp"
ENDS = {"png": b"IEND\xaeB`\x82", "svg": b"</svg>", "pdf": b"%%EOF"}
TIME_LIMIT = 300    # seconds for one run of gnuplot
HIGHEST = 30000     # pixels of a picture; libraries that draw PNG end at 32767
LONGEST_NAME = 80   # characters of a kernel in a file name
INTERVAL = ("lo and hi: the 95 % interval of the median (below 6 samples: the range); "
            "? = missing")
COLUMNS = f"columns: workers median lo hi n; {INTERVAL}"


@dataclass
class Picture:
    """A picture before it is drawn.

    `stem`, `group` and, where the file has several, `kernel` make its file name.
    `blocks` are pairs of a title and lines of numbers. `layout` makes the Page, below a Heading.
    """

    stem: str
    heading: Heading
    header: tuple
    blocks: list
    layout: Callable
    columns: str = COLUMNS
    group: str = ""
    kernel: str = ""

    @property
    def table(self):
        """The content of the table."""
        text = "".join(f"# {line}\n" for line in (*self.header, self.columns))
        return text + "".join(f"\n\n# {title}\n" + "".join(f"{line}\n" for line in lines)
                              for title, lines in self.blocks)

    @cached_property
    def page(self):
        return self.layout(self.heading)


def file_name(text):
    """A text as a part of a file name."""
    return re.sub(r"[^\w.=+]+", "-", text)[:LONGEST_NAME]


def named(pictures):
    """{name: picture}; different pictures of a file get different names."""
    found = {}
    for picture in pictures:
        ending = file_name(picture.kernel)
        name = picture.stem + picture.group + (f"-{ending}" if ending else "")
        if name.lower() in map(str.lower, found) or len(picture.kernel) > LONGEST_NAME:
            name += "-" + hashlib.sha256(picture.kernel.encode()).hexdigest()[:8]
        found[name] = picture
    return found


def draw_all(pictures, folder, where, lacking=(), formats=FORMATS):
    """Draw {name: picture} into a folder, and print what was written.

    At the end, a ToolError about `where` names what could not be drawn: the texts in `lacking`, and
    pictures that would be too high.
    """
    high = {name: f"{name}: {round(picture.page.height)} pixels high, at most {HIGHEST} can be "
            "drawn" for name, picture in pictures.items() if picture.page.height > HIGHEST}
    with command.whole_files(folder) as unfinished:
        for name, picture in pictures.items():
            if name not in high:
                draw(picture, name, unfinished, formats)
    if lacking or high:
        raise ToolError(where, f"no picture of {'; '.join([*lacking, *high.values()])}")


def number(value):
    return "?" if value is None else f"{value:.6g}"


def numbers(*values):
    """The values of one line in a table."""
    return " ".join(map(number, values))


def point(workers, summary):
    """A line in a table: a number of workers and a Summary."""
    return numbers(workers, *(summary or (None, None, None, 0)))


def draw(picture, name, folder, formats=FORMATS):
    """Write the table and draw it in each format, under a name in a folder."""
    path = os.path.join(folder, name + ".dat")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(picture.table)
        page = picture.page
        with workplace(folder, name + ".dat", page) as place:
            write(place, START, program.start(formats, page))
            run(place, name)
            for one in formats:
                target = os.path.join(place, f"{program.PICTURE}.{one}")
                check(target, page, f"{name}.{one}")
                os.replace(target, os.path.join(folder, f"{name}.{one}"))
    except OSError as error:
        raise ToolError(name, error.strerror) from error


@contextlib.contextmanager
def workplace(folder, table, page):
    """A subfolder in which the program, its texts and the table lie under fixed names.

    Whoever gives the folder removes what is left of it after a failure.
    """
    place = os.path.join(folder, "gnuplot")
    os.makedirs(place)
    write(place, program.PAGE, program.page_program(page))
    write(place, program.TEXTS, program.texts_file(page))
    os.symlink(os.path.join(os.pardir, table), os.path.join(place, program.TABLE))
    yield place
    for left in os.listdir(place):
        os.remove(os.path.join(place, left))
    os.rmdir(place)


def write(place, name, text):
    with open(os.path.join(place, name), "w", encoding="utf-8") as file:
        file.write(text)


def run(place, name):
    """Let gnuplot draw all formats; a ToolError if it fails or complains."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8",
                   "HOME": os.path.abspath(place)}
    try:
        done = subprocess.run(["gnuplot", "-d", START], capture_output=True, encoding="utf-8",
                              errors="replace", stdin=subprocess.DEVNULL, check=False, cwd=place,
                              env=environment, timeout=TIME_LIMIT)
    except FileNotFoundError as error:
        raise ToolError("gnuplot", "not found; install it with: apt-get install gnuplot-nox") \
            from error
    except subprocess.TimeoutExpired as error:
        raise ToolError("gnuplot", f"{name} took more than {TIME_LIMIT} s") from error
    said = [line.strip() for line in done.stderr.splitlines() if line.strip(" ^\t")]
    if done.returncode != 0:
        raise ToolError("gnuplot", f"{name}: it ended with status {done.returncode}: "
                        f"{said[-1] if said else 'no message'}")
    if said:
        raise ToolError("gnuplot", f"{name}: the picture may be incomplete: {said[0]}")


def check(path, page, name):
    """Check that a picture is complete: gnuplot does not notice a full disk."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        content = b""
    if not content.rstrip().endswith(ENDS[path.rsplit(".", 1)[1]]):
        raise ToolError(name, "gnuplot wrote only a part; is the disk full?")
    if path.endswith(".svg"):
        mend(path, content.decode(errors="replace"), page, name)


def mend(path, content, page, name):
    """Check that an SVG picture has all its texts, and mend what gnuplot cannot be told."""
    found = svg.texts(content, name)
    for text in page.all_texts():
        if svg.plain(program.shown(text)) not in found:
            raise ToolError(name, f"gnuplot left out the text '{text}'")
    with open(path, "w", encoding="utf-8") as file:
        file.write(svg.mended(content, program.shown(page.title)))
