"""bandwidth: UDP packets that the I/O thread echoes per second, beside k CPU-bound threads."""

from gilbench import runs
from gilbench.cells import Field
from gilbench.experiment import Declaration, Quantity
from gilbench.compared import Compared, Side, loose_limit, samples
from gilbench.parts import headings, io_table, machine, panels
from gilbench.pictures import axis, gnuplot, rows, styles
from gilbench.sheet import sheets_of
from gilbench.summary import spread_text, summarise
from gilbench.units import counted, percent, rate
from gilbench.views import generic

RATE = "packets_per_s"
CELLS = ("cells: UDP echoes per second; their share of the same row's with k = 0; the throughput "
         "that the CPU-bound threads keep, of theirs without packets; medians over the samples")
SPREAD = "± how far the 95 % interval of what is kept reaches"
COLUMNS = gnuplot.COLUMNS.replace(" n;", " n share;") + "; share: of the packets with k = 0"


def share_measured(rows, key):
    """For `fidelity`: packets per second over those with k = 0."""
    over, under = (samples(rows, one, RATE) for one in (key, key._replace(workers=0)))
    return Side(over, under) if key.workers > 0 and over and under else None


def few_packets(rows, key):
    """Of very few packets it depends on chance how many fall into the region."""
    return "too few packets" if any(map(io_table.few_packets, rows.get(key, ()))) else ""


class View(generic.View):
    """Packets per second: a table with shares, and a picture of dots."""

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
            for group, shown in panels.groups(sheet).items():
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
    numbers = {series: [k for k in sheet.workers if (series, k) in sheet.rows] for series in shown}
    own = [sheet.rows[series, k] for series, some in numbers.items() for k in some]
    if not any(row.samples for row in own):
        return f"{name}{group} of {sheet.kernel}: all rows failed"
    header = (f"packets per second, kernel {sheet.kernel}",
              machine.picture_header(result, "1/s", "statistic: median"))
    what = f"UDP echoes per second beside k CPU-bound threads, kernel {sheet.kernel}"
    top = headings.heading(result, finding(sheet, shown, panels.workers_of(sheet, shown)[-1]), what,
                           own)
    blocks = [(series.label, [line(sheet, series, k) for k in some])
              for series, some in numbers.items()]
    return gnuplot.Picture(name, top, header, blocks,
                           lambda heading: page(heading, result, sheet, numbers), COLUMNS, group,
                           sheet.kernel)


def line(sheet, series, k):
    """A line of the table."""
    found = summarise(sheet.rows[series, k].values(RATE))
    share = share_left(sheet, series, k) if k else None
    return f"{gnuplot.point(k, found)} {gnuplot.number(share)}"


def finding(sheet, shown, k):
    """The share of its packets that the I/O thread keeps, under locks and without."""
    def words(some):
        shares = list(filter(None, (share_left(sheet, series, k) for series in some)))
        return headings.span(shares, percent) if shares else ""

    text = headings.clauses(shown, words, " of its packets") if k else ""
    return f"beside {counted(k, 'CPU-bound thread')}, the I/O thread keeps {text}" \
        if text else ""


def page(heading, result, sheet, numbers):
    """Dots on one scale of decades; a bar would have to begin at 0."""
    looks = styles.styles(sheet.series)
    found = {(series, k): summarise(sheet.rows[series, k].values(RATE))
             for series, some in numbers.items() for k in some}
    scale = axis.decades([value for one in found.values() if one for value in one[:3] if value > 0],
                         axis.rate_text, "packets per second")
    clusters = [rows.Cluster(series.label, [
        rows.Line(io_table.k_text(k), texts(sheet.rows[series, k], found[series, k],
                                            share_left(sheet, series, k) if k else None),
                  (rows.Spot(looks[series], block, index) if found[series, k] else None,))
        for index, k in enumerate(some)], looks[series].ink)
        for block, (series, some) in enumerate(numbers.items())]
    more = result.places and panels.workers_of(sheet, numbers)[-1] > result.places
    notes = [headings.WHISKERS]
    if more:
        notes.append(f"k above {result.places}: more CPU-bound threads than {result.kind_of_place}")
    if any(io_table.few_packets(sheet.rows[key]) for key in found):
        notes.append(f"~ fewer than {io_table.PACKETS} packets per sample, so the rate is not exact")
    return rows.page(heading, notes, clusters, [rows.Shape(scale)],
                     ("per second", "share of k = 0"))


def texts(row, found, share):
    """What stands beside a dot."""
    mark = "~ " if io_table.few_packets(row) else ""
    return mark + rate(found.median) if found else "failed", \
        "" if share is None else percent(share)
