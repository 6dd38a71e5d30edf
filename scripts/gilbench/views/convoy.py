"""convoy: how long a message waits until the I/O thread runs, beside k CPU-bound threads."""

import os

from gilbench import hgrm
from gilbench.cells import Field
from gilbench.command import ToolError
from gilbench.compared import Compared, loose_limit
from gilbench.document import PIPED
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import io_table, latencies, percentiles
from gilbench.sheet import sheets_of
from gilbench.summary import spread_text
from gilbench.units import duration
from gilbench.views import generic

WHAT = ("cells: p50 and p99 of the latency of a message, from the time at which it was to be "
        "sent")
ALL = ("of all messages of a row together; ± how far the 95 % interval of the p99 reaches "
       "(bootstrap over the runs; over the samples, if there are fewer than 3 runs)")
MEDIANS = "medians over the samples"


def limit(k):
    """The factor within which a p50 counts as alike."""
    return 1.1 if k == 1 else loose_limit(k)


class View(generic.View):
    """Latencies: a table of percentiles, and pictures of the distributions."""

    declaration = Declaration(value=Quantity("p50_s", "s", "lower"), distribution="latency s")
    sheeted = True
    positive = ("p50_s", "p99_s")
    workers_text = staticmethod(io_table.k_text)
    quantities = (Compared("convoy p50", "s", latencies.measure(0.5, "p50_s"), limit,
                           unusable=latencies.overrun(0.5)),
                  Compared("convoy p99", "s", latencies.measure(0.99, "p99_s"), loose_limit,
                           unusable=latencies.overrun(0.99)))

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            cells = Cells(sheet)
            table = io_table.table(result, sheet, self.name, fields, cells.content,
                                   cells.explained())
            table.notes += [*io_table.troubles(sheet, "messages"), *io_table.failures(sheet)]
            yield table

    def pictures(self, result):
        for sheet in sheets_of(result, self.name):
            yield from percentiles.pictures(result, sheet, self.name, self.name)


def fields(_k):
    return (("p50", 7), ("p99", 7), ("±", 0), ("p99.9", 0))


class Cells:
    """The percentiles of the rows of a sheet: of all messages or, without them, of each sample."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.file = next(iter(sheet.rows.values())).file
        self.reason = ""
        self.messages = {}
        try:
            self.messages = {key: latencies.of_row(row) for key, row in sheet.rows.items()
                             if row.samples}
        except ToolError as error:
            piped = self.file == PIPED
            self.reason = ("the distributions are not kept without --out" if piped else
                           f"{os.path.basename(hgrm.beside(self.file))}: {error.reason}")

    def content(self, series, k, row):
        messages = self.messages.get((series, k))
        if not messages:
            return (*(Field(text(value, bounded(row, value)), value, "s")
                      for value in map(row.counter, ("p50_s", "p99_s"))),
                    Field("", None, "1"), Field("", None, "s"))
        p50, p99 = latencies.percentile(messages, 0.5, 0), latencies.percentile(messages, 0.99)
        p999 = (latencies.percentile(messages, 0.999, 0) if latencies.enough_for_p999(messages)
                else None)
        known = p999 and not p999.bound
        return (shown(p50), shown(p99),
                Field("" if p99.bound else spread_text(p99.spread), p99.spread, "1"),
                Field("", p999.value if known else None, "s"))

    def explained(self):
        """What the cells mean."""
        rows = self.sheet.rows.values()
        each = io_table.each(rows, "messages")
        if self.reason:
            yield f"{WHAT}; {MEDIANS}{each}"
            yield ("a sample hardly tells its p99, and that of all messages cannot be computed: "
                   f"{self.reason}")
        else:
            yield f"{WHAT}, {ALL}; samples{each}"
        if any(row.total("unread") for row in rows):
            yield "> at least: so many messages were not read in time that no more is known"


def shown(percentile):
    """The Field of a Percentile; a bound is no number that a program should take for measured."""
    value = None if percentile.bound else percentile.value
    return Field(text(percentile.value, percentile.bound), value, "s")


def text(value, bound):
    return f"{'>' if bound else ''}{duration(value)}"


def bounded(row, value):
    """Whether the samples' own percentile is only a lower bound."""
    bounds = row.values("censored_from_s")
    return bool(bounds) and value is not None and value >= min(bounds)
