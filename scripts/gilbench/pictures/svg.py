"""What gnuplot cannot be told about its SVG pictures, and whether they are complete.

In an SVG, gnuplot ignores the line width of markers, so their outlines are thinner than in other
formats, and some of them are larger; it writes bold as a part of a font's name, and cannot pass on
a list of fonts, from which viewers without the first one would take another. It calls every picture
`Gnuplot`, which browsers show and screen readers read. All of this is mended in the text that it
writes.
"""

import html
import re
import xml.etree.ElementTree

from gilbench.command import ToolError

FACE = "DejaVu Sans"
FONTS = f"{FACE}, Verdana, sans-serif"
OUTLINE = 0.26      # of the radius of a marker
# Diamonds, triangles and pentagons, as large as those of the other formats.
SMALLER = (("id='gpPt11' stroke='currentColor' transform='rotate(45)'",
            "id='gpPt11' stroke='currentColor' transform='rotate(45) scale(0.71)'"),
           ("d='M0,-1.33 L-1.33,0.67 L1.33,0.67 z'", "d='M0,-1.12 L-1.08,0.88 L1.08,0.88 z'"),
           ("d='M0,1.330 L1.265,0.411 L0.782,-1.067 L-0.782,-1.076 L-1.265,0.411 z'",
            "d='M0,1 L0.951,0.309 L0.588,-0.809 L-0.588,-0.809 L-0.951,0.309 z'"))
SYMBOL = re.compile(r"(id='gpPt[0-9]+' stroke-width=')[0-9.]+(')")


def mended(content, title):
    """The text of a picture with its title, and the right fonts and outlines of markers."""
    content = content.replace("<title>Gnuplot</title>", f"<title>{html.escape(title)}</title>", 1)
    for end, weight in (("", ""), (":Bold", ' font-weight="bold"')):
        content = content.replace(f'font-family="{FACE}{end}"', f'font-family="{FONTS}"{weight}')
    for before, after in SMALLER:
        content = content.replace(before, after)
    return SYMBOL.sub(rf"\g<1>{OUTLINE}\g<2>", content)


def texts(content, name):
    """The texts of a picture, without spaces and line ends, which gnuplot places as it likes."""
    try:
        root = xml.etree.ElementTree.fromstring(content)
    except xml.etree.ElementTree.ParseError as error:
        raise ToolError(name, f"gnuplot wrote a picture that is not well-formed: {error}") \
            from error
    return {plain(text) for text in root.itertext()}


def plain(text):
    return "".join(text.split())
