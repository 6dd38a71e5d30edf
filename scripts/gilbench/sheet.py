"""A sheet: the rows of one experiment and kernel, arranged as series by numbers of workers."""

from gilbench.command import ToolError
from gilbench.series import SEQUENTIAL, natural


class Sheet:
    """The rows of one kernel: one for each series and number of workers."""

    def __init__(self, kernel, rows):
        self.kernel = kernel
        self.rows = {(row.series, row.workers): row for row in rows}
        self.series = sorted({row.series for row in rows}, key=lambda series: series.order)
        self.workers = sorted({row.workers for row in rows})

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
        row = self.rows.get((series, workers))
        base = self.rows.get((self.base_of(series), 1))
        if row is None or base is None or not base.samples:
            return None
        return base.summary.median * work_ratio(row, base)

    def base_of(self, series):
        """The series whose row with one worker is the baseline."""
        if series.is_model:
            return series
        if series.is_real:
            return next((other for other in self.series if other.mode == "real"
                         and other.runtime == series.runtime), series)
        return SEQUENTIAL

    def multiple(self, series, workers):
        """The Summary of a row as a multiple of its baseline, or None."""
        base, own = self.baseline(series, workers), self.summary(series, workers)
        return own.scaled(1 / base) if base and own else None

    def speedup(self, series, workers):
        """The Summary of a row as speed-up over its baseline, or None."""
        multiple = self.multiple(series, workers)
        return multiple and multiple.inverted()

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
        raise ToolError(result.path, f"all {sum(row.tries for row in rows)} samples of "
                        f"`{experiment}` failed; the first, {rows[0].name}: {rows[0].failures[0]}")
    kernels = {}
    for row in rows:
        kernels.setdefault(row.parts["kernel"], []).append(row)
    return [Sheet(kernel, kernels[kernel]) for kernel in sorted(kernels, key=natural)]
