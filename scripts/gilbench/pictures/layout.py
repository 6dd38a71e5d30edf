"""Where panels lie on a page, and the texts of their axes."""

import math
from typing import NamedTuple

from gilbench.pictures.page import BLACK, EDGE, GREY, HEIGHT, LABEL, NOTE, WIDTH, Page, Panel, Text
from gilbench.pictures.text import fitted, width

GAP = 28            # between panels
SMALL = 18          # size of text in narrow panels
NARROW = 800        # a panel up to this width is narrow


class Box(NamedTuple):
    """A part of the page: a panel, and the texts around it."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def size(self):
        """The size of its texts."""
        return NOTE if self.right - self.left > NARROW else SMALL


def page_for(heading, notes, needed, useful=None):
    """A Page with its heading and notes, and so much height between them.

    It is as high as a slide, unless that is more than `useful`, or too little.
    """
    def made(height):
        page = Page(height=height).head(heading)
        for text in reversed(tuple(notes)):
            page.note(text)
        return page

    page = made(HEIGHT)
    room = page.ceiling - page.floor
    wanted = max(needed, min(room, useful or room))
    return page if wanted == room else made(HEIGHT + wanted - room)


def columns_for(count):
    """How many of so many panels stand side by side."""
    return next(columns for columns, most in ((1, 1), (2, 4), (3, 9), (4, count))
                if count <= most)


def boxes(page, count):
    """The Box of each of so many panels, from left to right and from top to bottom."""
    columns = columns_for(count)
    rows = -(-count // columns)
    wide = (WIDTH - 2 * EDGE - (columns - 1) * GAP) / columns
    high = (page.ceiling - page.floor - (rows - 1) * GAP) / rows
    for place in range(count):
        row, column = divmod(place, columns)
        left, top = EDGE + column * (wide + GAP), page.ceiling - row * (high + GAP)
        yield Box(left, left + wide, top - high, top)


def frame(page, box, axes, title="", aside=0):
    """A Panel in a box, with the texts of its axes; `aside` is left free on its right.

    `title` and the label of the y axis stand above it.
    """
    x, y = axes
    size = box.size
    top = box.top
    room = box.right - box.left - (width(y.label, size) + 20 if y.label else 0)
    head = Text(box.left, top - 14, fitted(title, LABEL, room, True), LABEL, BLACK, bold=True)
    if title:
        page.texts.append(head)
    if y.label:
        left = box.left + (head.width + 20 if title else 0)
        page.texts.append(Text(left, top - 14, y.label, size, GREY))
    if title or y.label:
        top -= 36
    left = box.left + max((width(text, size) for _, text in y.ticks), default=0) + 14
    bottom = box.bottom + (size * 1.5 if x.ticks else 0) + (size * 1.4 if x.label else 0)
    panel = Panel(left, box.right - aside, bottom, top, x, y)
    page.panels.append(panel)
    label(page, panel, size)
    return panel


def label(page, panel, size):
    """The numbers on both axes, those that have room, and the label of the x axis."""
    for text, place in spaced(panel.x, panel.left, panel.right, lambda one: width(one, size) + 14):
        page.texts.append(Text(place, panel.bottom - size * 0.9, text, size, BLACK, "center"))
    for text, place in spaced(panel.y, panel.bottom, panel.top, lambda one: size * 1.2):
        page.texts.append(Text(panel.left - 10, place, text, size, BLACK, "right"))
    if panel.x.label:
        page.texts.append(Text((panel.left + panel.right) / 2, panel.bottom - size * 2.3,
                               panel.x.label, size, GREY, "center"))


def spaced(axis, low, high, room):
    """Pairs of a tick's text and place, without those that would cover a more important one.

    Powers of 10 are the most important, then the ends. `room` tells how much of the axis a text
    needs.
    """
    ends = axis.ticks[:1] + axis.ticks[-1:]
    order = sorted(axis.ticks, key=lambda tick: (not is_power(tick[0]), tick not in ends))
    found = []
    for value, text in order:
        place, half = low + axis.part(value) * (high - low), room(text) / 2
        if all(abs(place - other) >= half + taken for _, other, taken in found):
            found.append((text, place, half))
    return [(text, place) for text, place, _ in found]


def is_power(value):
    """Whether a value is a power of 10."""
    return value > 0 and abs(math.log10(value) - round(math.log10(value))) < 1e-9
