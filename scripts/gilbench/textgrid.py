"""Lay out a table as text: a label for each line, a column of cells for each number of workers.

Where the columns do not fit beside each other, the rest follow in a further block below. A label
that is too long stands on a line of its own above its cells.
"""

WIDTH = 100
GAP = " "


def grid(heads, lines, limit):
    """The text, line by line, an empty one before each block.

    `heads` has for each column its lines of heading; `lines` are pairs of a label and the cells,
    "" where the file has no such row; no label beyond `limit` characters takes part in the layout.
    """
    widths = [max(map(len, (*head, *(cells[column] for _, cells in lines))))
              for column, head in enumerate(heads)]
    for columns in blocks(widths, WIDTH - limit):
        yield ""
        for text in block(heads, lines, widths, columns, limit):
            yield text.rstrip()


def blocks(widths, room):
    """The numbers of the columns, in lists of as many as fit."""
    first, used = 0, 0
    for column, width in enumerate(widths):
        used += len(GAP) + width
        if used > room and column > first:
            yield list(range(first, column))
            first, used = column, len(GAP) + width
    yield list(range(first, len(widths)))


def block(heads, lines, widths, columns, limit):
    """The lines of text for some of the columns."""
    left = max((len(label) for label, _ in lines if len(label) <= limit), default=0)

    def row(label, cells):
        return f"{label:<{left}}" + "".join(GAP + cells[column].rjust(widths[column])
                                            for column in columns)

    for texts in zip(*heads):
        yield row("", texts)
    for label, cells in lines:
        if any(cells[column] for column in columns):
            if len(label) > left:
                yield label
                label = ""
            yield row(label, cells)
