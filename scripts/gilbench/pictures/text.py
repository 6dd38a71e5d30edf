"""How wide a text is, and how to make it fit, in DejaVu Sans.

The layout needs to know before gnuplot draws. Widths are the font's own for ASCII; other characters
count as wide. SVG viewers without the font take one that is about as wide or narrower.
"""

import re
import unicodedata

# Thousandths of the font size, from the space to `~`.
ADVANCES = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838)
BOLD = 1.13         # how much wider bold text is
ELLIPSIS = "..."
WORDS = re.compile(r"\S+(?: +(?:%|[num]?s)(?!\w)\S*)*")


def advance(character):
    place = ord(character) - 32
    if 0 <= place < len(ADVANCES):
        return ADVANCES[place]
    return 1000 if unicodedata.east_asian_width(character) in "WF" else 700


def width(text, size, bold=False):
    """The width of a line in the unit of its size."""
    return sum(map(advance, text)) * size / 1000 * (BOLD if bold else 1)


def fitted(text, size, room, bold=False):
    """The text, shortened in its middle if it is wider than the room.

    The middle, because the ends tell most: a lock's name, and the last of its parameters.
    """
    if width(text, size, bold) <= room:
        return text
    for left in range(len(text) - 1, 0, -1):
        head, tail = text[:(left + 1) // 2], text[len(text) - left // 2:]
        if width(head + ELLIPSIS + tail, size, bold) <= room:
            return head + ELLIPSIS + tail
    return ELLIPSIS


def wrapped(text, size, room, most, bold=False):
    """The lines of a text; what does not fit into the last of `most` lines is cut there.

    No line ends between a number and its unit.
    """
    words = WORDS.findall(text)
    lines = [""]
    while words:
        longer = f"{lines[-1]} {words[0]}".strip()
        if lines[-1] and width(longer, size, bold) > room:
            if len(lines) == most:
                rest = " ".join([lines.pop(), *words])
                return [*lines, cut(rest, size, room, bold)]
            lines.append("")
            continue
        lines[-1] = fitted(longer, size, room, bold)
        del words[0]
    return lines


def cut(text, size, room, bold=False):
    """The beginning of a text that is too long."""
    while text and width(text + ELLIPSIS, size, bold) > room:
        text = text[:-1]
    return text.rstrip(" ,;") + ELLIPSIS
