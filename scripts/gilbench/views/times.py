"""times: how long a fixed amount of work takes, split over several workers."""

from gilbench.compared import Compared, Side, by_run
from gilbench.experiment import REGION, Declaration, Quantity
from gilbench.parts import bars, machine, picture_lines, speedup, times_table
from gilbench.pictures import gnuplot
from gilbench.results import sample_counts
from gilbench.series import SEQUENTIAL
from gilbench.sheet import sheets_of
from gilbench.views import generic


def slow_down(rows, key):
    """For `fidelity`: the time per unit of work with several workers over that with one."""
    over, under = (by_run(rows.get(one, ()), per_unit) for one in (key, key._replace(workers=1)))
    return Side(over, under) if key.workers > 1 and over and under else None


def per_unit(row):
    return [(sample, row.value(sample)) for sample in row.samples]


class View(generic.View):
    """Times: a table of multiples of a baseline, speed-up curves, and bars of seconds."""

    declaration = Declaration(value=Quantity(REGION, "s", "lower"))
    sheeted = True
    least_workers = 1
    quantities = (Compared("slow-down", "x", slow_down, lambda workers: 1.15, base=1),)
    slow_down = True

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            yield from times_table.tables(result, sheet, self.name)

    def pictures(self, result):
        for sheet in sheets_of(result, self.name):
            yield from pictures(result, sheet)


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
