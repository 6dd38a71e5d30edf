"""What gnuplot is told: a page as a program, and the file with its texts.

The program has numbers only; texts reach gnuplot as data, so nothing in them is executed. It is the
same for all formats. These differ in how gnuplot takes sizes, which is what TERMINALS settle: a
marker, a line and a letter have the same size in each. The factors were measured in drawn pictures.
"""

from typing import NamedTuple

from gilbench.pictures.page import PALE, WIDTH
from gilbench.pictures.svg import FACE

TABLE, TEXTS, PAGE, PICTURE = "table.dat", "texts.dat", "page.gp", "picture"
DASHES = ("solid", "(8, 4)", "(2, 4)", "(8, 4, 2, 4)")    # of styles.SOLID and so on
INCH = 96.0     # pixels
TICK = 12       # pixels
CAP = 6         # pixels, half the width of the end of an interval


class Terminal(NamedTuple):
    """How gnuplot draws a format: what it calls one pixel of text, lines, markers and ticks."""

    name: str
    options: str
    em: float
    line: float
    point: float
    tick: float


TERMINALS = {
    "svg": Terminal("svg", 'size {0},{1} background "white"', 1, 1, 2.6 / 28, 1 / 21),
    "png": Terminal("pngcairo", "size {0},{1} dashlength 2", 0.75, 1, 1 / 3.05, 1 / 14),
    "pdf": Terminal("pdfcairo", "size {2:.4f}in,{3:.4f}in fontscale 1 dashlength 2", 0.5625,
                    1.25, 1 / 4.05, 1 / 14)}


def number(value):
    return f"{value:.10g}"


def colour(value):
    return f"rgb 0x{value:06X}"


def start(formats, page):
    """The program that draws the page in each format."""
    return "\n".join(drawing(ending, page) for ending in formats)


def drawing(ending, page):
    one = TERMINALS[ending]
    size = one.options.format(WIDTH, round(page.height), WIDTH / INCH, page.height / INCH)
    return "\n".join((
        f'face = "{FACE}"', f"em = {one.em}", f"line = {one.line}", f"point = {one.point:.5f}",
        f"tick = {one.tick:.5f}",
        f'set terminal {one.name} {size} font "{FACE},{28 * one.em:g}" noenhanced',
        f'set output "{PICTURE}.{ending}"', f'load "{PAGE}"', "set output", ""))


def page_program(page):
    """The program that draws the page, whatever the terminal is."""
    lines = ["set encoding utf8", 'set datafile missing "?"', "unset key", "set multiplot",
             f"set tics scale {TICK} * tick, {TICK // 2} * tick"]
    for panel in page.panels:
        lines += panel_program(panel, page)
    lines += overlay(page)
    lines += ["unset multiplot", "reset", ""]
    return "\n".join(lines)


def margins(left, right, bottom, top, page):
    for name, value in (("l", left / WIDTH), ("r", right / WIDTH), ("b", bottom / page.height),
                        ("t", top / page.height)):
        yield f"set {name}margin at screen {number(value)}"


def scale(name, axis):
    yield f"set logscale {name} {axis.base}" if axis.base else f"unset logscale {name}"
    yield f"set {name}range [{number(axis.low)}:{number(axis.high)}]"
    ticks = [f'"" {number(value)} 0' for value, _ in axis.ticks]
    ticks += [f'"" {number(value)} 1' for value in axis.minor]
    yield f"set {name}tics nomirror ({', '.join(ticks)})" if ticks else f"unset {name}tics"


def panel_program(panel, page):
    yield from margins(panel.left, panel.right, panel.bottom, panel.top, page)
    yield from ("unset arrow", "unset object", "unset grid")
    yield from scale("x", panel.x)
    yield from scale("y", panel.y)
    shown = [f"{name}tics" for name, axis in (("x", panel.x), ("y", panel.y))
             if name in panel.grid and axis.ticks]
    if shown:
        yield (f"set grid {' '.join(shown)} linetype 1 linewidth 1*line "
               f"linecolor {colour(PALE)} dashtype solid")
    yield f"set border {panel.border} linewidth 1.5*line linecolor {colour(0x505050)}"
    for area in panel.areas:
        yield f"set object rectangle from {corner(area.x1, area.y1, 0)} to " \
            f"{corner(area.x2, area.y2, 1)} behind fillstyle solid 1 noborder " \
            f"fillcolor {colour(area.colour)}"
    yield from map(arrow, panel.strokes)
    elements = [text for content in panel.content for text in drawn(content, panel)]
    yield "plot " + ", \\\n\t".join(elements or ["NaN"])


