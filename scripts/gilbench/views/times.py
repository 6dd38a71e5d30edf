"""times: how long a fixed amount of work takes, split over several workers."""

from gilbench.pictures import gnuplot
from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.compared import Compared, Side
from gilbench.experiment import REGION, Declaration, Quantity
from gilbench.parts import bars, machine, picture_lines, regions, speedup
from gilbench.results import INTERVALS, sample_counts
from gilbench.series import NAMES, SEQUENTIAL
from gilbench.sheet import sheets_of
from gilbench.units import duration, multiple, workers_text
from gilbench.views import generic
from gilbench.views.generic import SPREAD, spread_field

FIELDS = (("time", 7), ("multiple", 6), ("spread", 6))
LABEL = 28      # characters; leaves room for three columns
LECTURE = ("for comparison, the lecture's CPython 2 program on 4 processors:\n"
           "42 s as it is (1.00x), 65 s with 2 threads (1.55x), 80 s with 4 (1.90x)")


def seconds_per_unit(rows, key):
    """Seconds per unit of work; per region where the file does not say how many units it had."""
    return [sample.seconds / sample.counters.get("units", 1)
            for row in rows.get(key, ()) for sample in row.samples]


def slow_down(rows, key):
    """For `fidelity`: the time with several workers over that with one."""
    over, under = (seconds_per_unit(rows, one) for one in (key, key._replace(workers=1)))
    return Side(over, under) if key.workers > 1 and over and under else None


class View(generic.View):
    """Times: a table of multiples of a baseline, speed-up curves, and bars of seconds."""

    declaration = Declaration(value=Quantity(REGION, "s", "lower"))
    sheeted = True
    least_workers = 1
    closing = LECTURE
    quantities = (Compared("slow-down", "x", slow_down, lambda workers: 1.15, base=1),)
    slow_down = True
    comparable = True

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            yield table(result, sheet, self.name)

    def pictures(self, result):
        for sheet in sheets_of(result, self.name):
            yield from pictures(result, sheet)


def table(result, sheet, name):
    base = sheet.summary(SEQUENTIAL, 1)
    about = f"sequential run {duration(base.median)}" if base else "no sequential row"
    counts = sample_counts(sheet.rows.values())
    return Table(
        name, sheet.kernel,
        list(machine.caption(result, f"{sheet.kernel}, {counts}, {about}")),
        [Column(heading(workers, result.places), FIELDS) for workers in sheet.workers],
        [(series.label, [cell(sheet, series, workers) for workers in sheet.workers])
         for series in sheet.series],
        [*legend(result, sheet), *machine.failures(sheet, workers_text)],
        field_names=False, label_width=LABEL)


def heading(workers, places):
    text = workers_text(workers)
    return text.replace(" ", "* ") if places and workers > places else text


def cell(sheet, series, workers):
    """One cell; None if the file has no such row."""
    row = sheet.rows.get((series, workers))
    if row is None:
        return None
    marks = ("~" if row.too_short else "") + ("!" if row.failures else "")
    if row.summary is None:
        return Cell(FAILED, marks)
    base, median = sheet.baseline(series, workers), row.summary.median
    times = median / base if base else None
    return Cell((Field(duration(median), median, "s"), Field(multiple(times), times, "1"),
                 spread_field(row.summary)), marks)


def legend(result, sheet):
    """What the cells and marks mean; only the marks that occur."""
    rows = sheet.rows.values()
    base = "the sequential median"
    if sheet.has_runtimes:
        base = ("the baseline's for the same work (of a real runtime and its model: their own with "
                "1 worker; of everything else: sequential)")
    yield f"cells: median, multiple of {base}, {SPREAD}"
    if sheet.has_runtimes:
        yield NAMES
    yield from regions.other_lengths(sheet)
    if result.places is None:
        yield "* cannot be shown: the file does not say how many cores there are"
    elif sheet.workers[-1] > result.places:
        yield f"* more workers than {result.kind_of_place} ({result.places})"
    if any(row.too_short for row in rows):
        yield (f"~ too short: the timed region spans fewer than {INTERVALS} switch intervals of "
               "its lock; use a longer --time")
    if any(len(row.samples) == 1 for row in rows):
        yield "\u00b1? a single sample has no spread"
    if any(row.failures for row in rows):
        yield "! some samples failed and are left out; see below"
    yield from disturbed(rows)


def disturbed(rows):
    free = [sample for row in rows if row.series.mode not in ("gil", "real")
            for sample in row.samples]
    marked = sum(sample.counters.get("ctxsw_involuntary", 0) > 0 for sample in free)
    if marked:
        yield f"{marked} of {len(free)} samples outside gil had involuntary context switches"


def pictures(result, sheet):
    """The Pictures of one kernel, and texts that say what could not be drawn."""
    if not sheet.has_samples:
        yield f"{sheet.kernel}: all rows failed"
        return
    for group, shown in picture_lines.groups(sheet).items():
        yield bars_picture(result, sheet, group, shown)
        yield speedup.picture(result, sheet, group, shown) or (
            f"speedup{group} of {sheet.kernel}: it needs a sequential row and rows of another mode")


def bars_picture(result, sheet, group, shown):
    """The Picture of bars.

    All show the same work: rows that did more are scaled to that of the sequential run. Real
    runtimes, each with work of its own, are shown as multiples of their baseline.
    """
    real = any(series.of_runtime for series in shown)
    base = sheet.summary(SEQUENTIAL, 1)
    unit = 1 if real else base.median if base else 0

    def bar(series, workers):
        own, one = sheet.summary(series, workers), sheet.baseline(series, workers)
        return own.scaled(unit / one) if own and one and unit else own

    what = "time, multiples of the own run with 1 worker" if real else "wall time of the region"
    header = (f"{what}, kernel {sheet.kernel}", machine.picture_header(
        result, "1" if real else "s", f"{sample_counts(sheet.rows.values())}; statistic: median"))
    title = machine.picture_title(
        result, sheet.kernel,
        "time over that with 1 worker" if real else "seconds for the same work")
    blocks = [(series, [gnuplot.point(workers, bar(series, workers)) for workers in some])
              for series, some in bars.clusters(sheet, shown)]
    return bars.picture("times.gp", "times", header, blocks, title,
                        (result, sheet, group, gnuplot.COLUMNS, (unit, "x" if real else "s")))
