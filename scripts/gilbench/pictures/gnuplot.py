"""Pictures: the tables that gnuplot reads, and the run of gnuplot that draws them.

A table is a `#` header and one block per series of the picture, two blank lines apart; `?` is a
missing value. Every program is drawn twice, as SVG and as PNG.

gnuplot runs in a folder of its own under fixed names, because it treats a file name that begins
with `|` or `<` as a command; texts reach it as arguments only, never as part of a program. Its
environment is empty except for what it needs, because variables such as GNUTERM or GDFONTPATH
change what it draws. Whatever it complains about is an error: it ends with status 0 even when it
leaves out text for want of a font.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import xml.etree.ElementTree
from dataclasses import dataclass

from gilbench.command import ToolError

SCRIPTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.join(SCRIPTS, "gnuplot")
TABLE = "table.dat"
PICTURES = {".png": "picture.png", ".svg": "picture.svg"}
PNG_END = b"IEND\xaeB`\x82"
TIME_LIMIT = 300    # seconds for one run of gnuplot
LONGEST_NAME = 80   # characters of a kernel in a file name
COLUMNS = ("columns: workers median lo hi n; lo and hi: the 95 % interval of the median (below 6 "
           "samples: the range); ? = missing")


@dataclass
class Picture:
    """A picture before it is drawn.

    `stem`, `group` and, where the file has several, `kernel` make its file name.
    `blocks` are pairs of a title and lines of numbers. `texts` must occur in the picture.
    """

    program: str
    stem: str
    header: tuple
    blocks: list
    arguments: tuple
    texts: tuple = ()
    columns: str = COLUMNS
    group: str = ""
    kernel: str = ""

    @property
    def table(self):
        """The content of the table."""
        text = "".join(f"# {line}\n" for line in (*self.header, self.columns))
        return text + "".join(f"\n\n# {title}\n" + "".join(f"{line}\n" for line in lines)
                              for title, lines in self.blocks)


def file_names(pictures):
    """A name for each picture; different pictures of a file get different names."""
    found = {}
    for picture in pictures:
        ending = re.sub(r"[^\w.=+]+", "-", picture.kernel)[:LONGEST_NAME]
        name = picture.stem + picture.group + (f"-{ending}" if ending else "")
        if name.lower() in map(str.lower, found) or len(picture.kernel) > LONGEST_NAME:
            name += "-" + hashlib.sha256(picture.kernel.encode()).hexdigest()[:8]
        found[name] = picture
    return list(found)


def number(value):
    return "?" if value is None else f"{value:.6g}"


def point(workers, summary):
    """The values of one line in a table."""
    if summary is None:
        return f"{workers} ? ? ? 0"
    return " ".join(map(number, (workers, *summary)))


def words(texts):
    """Texts as one string that gnuplot's word() takes apart again."""
    return " ".join('"' + shown(text) + '"' for text in texts)


def shown(text):
    """A text as the pictures show it: without the quotes that would end a word."""
    return without_end(str(text).replace('"', "'"))


def without_end(text):
    """A text without the mark that ends a CDATA section, in which gnuplot puts SVG texts."""
    return text.replace("]]>", "]] >")


def draw(picture, name, folder):
    """Write the table and draw it as SVG and PNG, under a name in a folder."""
    path = os.path.join(folder, name + ".dat")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(picture.table)
        with workplace(folder, name + ".dat") as place:
            for end, target in PICTURES.items():
                run(place, picture, target)
                check(os.path.join(place, target), picture, name + end)
                os.replace(os.path.join(place, target), os.path.join(folder, name + end))
    except OSError as error:
        raise ToolError(name, error.strerror) from error


@contextlib.contextmanager
def workplace(folder, table):
    """A subfolder in which the programs and the table lie under fixed names.

    Whoever gives the folder removes what is left of it after a failure.
    """
    place = os.path.join(folder, "gnuplot")
    os.makedirs(place)
    for program in os.listdir(PROGRAMS):
        os.symlink(os.path.join(PROGRAMS, program), os.path.join(place, program))
    os.symlink(os.path.join(os.pardir, table), os.path.join(place, TABLE))
    yield place
    for left in os.listdir(place):
        os.remove(os.path.join(place, left))
    os.rmdir(place)


def run(place, picture, target):
    """Let gnuplot draw one file; a ToolError if it fails or complains."""
    command = ["gnuplot", "-d", "-c", picture.program, TABLE, target,
               *(without_end(str(argument)) for argument in picture.arguments)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8",
                   "HOME": os.path.abspath(place)}
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace",
                              stdin=subprocess.DEVNULL, check=False, cwd=place, env=environment,
                              timeout=TIME_LIMIT)
    except FileNotFoundError as error:
        raise ToolError("gnuplot", "not found; install it with: apt-get install gnuplot-nox") \
            from error
    except subprocess.TimeoutExpired as error:
        raise ToolError("gnuplot", f"{picture.program} took more than {TIME_LIMIT} s") from error
    said = [line.strip() for line in done.stderr.splitlines() if line.strip(" ^\t")]
    if done.returncode != 0:
        raise ToolError("gnuplot", f"{picture.program} ended with status {done.returncode}: "
                        f"{said[-1] if said else 'no message'}")
    if said:
        raise ToolError("gnuplot", f"{picture.program}: the picture may be incomplete: {said[0]}")


def check(path, picture, name):
    """Check that a picture is complete: gnuplot does not notice a full disk."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        content = b""
    if path.endswith(".png"):
        complete = content.endswith(PNG_END)
    else:
        complete = content.rstrip().endswith(b"</svg>")
    if not complete:
        raise ToolError(name, "gnuplot wrote only a part; is the disk full?")
    if path.endswith(".svg"):
        check_texts(content, picture, name)


def check_texts(content, picture, name):
    """Check that an SVG picture is well-formed and has all its texts."""
    try:
        root = xml.etree.ElementTree.fromstring(content)
    except xml.etree.ElementTree.ParseError as error:
        raise ToolError(name, f"gnuplot wrote a picture that is not well-formed: {error}") \
            from error
    found = plain(shown("".join(root.itertext())))
    for text in picture.texts:
        if plain(shown(text)) not in found:
            raise ToolError(name, f"gnuplot left out the text '{text}'")


def plain(text):
    """A text without spaces and line ends, which gnuplot places as it likes."""
    return "".join(text.split())
