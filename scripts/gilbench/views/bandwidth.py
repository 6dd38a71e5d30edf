"""bandwidth: UDP packets that the I/O thread echoes per second, beside k CPU-bound threads."""

from gilbench import runs
from gilbench.pictures import gnuplot
from gilbench.cells import Field
from gilbench.experiment import Declaration, Quantity
from gilbench.compared import Compared, Side, loose_limit, samples
from gilbench.parts import bars, io_table, machine, picture_lines
from gilbench.sheet import sheets_of
from gilbench.summary import spread_text, summarise
from gilbench.units import percent, rate
from gilbench.views import generic

RATE = "packets_per_s"
CELLS = ("cells: UDP echoes per second; their share of the same row's with k = 0; the throughput "
         "that the CPU-bound threads keep, of theirs without packets; medians over the samples")
SPREAD = "± how far the 95 % interval of what is kept reaches"
COLUMNS = gnuplot.COLUMNS + "; then the text beside the bar"


def share_measured(rows, key):
    """For `fidelity`: packets per second over those with k = 0."""
    over, under = (samples(rows, one, RATE) for one in (key, key._replace(workers=0)))
    return Side(over, under) if key.workers > 0 and over and under else None


def few_packets(rows, key):
    """Of very few packets it depends on chance how many fall into the region."""
    return "too few packets" if any(map(io_table.few_packets, rows.get(key, ()))) else ""


class View(generic.View):
    """Packets per second: a table with shares, and a picture of bars."""

    declaration = Declaration(value=Quantity("packet_s", "s", "lower"))
    sheeted = True
    positive = (RATE,)
    workers_text = staticmethod(io_table.k_text)
    quantities = (Compared("packet share", "%", share_measured, loose_limit, base=0,
                           unusable=few_packets),)

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            known = any(kept_of(row).spread for row in sheet.rows.values())
            notes = (f"{CELLS}; {SPREAD}" if known else CELLS,)
            table = io_table.table(result, sheet, self.name, fields, content_of(sheet), notes)
            table.notes += [*io_table.troubles(sheet, "packets"), *io_table.failures(sheet)]
            yield table

    def pictures(self, result):
        for sheet in sheets_of(result, self.name):
            for group, shown in picture_lines.groups(sheet).items():
                yield picture(result, sheet, self.name, group, shown)


def fields(k):
    return (("per s", 5),) if k == 0 else (("per s", 5), ("share", 6), ("kept", 5), ("±", 0))


def content_of(sheet):
    def content(series, k, row):
        packets = row.counter(RATE)
        first = Field(rate(packets), packets, "1/s")
        if k == 0:
            return (first,)
        share, kept = share_left(sheet, series, k), kept_of(row)
        return (first, Field(percent(share), share, "1"),
                Field(percent(kept.ratio), kept.ratio, "1"),
                Field(spread_text(kept.spread) if kept.spread else "", kept.spread, "1"))

    return content


def kept_of(row):
    """The Ratio of the CPU-bound threads' throughput to that without packets."""
    return runs.counter_interval(row, "throughput_kept")


def share_left(sheet, series, k):
    """The packets of a row as a part of those of its series with k = 0, or None."""
    alone, row = sheet.rows.get((series, 0)), sheet.rows.get((series, k))
    if not (alone and row and alone.samples and row.samples):
        return None
    return row.counter(RATE) / alone.counter(RATE)


def picture(result, sheet, name, group, shown):
    """The Picture of a group of series, or a text if it has no samples."""
    clusters = bars.clusters(sheet, shown)
    if not any(sheet.rows[series, k].samples for series, some in clusters for k in some):
        return f"{name}{group} of {sheet.kernel}: all rows failed"
    header = (f"packets per second, kernel {sheet.kernel}",
              machine.picture_header(result, "1/s", "statistic: median"))
    title = machine.picture_title(result, sheet.kernel, "UDP echoes beside k CPU-bound threads")
    blocks = [(series, [bar(sheet, series, k) for k in some]) for series, some in clusters]
    return bars.picture("bandwidth.gp", name, header, blocks, title,
                        (result, sheet, group, COLUMNS, ()))


def bar(sheet, series, k):
    """A line of the table: the numbers, and the text beside the bar."""
    found = summarise(sheet.rows[series, k].values(RATE))
    if found is None:
        return f'{gnuplot.point(k, None)} ""'
    share = share_left(sheet, series, k) if k else None
    text = f"{rate(found.median)}/s" + (f"  {percent(share)}" if share else "")
    return f'{gnuplot.point(k, found)} "{text}"'
