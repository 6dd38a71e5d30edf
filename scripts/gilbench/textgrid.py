"""Lay out a table as text: a label for each row, a column of cells for each number of workers.

Where the columns do not fit beside each other, the others follow in a further block below. A label
that is too long stands on a line of its own above its cells.
"""

import os
import shutil
import sys
import textwrap

USUAL = 80      # columns where the output is not a terminal
NARROWEST, WIDEST = 40, 100     # of text; tables may be wider
GAPS = ("   ", "  ", " ")       # between two columns; the first with which all fit


def line_width():
    """How many characters a line may have: as COLUMNS says, or the terminal, otherwise 80."""
    if os.environ.get("COLUMNS") or sys.stdout.isatty():
        return max(shutil.get_terminal_size((USUAL, 24)).columns, NARROWEST)
    return USUAL


def lines_of(table):
    """The whole table with its answer, caption and notes, line by line."""
    for text in table.answer:
        yield from wrapped(text, "")
    if table.answer:
        yield ""
    for pair in table.caption:
        yield from captioned(*pair)
    if table.columns:
        yield from grid(table, line_width())
    if table.notes:
        yield ""
    for text in table.notes:
        yield from wrapped(text)


def captioned(word, text):
    """A word and its text, beside each other; a text without a word stands alone."""
    return wrapped(f"{word:<8} {text}", " " * 9) if word else wrapped(text)


def wrapped(text, indent="  "):
    return textwrap.wrap(text, min(line_width(), WIDEST), subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)


def grid(table, room):
    """The cells, in blocks of as many columns as fit."""
    layouts = [Layout(table, place) for place in range(len(table.columns))]
    left = max((len(label) for label, _ in table.rows if len(label) <= table.label_width),
               default=0)
    widths = [layout.width for layout in layouts]
    gap = next((gap for gap in GAPS if len(list(blocks(widths, room - left, gap))) == 1), GAPS[-2])
    for places in blocks(widths, room - left, gap):
        yield ""
        for text in block(table, [layouts[place] for place in places], left, gap):
            yield text.rstrip()


class Layout:
    """How a column is laid out: its lines, all equally wide."""

    def __init__(self, table, place):
        column = table.columns[place]
        cells = [row[place] for _, row in table.rows]
        full = [cell.fields for cell in cells if cell and len(cell.fields) == len(column.fields)]
        self.sizes = [max([size, *(len(fields[number].text) for fields in full)])
                      for number, (_, size) in enumerate(column.fields)]
        heads = [column.heading]
        if table.field_names:
            heads.append(self.joined(name for name, _ in column.fields))
        texts = [self.text(cell) if cell else "" for cell in cells]
        numbers = max(map(len, (*heads, *texts)))
        marks = max((len(cell.marks) for cell in cells if cell), default=0)
        self.width = numbers + marks
        self.heads = [f"{head:>{numbers}}{'':<{marks}}" for head in heads]
        self.cells = [f"{text:>{numbers}}{cell.marks if cell else '':<{marks}}"
                      for text, cell in zip(texts, cells)]

    def joined(self, texts):
        return " ".join(f"{text:>{size}}" for text, size in zip(texts, self.sizes) if size)

    def text(self, cell):
        if len(cell.fields) < len(self.sizes):
            return cell.fields[0].text
        return self.joined(field.text for field in cell.fields)


def blocks(widths, room, gap):
    """The numbers of the columns, in lists of as many as fit."""
    first, used = 0, 0
    for column, size in enumerate(widths):
        used += len(gap) + size
        if used > room and column > first:
            yield list(range(first, column))
            first, used = column, len(gap) + size
    yield list(range(first, len(widths)))


def block(table, layouts, left, gap):
    """The lines of text for some of the columns."""
    def row(label, texts):
        return f"{label:<{left}}" + "".join(gap + text for text in texts)

    for texts in zip(*(layout.heads for layout in layouts)):
        if "".join(texts).strip():
            yield row("", texts)
    for number, (label, _) in enumerate(table.rows):
        texts = [layout.cells[number] for layout in layouts]
        if "".join(texts).strip():
            if len(label) > left:
                yield label
                label = ""
            yield row(label, texts)
