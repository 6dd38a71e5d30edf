"""Lay out a table as text: a label for each row, a column of cells for each number of workers.

Where the columns do not fit beside each other, the others follow in a further block below. A label
that is too long stands on a line of its own above its cells.
"""

import textwrap

from gilbench.cells import WIDTH


def lines_of(table):
    """The whole table with its caption and notes, line by line."""
    for word, text in table.caption:
        yield from (wrapped(f"{word:<8} {text}", " " * 9) if word else wrapped(text))
    yield from grid(table)
    if table.notes and not table.compact:
        yield ""
    for text in table.notes:
        yield from wrapped(text)


def wrapped(text, indent="  "):
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False,
                         break_on_hyphens=False)


def grid(table):
    """The cells, in blocks of as many columns as fit."""
    heads = [list(heading(column, table)) for column in table.columns]
    rows = [(label, [cell_text(cell, column, table) for cell, column in zip(cells, table.columns)])
            for label, cells in table.rows]
    widths = [max(map(len, (*head, *(cells[place] for _, cells in rows))))
              for place, head in enumerate(heads)]
    left = max((len(label) for label, _ in rows if len(label) <= table.label_width), default=0)
    for places in blocks(widths, WIDTH - table.label_width, table.gap):
        if not table.compact:
            yield ""
        for text in block(heads, rows, places, (left, widths, table.gap)):
            yield text.rstrip()


def heading(column, table):
    """The lines above a column, each as wide as its cells at least."""
    room = width(column)
    yield f"{column.heading:>{room}}" + " " * table.mark_width
    if table.field_names:
        names = " ".join(f"{name:>{size}}" for name, size in column.fields)
        yield f"{names:>{room}}" + " " * table.mark_width


def width(column):
    return sum(size for _, size in column.fields) + len(column.fields) - 1


def cell_text(cell, column, table):
    if cell is None:
        return ""
    text = " ".join(f"{field.text:>{size}}" for field, (_, size) in zip(cell.fields, column.fields))
    if len(cell.fields) < len(column.fields):
        text = cell.fields[0].text
    return f"{text:>{width(column)}}{cell.marks:<{table.mark_width}}"


def blocks(widths, room, gap):
    """The numbers of the columns, in lists of as many as fit."""
    first, used = 0, 0
    for column, size in enumerate(widths):
        used += len(gap) + size
        if used > room and column > first:
            yield list(range(first, column))
            first, used = column, len(gap) + size
    yield list(range(first, len(widths)))


def block(heads, rows, places, layout):
    """The lines of text for some of the columns."""
    left, widths, gap = layout

    def row(label, cells):
        return f"{label:<{left}}" + "".join(gap + cells[place].rjust(widths[place])
                                            for place in places)

    for texts in zip(*heads):
        yield row("", texts)
    for label, cells in rows:
        if any(cells[place] for place in places):
            if len(label) > left:
                yield label
                label = ""
            yield row(label, cells)
