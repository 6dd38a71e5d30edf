"""Tables as cells, before they are formatted as text, Markdown, CSV or HTML."""

from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH = 100     # characters of a line of text


class Field(NamedTuple):
    """A number in a cell: as shown, and as measured (None where there is none).

    A number that only CSV has is shown as an empty text.
    """

    text: str
    value: float = None
    unit: str = ""


class Cell(NamedTuple):
    """The fields of a cell, in the order of its column's, and its marks."""

    fields: tuple
    marks: str = ""


class Column(NamedTuple):
    """A column's heading, and pairs of the name and the least width of each field."""

    heading: str
    fields: tuple


@dataclass
class Table:
    """A table with what explains it.

    `answer` are sentences on what was found, `caption` pairs of a word and its text above the
    table, `notes` the lines below it. A row is a pair of its label and its cells, None where the
    file has no such row.
    """

    experiment: str
    kernel: str
    caption: list
    columns: list
    rows: list
    notes: list = field(default_factory=list)
    noted: list = field(default_factory=list)   # (row, column, Field) of numbers in the notes
    answer: tuple = ()
    field_names: bool = True    # whether text shows them in a second line of the heading
    label_width: int = 27       # longer labels stand on a line of their own


FAILED = (Field("failed"),)
