"""A sheet: the rows of one experiment and kernel, arranged as series by numbers of workers."""

from gilbench import runs
from gilbench.command import ToolError
from gilbench.results import all_failed
from gilbench.series import SEQUENTIAL, natural
from gilbench.summary import Summary


class Sheet:
    """The rows of one kernel: one for each series and number of workers."""

    def __init__(self, kernel, rows):
        self.kernel = kernel
        self.rows = {(row.series, row.workers): row for row in rows}
        self.series = sorted({row.series for row in rows}, key=lambda series: series.order)
        self.workers = sorted({row.workers for row in rows})
        self._ratios = {}

    def ordered(self):
        """Pairs of (series, workers) and the row, in the order of the table."""
        return sorted(self.rows.items(), key=lambda item: (item[0][0].order, item[0][1]))

    def summary(self, series, workers):
        """The Summary of a row in seconds, or None if it is missing or failed."""
        row = self.rows.get((series, workers))
        return row.summary if row else None

    def baseline(self, series, workers):
        """The seconds that count as 1.00x for a row, for as much work as it does, or None.

        A real interpreter is compared with itself on one worker, also where it runs processes; a
        model at its pace with itself on one worker; everything else with `sequential`.
        """
        row, base = self.rows.get((series, workers)), self.base_row(series)
        if row is None or base is None:
            return None
        return base.summary.median * work_ratio(row, base)

    def base_row(self, series):
        """The row with one worker that is the baseline; None if it is missing or failed."""
        base = self.rows.get((self.base_of(series), 1))
        return base if base and base.samples else None

    def base_of(self, series):
        """The series whose row with one worker is the baseline."""
        if series.is_model:
            return series
        return self.real_of(series) if series.is_real else SEQUENTIAL

    def real_of(self, series):
        """The series of the real runtime's threads; `series` itself if there is none."""
        return next((other for other in self.series if other.mode == "real"
                     and other.runtime == series.runtime), series)

    def ratio(self, series, workers):
        """The runs.Ratio of a row to its baseline, for the same work, or None."""
        if (series, workers) not in self._ratios:
            row, base = self.rows.get((series, workers)), self.base_row(series)
            found = runs.ratio_interval(row, base) if row and base else None
            self._ratios[series, workers] = found if found and found.ratio else None
        return self._ratios[series, workers]

    def speedup(self, series, workers):
        """The Summary of a row as speed-up over its baseline, or None."""
        ratio = self.ratio(series, workers)
        if ratio is None:
            return None
        known = ratio.lo is not None
        lo, hi = (1 / ratio.hi, 1 / ratio.lo) if known else (1 / ratio.ratio,) * 2
        return Summary(1 / ratio.ratio, lo, hi,
                       len(self.rows[series, workers].samples) if known else 1)

    @property
    def has_samples(self):
        return any(row.samples for row in self.rows.values())

    @property
    def has_runtimes(self):
        return any(series.of_runtime for series in self.series)


def work_ratio(row, base):
    """How many times the work of `base` a row does; 1 if the file does not say."""
    units = row.counter("units"), base.counter("units")
    return units[0] / units[1] if all(units) else 1.0


def sheets_of(result, experiment):
    """The rows of an experiment as one Sheet per kernel; a ToolError if none has a sample."""
    rows = result.experiment(experiment)
    if not any(row.samples for row in rows):
        raise ToolError(result.path, all_failed(experiment, rows))
    kernels = {}
    for row in rows:
        kernels.setdefault(row.parts["kernel"], []).append(row)
    return [Sheet(kernel, kernels[kernel]) for kernel in sorted(kernels, key=natural)]
