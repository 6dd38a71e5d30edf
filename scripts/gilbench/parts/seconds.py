"""Pictures of the times of rows, as bars: the same work of all, from zero."""

from gilbench.parts import headings, machine, panels
from gilbench.pictures import axis, gnuplot, rows, styles
from gilbench.results import sample_counts
from gilbench.series import SEQUENTIAL
from gilbench.units import duration, multiple, workers_text


class Times:
    """The series of one picture, on one scale.

    All show the same work: rows that did more are scaled to that of the sequential run. Real
    runtimes, each with work of its own, are shown as multiples of their baseline.
    """

    def __init__(self, result, sheet, shown):
        self.result = result
        self.sheet = sheet
        self.shown = shown
        self.real = any(series.of_runtime for series in shown)
        self.workers = panels.workers_of(sheet, shown)
        base = sheet.summary(SEQUENTIAL, 1)
        self.unit = 1 if self.real else base.median if base else 0

    def bar(self, series, workers):
        """The Summary of a row on the scale of the picture, or None."""
        own, one = self.sheet.summary(series, workers), self.sheet.baseline(series, workers)
        return own.scaled(self.unit / one) if own and one and self.unit else own

    def numbers(self, series):
        return [workers for workers in self.workers if (series, workers) in self.sheet.rows]

    def text(self, value):
        return multiple(value) if self.real else duration(value)

    def picture(self, group):
        what = "time, multiples of the own run with 1 worker" if self.real else \
            "wall time of the region"
        header = (f"{what}, kernel {self.sheet.kernel}", machine.picture_header(
            self.result, "1" if self.real else "s",
            f"{sample_counts(self.sheet.rows.values())}; statistic: median"))
        title = ("time over that with 1 worker" if self.real else "time for the same work") + \
            f", kernel {self.sheet.kernel}"
        top = headings.heading(self.result, self.finding(), title,
                               [row for (series, _), row in self.sheet.rows.items()
                                if series in self.shown])
        blocks = [(series.label, [gnuplot.point(workers, self.bar(series, workers))
                                  for workers in self.numbers(series)]) for series in self.shown]
        return gnuplot.Picture("times", top, header, blocks, self.page, group=group,
                               kernel=self.sheet.kernel)

    def finding(self):
        """What the largest number of workers takes, under locks and without."""
        several = [workers for workers in self.workers if workers > 1]
        if not several:
            return ""

        def words(some):
            found = [self.bar(series, several[-1]) for series in some]
            medians = [one.median for one in found if one]
            return headings.span(medians, self.text) if medians else ""

        text = headings.clauses(self.shown, words, " the time" if self.real else "")
        if not text or not self.unit:
            return ""
        if self.real:
            return f"compared with one thread, {several[-1]} take {text}"
        return f"what one thread does in {duration(self.unit)} takes {several[-1]} threads {text}"

    def page(self, heading):
        looks = styles.styles(self.sheet.series)
        found = [self.bar(series, workers) for series in self.shown
                 for workers in self.numbers(series)]
        text = axis.times_text if self.real else axis.seconds_text
        scale = axis.from_zero([one.hi for one in found if one] or [1], text, "")
        clusters = [rows.Cluster(series.label, [
            self.line(series, workers, (looks[series], block, index))
            for index, workers in enumerate(self.numbers(series))], looks[series].ink)
            for block, series in enumerate(self.shown)]
        notes = [headings.WHISKERS]
        if self.more(self.workers[-1]):
            notes.append(f"pale: more workers than {self.result.kind_of_place} "
                         f"({self.result.places})")
        return rows.page(heading, notes, clusters, [rows.Shape(scale, start=0)])

    def more(self, workers):
        """Whether there are more workers than places for them."""
        return bool(self.result.places) and workers > self.result.places

    def line(self, series, workers, where):
        one = self.bar(series, workers)
        if not one:
            return rows.Line(workers_text(workers), ("failed",), (None,))
        return rows.Line(workers_text(workers), (self.text(one.median),),
                         (rows.Spot(*where, self.more(workers)),))
