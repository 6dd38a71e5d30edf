"""order: how finely workers interleave that append marks to one log, and how many marks are lost."""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, headings, machine
from gilbench.parts.answer import lock_name, number_words, runtime_name
from gilbench.parts.claims import listed
from gilbench.results import sample_counts
from gilbench.sheet import sheets_of
from gilbench.summary import spread_text
from gilbench.units import duration, percent, rate, workers_text
from gilbench.views import generic

CELLS = ("cells: the time per run, that is, how long one worker's marks follow each other; half of "
         "the runs are no longer than p50 (in marks), none is longer than max; medians over the "
         "samples; ± how far the 95 % interval of the time per run reaches (below 6 samples: how "
         "far the samples reach)")
FIELDS = (("run", 7), ("±", 4), ("p50", 5), ("max", 5))
WHERE = {"threads": "without a lock", "processes": "as processes with a pipe"}


class View(generic.View):
    """A row for each lock, a column for each number of workers; the answer says it in words."""

    declaration = Declaration(value=Quantity("run_s", "s", "lower"))
    sheeted = True

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            counts = sample_counts(sheet.rows.values())
            text = f"{sheet.kernel}, experiment {self.name}, {counts}"
            yield Table(
                self.name, sheet.kernel, list(machine.caption(result, text)),
                [Column(workers_text(workers), FIELDS) for workers in sheet.workers],
                [(series.label, [cell(sheet.rows.get((series, workers)))
                                 for workers in sheet.workers]) for series in sheet.series],
                list(notes(sheet)), answer=tuple(answer(result, sheet)))

    def picture(self, result, rows, kernel):
        sheet = next(one for one in sheets_of(result, self.name) if one.kernel == kernel)
        clusters = [(series.label, [(workers_text(workers), sheet.rows[series, workers])
                                    for workers in sheet.workers
                                    if (series, workers) in sheet.rows])
                    for series in sheet.series]
        return dots.picture(result, self.name, kernel, clusters, (
            finding(sheet), f"time for which the marks of one worker follow each other, "
            f"kernel {kernel}", "time per run"))


def cell(row):
    if row is None:
        return None
    if not row.samples:
        return Cell(FAILED, "!")
    run = row.summary
    return Cell((Field(duration(run.median), run.median, "s"),
                 Field(spread_text(run.spread if run.n > 1 else None), run.spread, "1"),
                 *(Field(rate(row.counter(name)), row.counter(name), "1")
                   for name in ("run_p50", "run_max"))), "!" if row.failures else "")


def answer(result, sheet):
    """What was found, in two sentences."""
    if result.verdict == headings.DISTURBED:
        yield "The run was disturbed (see above), so nothing can be said about the order of marks."
        return
    yield from filter(None, (turns(sheet), losses(sheet)))


def turns(sheet):
    """How long a worker goes on, for the smallest number of workers above 1."""
    workers = smallest_number(sheet)
    found = [(series, sheet.summary(series, workers)) for series in sheet.series]
    texts = [f"{two_digits(one.median)} {where(series)}" for series, one in found if one]
    if not workers or not texts:
        return ""
    return (f"With {number_words([workers])} workers, the marks of one follow each other for "
            f"{listed(texts)}.")


def finding(sheet):
    """The same in short, for the heading of a picture."""
    workers = smallest_number(sheet)

    def words(some):
        found = [sheet.summary(series, workers) for series in some]
        values = [one.median for one in found if one]
        return headings.span(values, two_digits) if values else ""

    text = headings.clauses(sheet.series, words) if workers else ""
    return (f"with {number_words([workers])} workers, the marks of one follow each other for {text}"
            if text else "")


def smallest_number(sheet):
    """The smallest number of workers above 1, or 0: one worker has nobody to alternate with."""
    return min((workers for workers in sheet.workers if workers > 1), default=0)


def two_digits(seconds):
    return duration(seconds, 2)


def losses(sheet):
    """Of which marks some were lost; a lock under which some were would have failed."""
    lost = [(series, share) for series in sheet.series
            if (share := lost_share(sheet, series)) > 0]
    kept = any(row.samples for (series, _), row in sheet.rows.items() if not lost_share(sheet,
                                                                                        series))
    texts = [f"{percent(share)} of the marks were lost {where(series)}" for series, share in lost]
    if kept:
        texts.append("no mark was lost anywhere else" if lost else "No mark was lost")
    return f"{listed(texts)}." if texts else ""


def lost_share(sheet, series):
    """The lost part of all marks of a series."""
    rows = [row for (one, _), row in sheet.rows.items() if one == series]
    marks = sum(row.total("marks") for row in rows)
    return sum(row.total("lost") for row in rows) / marks if marks else 0


def where(series):
    """A series in words, behind a time."""
    if series.mode == "real":
        return f"in {runtime_name(series.runtime)}"
    return WHERE.get(series.mode) or f"under {lock_name(series)}"


def notes(sheet):
    yield CELLS
    for (series, workers), row in sheet.ordered():
        if row.total("lost"):
            yield (f"lost: {series.label}, {workers_text(workers)}: {row.total('lost'):.0f} of "
                   f"{row.total('marks'):.0f} marks, because nothing protects the log")
    yield from machine.failures(sheet, workers_text)