def corner(x, y, end):
    return ", ".join(f"first {number(value)}" if value is not None else f"graph {end}"
                     for value in (x, y))


def arrow(stroke):
    return (f"set arrow from {number(stroke.x1)}, {number(stroke.y1)} to {number(stroke.x2)}, "
            f"{number(stroke.y2)} nohead front linewidth {number(stroke.thick)}*line "
            f"dashtype {DASHES[stroke.dash - 1]} linecolor {colour(stroke.colour)}")


def drawn(content, panel):
    """The elements of a plot command for Points or a Bar."""
    source = f'"{TABLE}" index {content.block}'
    if content.only is not None:
        source += f" every ::{content.only}::{content.only}"
    return bar(content, source) if hasattr(content, "solid") else points(content, source, panel)


def bar(one, source):
    low, high = (number(value) for value in (one.y - one.half, one.y + one.half))
    start_at = number(one.start)
    tint, dash = colour(one.style.colour), DASHES[one.style.dash - 1]
    yield (f"{source} using ({start_at}):({number(one.y)}):({start_at}):{one.column}:({low}):"
           f"({high}) with boxxyerror linewidth 2*line dashtype {dash} linecolor {tint} "
           f"fillstyle solid {one.solid:g} border {tint}")


def points(one, source, panel):
    x, y = (column(value) for value in (one.x, one.y))
    if one.shift:
        x = f"(${one.x} * {number(panel.x.moved(1, one.shift))})" if panel.x.base else \
            f"(${one.x} + {number(panel.x.moved(0, one.shift))})"
    tint = colour(one.style.colour)
    if one.lo:
        start, length = f"${one.lo}", f"(${one.hi} - ${one.lo})"
        ends = f"({start}):{y}:({length}):(0)" if one.along == "x" else \
            f"{x}:({start}):(0):({length})"
        yield (f"{source} using {ends} with vectors heads size screen {number(CAP / WIDTH)}, 90 "
               f"linewidth 2*line dashtype solid linecolor {tint}")
    if one.line:
        yield (f"{source} using {x}:{y} with lines linewidth 3.5*line "
               f"dashtype {DASHES[one.style.dash - 1]} linecolor {tint}")
    if one.size:
        yield (f"{source} using {x}:{one.marks or y} with points pointtype {one.style.marker} "
               f"pointsize {number(one.size)}*point linewidth 2.5*line linecolor {tint}")


def column(value):
    return str(value) if isinstance(value, int) else f"({number(value)})"


def overlay(page):
    """The texts, lines and markers of the page, over all panels."""
    yield from margins(0, WIDTH, 0, page.height, page)
    yield from ("unset logscale", "unset tics", "unset border", "unset grid", "unset arrow",
                "unset object", f"set xrange [0:{WIDTH}]", f"set yrange [0:{number(page.height)}]")
    yield from map(arrow, page.strokes)
    elements = ["NaN"]
    for place, (look, _) in enumerate(groups(page.texts).items()):
        size, tint, align, bold, angle = look
        elements.append(
            f'"{TEXTS}" index {place} using 1:2:3 with labels {align} '
            f"font sprintf(\"%s{':Bold' if bold else ''},%g\", face, {number(size)}*em) "
            f"{f'rotate by {angle} ' if angle else ''}textcolor {colour(tint)}")
    for x, y, style in page.markers:
        elements.append(f"'+' every ::::0 using ({number(x)}):({number(y)}) with points "
                        f"pointtype {style.marker} pointsize 9*point linewidth 2.5*line "
                        f"linecolor {colour(style.colour)}")
    yield "plot " + ", \\\n\t".join(elements)


def groups(texts):
    """The texts by how they look, in order: gnuplot draws those that look alike together."""
    found = {}
    for text in texts:
        look = (text.size, text.colour, text.align, text.bold, text.angle)
        found.setdefault(look, []).append(text)
    return found


def texts_file(page):
    """The data that the overlay reads: a block for each look."""
    blocks = ("".join(f'{number(text.x)} {number(text.y)} "{quoted(text.text)}"\n'
                      for text in block) for block in groups(page.texts).values())
    return "\n\n".join(blocks)


def quoted(text):
    """A text in the quotes of gnuplot's data: it knows escapes, but none for the quote itself."""
    return shown(text).replace("\\", "\\\\")


def shown(text):
    """A text as pictures show it.

    Without the quotes that would end it in the data, and without the mark that ends a CDATA
    section, in which gnuplot puts the texts of an SVG.
    """
    return str(text).replace('"', "'").replace("]]>", "]] >")
