"""Panels of curves, with their names at the ends of the lines in place of a key."""

from typing import NamedTuple

from gilbench.pictures.layout import boxes, columns_for, frame, page_for
from gilbench.pictures.page import BLACK, GREY, NOTE, Points, Stroke, Text
from gilbench.pictures.spread import spread
from gilbench.pictures.styles import DOTTED, mixed
from gilbench.pictures.text import fitted, width

BESIDE = 0.012      # how far curves are moved apart along x at most, as a part of the axis
SPREAD = 0.05       # of all of them together
REACH = 46          # from the panel to a name, with its marker
LARGEST = 0.46      # of a box for the names
ROOM = 1.25         # of the size of a name, from one to the next
AROUND = 100        # the height of the texts above and below a panel
LOWEST = 230        # the least height of a panel


class Curve(NamedTuple):
    """A block of the table as a curve; `points` are the (x, y) that it has.

    `marks`, `lo` and `hi` are columns as in page.Points; without `marks` every point has a marker.
    """

    name: str
    style: object
    block: int
    points: list
    lo: int = 0
    hi: int = 0
    marks: int = 0


class Guide(NamedTuple):
    """A thin line through points that are no measurement; its name, if any, stands at its end."""

    name: str
    points: list
    colour: int = GREY


class Plot(NamedTuple):
    """A panel before it has a place."""

    curves: list
    axes: tuple
    title: str = ""
    guides: tuple = ()
    areas: tuple = ()
    beside: bool = True     # whether curves that coincide are moved apart


def page(heading, notes, plots):
    """The Page with all panels, high enough for the names in each."""
    size = NOTE if len(plots) == 1 else 18
    most = max(len(plot.curves) + len(plot.guides) for plot in plots)
    rows = -(-len(plots) // columns_for(len(plots)))
    found = page_for(heading, notes, rows * (max(most * size * ROOM, LOWEST) + AROUND))
    for plot, box in zip(plots, boxes(found, len(plots))):
        draw(found, plot, box)
    return found


def draw(target, plot, box):
    """Put a panel with its curves and names on the page."""
    size = box.size
    names = [one.name for one in (*plot.curves, *plot.guides)]
    wide = max(width(name, size) for name in names) + REACH
    aside = min(wide, LARGEST * (box.right - box.left))
    panel = frame(target, box, plot.axes, plot.title, aside)
    panel.areas += plot.areas
    for guide in plot.guides:
        panel.strokes += [Stroke(*one, *other, guide.colour, DOTTED, 2)
                          for one, other in zip(guide.points, guide.points[1:])]
    apart = min(BESIDE, SPREAD / len(plot.curves)) if plot.beside else 0
    for place, curve in enumerate(plot.curves):
        shift = apart * (place - (len(plot.curves) - 1) / 2)
        panel.content.append(Points(curve.block, 1, 2, curve.style, curve.lo, curve.hi, line=True,
                                    marks=curve.marks, shift=shift, size=box.size * 0.4))
    write_names(target, panel, [one for one in (*plot.curves, *plot.guides) if one.name],
                (size, aside))


def write_names(target, panel, named, sizes):
    """The names beside the ends of the lines, moved apart where they would cover each other."""
    size, aside = sizes
    ends = [panel.place(*one.points[-1]) for one in named]
    heights = spread([y for _, y in ends], size * ROOM, panel.bottom + size / 2,
                     panel.top - size / 2)
    for one, (x, y), height in zip(named, ends, heights):
        style = getattr(one, "style", None)
        near = panel.right + 6
        colour = style.colour if style else one.colour
        target.strokes.append(Stroke(min(x + 6, near), y, near + 8, height, colour, 1, 0.8))
        if style:
            target.markers.append((panel.right + 22, height, style))
        target.texts.append(Text(panel.right + REACH - 8, height,
                                 fitted(one.name, size, aside - REACH + 8), size,
                                 style.ink if style else mixed(one.colour, BLACK, 0.3)))
