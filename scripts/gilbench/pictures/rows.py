"""Lines below each other, with a dot or a bar each in one or several panels, and their numbers."""

from typing import NamedTuple

from gilbench.pictures.axis import Axis
from gilbench.pictures.layout import GAP, SMALL, label, page_for
from gilbench.pictures.page import (BLACK, EDGE, GREY, LABEL, NOTE, SHADE, WIDTH, Area, Bar, Panel,
                                    Points, Stroke, Text)
from gilbench.pictures.styles import SOLID
from gilbench.pictures.text import fitted, width

LEAST, MOST = 26, 46    # height of a line
BETWEEN = 0.6           # of a line, between two clusters
BELOW = 78              # for the numbers of the axis and its label
ABOVE = 38              # for the title of a panel
SHARE = 0.38            # of the page for the names at most
PALE, FULL = 0.2, 0.65  # how dense bars are
BAR = 0.38              # half the height of a bar, of a line
VALUE, LO, HI = 2, 3, 4     # columns of the table
BAND = 0xD4E6D4


class Spot(NamedTuple):
    """What a line shows in a panel: one line of a block of the table.

    A `pale` bar is less dense. `band` are the ends of a shaded part of the line. `bare` if the
    table has no interval.
    """

    style: object
    block: int
    index: int
    pale: bool = False
    band: tuple = None
    bare: bool = False


class Line(NamedTuple):
    """`name` tells a line from others of its cluster, `texts` are its numbers.

    `spots` has a Spot for each panel, None where there is nothing to show.
    """

    name: str
    texts: tuple
    spots: tuple


class Cluster(NamedTuple):
    """Lines with a name in common; `ink` is its colour."""

    name: str
    lines: list
    ink: int = BLACK


class Shape(NamedTuple):
    """How a panel shows lines: dots, or bars that begin at `start`.

    `title` stands above it; `middle` is a value with a line through all lines.
    """

    axis: object
    start: float = None
    title: str = ""
    middle: float = None


class Places(NamedTuple):
    """Where things are: the ends of the panels and of the names, in pixels."""

    top: float
    bottom: float
    left: float
    right: float
    size: float
    inner: float    # the room for the names of lines
    columns: tuple  # the right ends of their numbers


def page(heading, notes, clusters, shapes, heads=(), named=""):
    """The Page of all clusters, as high as they need.

    `heads` stand above the numbers, `named` above the names of the lines.
    """
    units = sum(len(one.lines) + BETWEEN for one in clusters)
    above = ABOVE if heads or named or any(shape.title for shape in shapes) else 8
    found = page_for(heading, notes, units * LEAST + BELOW + above, units * MOST + BELOW + above)
    top = found.ceiling - above
    high = min(MOST, (top - found.floor - BELOW) / units)
    size = min(NOTE, max(SMALL, high * 0.62))
    places = places_of(clusters, heads, (top, top - high * units, size))
    panels = list(panels_of(found, shapes, places, units))
    for text, right in (*zip(heads, places.columns), (named, places.left - 14)):
        if text:
            found.texts.append(Text(right, top + 18, text, places.size, GREY, "right"))
    height = units
    for number, cluster in enumerate(clusters):
        after = height - len(cluster.lines) - BETWEEN
        for column, (panel, shape) in enumerate(zip(panels, shapes)):
            if number % 2:
                panel.areas.insert(0, Area(None, None, after, height, SHADE))
            for row, line in enumerate(cluster.lines):
                if line.spots[column]:
                    draw(panel, line.spots[column], height - BETWEEN / 2 - row - 0.5, shape)
        write(found, panels[0], cluster, (height - BETWEEN / 2, places))
        height = after
    return found


def places_of(clusters, heads, known):
    """The Places, as the names and numbers need them."""
    top, bottom, size = known
    lines = [line for one in clusters for line in one.lines]
    inner = max(width(line.name, size) for line in lines)
    outer = max(width(one.name, size, True) for one in clusters)
    columns, end = [], WIDTH - EDGE
    for texts in reversed([*zip(*(line.texts for line in lines), heads or lines[0].texts)]):
        columns.insert(0, end)
        end -= max(width(text, size) for text in texts) + 20
    left = EDGE + min(outer + inner + 40, SHARE * WIDTH)
    return Places(top, bottom, left, end, size, min(inner, SHARE * WIDTH / 2), tuple(columns))


def panels_of(target, shapes, places, units):
    """The Panels, side by side."""
    wide = (places.right - places.left - GAP * (len(shapes) - 1)) / len(shapes)
    for place, shape in enumerate(shapes):
        left = places.left + place * (wide + GAP)
        panel = Panel(left, left + wide, places.bottom, places.top, shape.axis,
                      Axis(0, units, 0, ()), grid="x", border=1)
        if shape.middle is not None:
            panel.strokes.append(Stroke(shape.middle, 0, shape.middle, units, GREY, SOLID, 1.5))
        if shape.title:
            target.texts.append(Text((panel.left + panel.right) / 2, places.top + 18,
                                     fitted(shape.title, LABEL, wide, True), LABEL, BLACK,
                                     "center", True))
        target.panels.append(panel)
        label(target, panel, places.size)
        yield panel


def write(target, panel, cluster, where):
    """The texts of a cluster."""
    top, places = where
    size = places.size
    first = panel.place(panel.x.low, top - 0.5)[1]
    room = places.left - EDGE - places.inner - 36
    target.texts.append(Text(EDGE, first, fitted(cluster.name, size, room, True), size,
                             cluster.ink, bold=True))
    for row, line in enumerate(cluster.lines):
        height = panel.place(panel.x.low, top - row - 0.5)[1]
        if line.name:
            name = fitted(line.name, size, places.inner)
            target.texts.append(Text(places.left - 14, height, name, size, GREY, "right"))
        target.texts += [Text(right, height, text, size, BLACK, "right")
                         for text, right in zip(line.texts, places.columns) if text]


def draw(panel, spot, height, shape):
    """Put a dot or a bar into the panel."""
    if spot.band:
        panel.areas.append(Area(*spot.band, height - 0.5, height + 0.5, BAND))
    lo, hi = (0, 0) if spot.bare else (LO, HI)
    if shape.start is None:
        panel.content.append(Points(spot.block, VALUE, height, spot.style, lo, hi, "x",
                                    line=False, only=spot.index))
        return
    panel.content.append(Bar(spot.block, spot.index, VALUE, shape.start, height, BAR,
                             spot.style, PALE if spot.pale else FULL))
    if lo:
        panel.content.append(Points(spot.block, VALUE, height, spot.style._replace(colour=BLACK),
                                    lo, hi, "x", line=False, only=spot.index, size=0))
