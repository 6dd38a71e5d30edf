"""convoy: how long a message waits until the I/O thread runs, beside k CPU-bound threads."""

from gilbench.cells import Field
from gilbench.experiment import Declaration, Quantity
from gilbench.compared import Compared, latency, loose_limit, overrun
from gilbench.parts import io_table, percentiles
from gilbench.sheet import sheets_of
from gilbench.units import duration
from gilbench.views import generic

SHOWN = (("p50", "p50_s"), ("p99", "p99_s"))
CELLS = ("cells: p50 and p99 of the latency of a message, from the time at which it was to be "
         "sent; medians over the samples")


def limit(k):
    """The factor within which a p50 counts as alike."""
    return 1.1 if k == 1 else loose_limit(k)


class View(generic.View):
    """Latencies: a table of percentiles, and pictures of the distributions."""

    declaration = Declaration(value=Quantity("p50_s", "s", "lower"), distribution="latency s")
    sheeted = True
    positive = ("p50_s", "p99_s")
    workers_text = staticmethod(io_table.k_text)
    quantities = (Compared("convoy p50", "s", latency("p50_s"), limit, unusable=overrun),
                  Compared("convoy p99", "s", latency("p99_s"), loose_limit, unusable=overrun))

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            notes = (CELLS + io_table.each(sheet.rows.values(), "messages"),)
            table = io_table.table(result, sheet, self.name, fields, content, notes)
            table.notes += [*io_table.troubles(sheet, "messages"), *io_table.failures(sheet)]
            yield table

    def pictures(self, result):
        for sheet in sheets_of(result, self.name):
            yield from percentiles.pictures(result, sheet, self.name, self.name)


def fields(_k):
    return tuple((name, 7) for name, _ in SHOWN)


def content(_series, _k, row):
    return tuple(Field(duration(row.counter(key)), row.counter(key), "s") for _, key in SHOWN)
