"""The tables of `times`: one of gilbench's own rows, one of real interpreters and their models.

A time stands only beside times of the same work: rows of gilbench's own that did more than the
sequential run are scaled to its work, and marked. Each real interpreter does work of its own, so
only multiples of its run with one worker are shown. A multiple and its interval are those of the
ratios within each round of each run (runs.py).
"""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.parts import machine, pace, regions
from gilbench.parts.answer import answer
from gilbench.results import INTERVALS, sample_counts
from gilbench.series import NAMES, SEQUENTIAL
from gilbench.sheet import work_ratio
from gilbench.summary import spread_text
from gilbench.units import counted, duration, multiple, workers_text

FIELDS = (("time", 0), ("multiple", 0), ("spread", 0))
LABEL = 28      # characters
SAME_WORK = 0.001   # amounts of work that differ by a smaller part count as the same
CELLS = ("± how far the 95 % interval of the multiple reaches")
LECTURE = ("for comparison, the lecture's CPython 2 program on 4 processors: 42 s as it is (1.00x), "
           "65 s with 2 threads (1.55x), 80 s with 4 (1.90x)")


def tables(result, sheet, name):
    """The Tables of one kernel; the first has the answer."""
    own = [series for series in sheet.series if not series.of_runtime]
    real = [series for series in sheet.series if series.of_runtime]
    words = answer(result, sheet)
    for some, make in ((own, Own), (real, Real)):
        if some:
            yield make(result, sheet, some).table(name, words)
            words = ()


class Own:
    """The rows that do gilbench's own work."""

    def __init__(self, result, sheet, series):
        self.result = result
        self.sheet = sheet
        self.series = series
        self.rows = {key: row for key, row in sheet.ordered() if key[0] in set(series)}
        self.workers = [workers for workers in sheet.workers
                        if any((one, workers) in self.rows for one in series)]
        self.reference = next((row for row in self.rows.values() if row.samples), None)

    def table(self, name, words):
        return Table(
            name, self.sheet.kernel, list(machine.caption(self.result, self.about())),
            [Column(self.heading(workers), FIELDS) for workers in self.workers],
            [(series.label, [self.cell(series, workers) for workers in self.workers])
             for series in self.series], [*self.legend(), *self.failures()],
            answer=words, field_names=False, label_width=LABEL)

    def about(self):
        """What the table is about."""
        base = self.sheet.summary(SEQUENTIAL, 1)
        alone = f"sequential run {duration(base.median)}" if base else "no sequential row"
        return f"{self.sheet.kernel}, {self.counts()}, {alone}"

    def counts(self):
        of_rows = {sample.run for row in self.rows.values() for sample in row.samples}
        several = f" in {counted(len(of_rows), 'run')}" if len(of_rows) > 1 else ""
        return sample_counts(self.rows.values()) + several

    def heading(self, workers):
        text, places = workers_text(workers), self.result.places
        return text.replace(" ", "* ") if places and workers > places else text

    def cell(self, series, workers):
        """One cell; None if the file has no such row."""
        row = self.rows.get((series, workers))
        if row is None:
            return None
        marks = self.marks(row) + ("~" if row.too_short else "") + ("!" if row.failures else "")
        if row.summary is None:
            return Cell(FAILED, marks)
        ratio = self.sheet.ratio(series, workers)
        return Cell((Field(self.time(row, ratio), row.summary.median, "s"),
                     Field(multiple(ratio and ratio.ratio), ratio and ratio.ratio, "1"),
                     spread(row, ratio, self.sheet.base_row(series))), marks)

    def time(self, row, _ratio):
        """The time for the work of the first row, which is the sequential one if there is any."""
        return duration(row.summary.median / work_ratio(row, self.reference))

    def marks(self, row):
        return "=" if self.scaled(row) else ""

    def scaled(self, row):
        return bool(row.samples) and abs(work_ratio(row, self.reference) - 1) > SAME_WORK

    def legend(self):
        """What the cells and marks mean; only the marks that occur."""
        rows = self.rows.values()
        yield from self.cells_explained()
        if any(sample.round is None for row in rows for sample in row.samples):
            yield ("the file does not number the rounds of its samples, so a multiple compares all "
                   "samples of two rows")
        yield from regions.other_lengths(self.sheet, self.series)
        yield from self.stars()
        if any(row.too_short for row in rows):
            yield (f"~ too short: the timed region spans fewer than {INTERVALS} switch intervals "
                   "of its lock; use a longer --time")
        if any(cell_without_interval(self.sheet, row) for row in rows):
            yield "±? a single sample has no interval"
        if any(row.failures for row in rows):
            yield "! some samples failed and are left out; see below"
        if self.sheet.kernel.split(":")[0] == "countdown" and any(map(of_cpython2, self.series)):
            yield LECTURE

    def cells_explained(self):
        yield f"cells: median time, multiple of the sequential run's, {CELLS}"
        if any(map(self.scaled, self.rows.values())):
            yield ("= did more or less work than the first row; the time is scaled to that row's "
                   "work")

    def stars(self):
        if self.result.places is None:
            yield "* cannot be shown: the file does not say how many cores there are"
        elif self.workers[-1] > self.result.places:
            yield f"* more workers than {self.result.kind_of_place} ({self.result.places})"

    def failures(self):
        return machine.failures(self.sheet, workers_text, set(self.series))


class Real(Own):
    """The rows of real interpreters and of the models that run at their pace."""

    def about(self):
        return f"{self.sheet.kernel}, {self.counts()}, real interpreters and their models"

    def time(self, row, ratio):
        """Nothing: the work is the interpreter's own. What has no multiple has no other number."""
        return "" if ratio else duration(row.summary.median)

    def marks(self, row):
        return ("#" if row.samples and not self.sheet.ratio(row.series, row.workers) else "") + (
            "%" if row.workers == 1 and pace_off(self.sheet, row.series) else "")

    def cells_explained(self):
        yield (f"cells: multiple of the own run with 1 worker (of processes: of the runtime's), "
               f"{CELLS}")
        yield NAMES
        if any("#" in self.marks(row) for row in self.rows.values()):
            yield "# no run with 1 worker to compare with; the time is for work of its own"
        for series in self.series:
            off = pace_off(self.sheet, series)
            if off:
                yield (f"% {series.label}: with 1 worker the model takes {off:.2f} times as long as "
                       "the runtime for the same work, so its pace does not fit")


def spread(row, ratio, base):
    """How far the interval of the multiple reaches; nothing for the baseline itself."""
    if ratio is None or row is base:
        return Field("", 0.0 if ratio else None, "1")
    return Field(spread_text(ratio.spread), ratio.spread, "1")


def cell_without_interval(sheet, row):
    ratio = sheet.ratio(row.series, row.workers)
    return ratio is not None and ratio.spread is None


def pace_off(sheet, series):
    """How many times as long as its runtime a model takes with 1 worker, if that is too far off."""
    if not series.is_model or series.mode not in ("gil", "threads"):
        return None
    model, real = (sheet.rows.get((one, 1)) for one in (series, sheet.real_of(series)))
    if not (model and real and model.samples and real.samples):
        return None
    return pace.too_far(model, real)


def of_cpython2(series):
    return series.mode == "gil" and series.lock.split(":")[0] == "cpython2"
