"""A page: panels, lines and texts at places that are known before gnuplot draws them.

Places are in pixels of a picture 1600 wide, from its lower left corner; in the file they are what
they are in any format. Within a panel, content has the coordinates of the panel's axes.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from gilbench.pictures.text import cut, width, wrapped

WIDTH, HEIGHT = 1600, 1000
EDGE = 30           # free at the left and right
TITLE, SUBTITLE, LABEL, NOTE = 36, 24, 24, 22      # sizes of text
BLACK, GREY, PALE, SHADE = 0x000000, 0x505050, 0xDCDCDC, 0xF2F2F2
VERDICTS = {"ok": 0x006B3C, "doubtful": 0xA85400, "disturbed": 0xC00000}


class Heading(NamedTuple):
    """What stands above the panels; `reason` tells why the verdict is not ok."""

    title: str
    subtitle: str = ""
    verdict: str = ""
    reason: str = ""


class Text(NamedTuple):
    """A line of text, vertically centred on its place; `angle` is 0 or 90."""

    x: float
    y: float
    text: str
    size: float = LABEL
    colour: int = BLACK
    align: str = "left"
    bold: bool = False
    angle: int = 0

    @property
    def width(self):
        return width(self.text, self.size, self.bold)


class Stroke(NamedTuple):
    """A straight line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: int = GREY
    dash: int = 1
    thick: float = 1.5


class Area(NamedTuple):
    """A filled rectangle in a panel, in parts of it where a value is None."""

    x1: float
    x2: float
    y1: float = None
    y2: float = None
    colour: int = SHADE


class Points(NamedTuple):
    """A block of the table as points or a curve.

    x and y are columns (int), or a constant place of the axis (float). `lo` and `hi` are the
    columns of the interval, along y unless `along` says x. `line` draws a curve, `marks` is the
    column that has y where the curve has a marker (default: everywhere). `only` is the one line of
    the block that is drawn.
    """

    block: int
    x: object
    y: object
    style: object
    lo: int = 0
    hi: int = 0
    along: str = "y"
    line: bool = True
    marks: int = 0
    only: int = None
    shift: float = 0.0      # along x, as a part of the axis
    size: float = 9         # radius of a marker


class Bar(NamedTuple):
    """A horizontal bar from `start` to a column's value of one line of a block."""

    block: int
    only: int
    column: int
    start: float
    y: float
    half: float
    style: object   # its colour, and the dash of its border
    solid: float    # how dense its fill is, 0 to 1


@dataclass
class Panel:
    """A pair of axes at a place of the page, and what it shows."""

    left: float
    right: float
    bottom: float
    top: float
    x: object
    y: object
    areas: list = field(default_factory=list)
    strokes: list = field(default_factory=list)
    content: list = field(default_factory=list)
    grid: str = "xy"
    border: int = 3     # as gnuplot counts: 1 bottom, 2 left

    def place(self, x, y):
        """The pixels of a point."""
        return (self.left + self.x.part(x) * (self.right - self.left),
                self.bottom + self.y.part(y) * (self.top - self.bottom))


@dataclass
class Page:
    """What is drawn. `floor` and `ceiling` enclose what the heading leaves for panels."""

    height: float = HEIGHT
    title: str = ""
    panels: list = field(default_factory=list)
    texts: list = field(default_factory=list)
    strokes: list = field(default_factory=list)
    markers: list = field(default_factory=list)     # (x, y, Style)
    ceiling: float = HEIGHT
    floor: float = 24

    def head(self, heading):
        """Set the heading; returns the page."""
        self.title = heading.title
        room = WIDTH - 2 * EDGE
        y = self.height - 42
        for line in wrapped(heading.title, TITLE, room, 3, bold=True):
            self.texts.append(Text(EDGE, y, line, TITLE, bold=True))
            y -= 46
        verdict = f"verdict: {heading.verdict}" if heading.verdict else ""
        colour = VERDICTS.get(heading.verdict, GREY)
        known = Text(WIDTH - EDGE, y, verdict, SUBTITLE, colour, "right", bold=True)
        room -= known.width + 30 if verdict else 0
        for line in wrapped(heading.subtitle, SUBTITLE, room, 3):
            self.texts.append(Text(EDGE, y, line, SUBTITLE, GREY))
            y -= 34
        if verdict:
            self.texts.append(known)
        if heading.reason:
            for line in wrapped(heading.reason, SUBTITLE, WIDTH - 2 * EDGE, 2):
                self.texts.append(Text(EDGE, y, line, SUBTITLE, colour))
                y -= 34
        self.ceiling = y
        return self

    def note(self, text):
        """A line at the lower edge."""
        line = text if width(text, NOTE) <= WIDTH - 2 * EDGE else \
            cut(text, NOTE, WIDTH - 2 * EDGE)
        self.texts.append(Text(EDGE, self.floor + 8, line, NOTE, GREY))
        self.floor += 36

    def all_texts(self):
        return [text.text for text in self.texts]
