"""Two files set beside each other: their common rows, and how the comparison is printed."""

import statistics
from dataclasses import dataclass
from functools import cached_property

from gilbench.cells import WIDTH
from gilbench.command import ToolError
from gilbench.series import natural
from gilbench.sheet import Sheet, sheets_of
from gilbench.units import duration, workers_text
from gilbench.views import view_of

# What differs between runs on one machine and explains nothing.
INCIDENTAL = {"date", "seed", "executable", "mhz_per_cpu", "clock_ns"}
VALUE = (WIDTH - 28) // 2   # characters of a context value that are shown


@dataclass
class Pair:
    """One kernel in both files."""

    a: Sheet
    b: Sheet

    def __iter__(self):
        return iter((self.a, self.b))

    @cached_property
    def common(self):
        """The (series, workers) that have samples in both files, in order."""
        return [key for key in self.keys() if all(self.has(sheet, key) for sheet in self)]

    def keys(self):
        return sorted({*self.a.rows, *self.b.rows}, key=lambda key: (key[0].order, key[1]))

    @staticmethod
    def has(sheet, key):
        return key in sheet.rows and bool(sheet.rows[key].samples)

    @cached_property
    def per_unit(self):
        """Whether the two did different work, and both files say how much."""
        units = [[sheet.rows[key].counter("units") for sheet in self] for key in self.common]
        return any(a != b for a, b in units) and all(a and b for a, b in units)

    def values(self, key):
        """The compared numbers of a row in both files: seconds, or seconds per unit."""
        rows = [sheet.rows[key] for sheet in self]
        scale = [row.counter("units") if self.per_unit else 1 for row in rows]
        return tuple([sample.seconds / part for sample in row.samples]
                     for row, part in zip(rows, scale))


def sheets(result):
    """The sheets of all experiments that can be compared, by experiment and kernel."""
    names = [name for name in result.experiments if view_of(name).comparable]
    if not names:
        raise ToolError(result.path, f"no rows that can be compared; {result.found()}")
    return {(name, sheet.kernel): sheet for name in names for sheet in sheets_of(result, name)}


def pairs_of(a, b):
    """The kernels that both files have."""
    mine, theirs = sheets(a), sheets(b)
    pairs = [Pair(sheet, theirs[key]) for key, sheet in mine.items() if key in theirs]
    if not any(pair.common for pair in pairs):
        kernels = [", ".join(kernel for _, kernel in own) for own in (mine, theirs)]
        raise ToolError(f"{a.path}, {b.path}", "no row has samples in both files; kernels of A: "
                        f"{kernels[0]}; kernels of B: {kernels[1]}")
    return [pair for pair in pairs if pair.common]


def context(a, b):
    """The lines that tell what differs between the runs."""
    keys = [key for key in {**a.context, **b.context}
            if key not in INCIDENTAL and not key.startswith("experiment.")
            and a.context.get(key) != b.context.get(key)]
    if not keys:
        yield "the files show no difference between the two runs"
        return
    width = max(len(key) for key in keys + ["differs"])
    yield f"{'differs':<{width}}  {'A':<{VALUE}}  B"
    for key in keys:
        values = [shorten(result.context.get(key, "-")) for result in (a, b)]
        yield f"{key:<{width}}  {values[0]:<{VALUE}}  {values[1]}"


def shorten(value):
    return value if len(value) <= VALUE else value[:VALUE - 3] + "..."


def lines_of(pair, found):
    """The table of one kernel: a heading for each series, a line for each number of workers."""
    what = "seconds"
    head = f"{'workers':>9} {'A':>9} {'B':>9}"
    if pair.per_unit:
        what = "time per unit of work, because the units of work differ"
        head += f" {'A / unit':>10} {'B / unit':>10}"
    yield f"kernel {pair.a.kernel}; compared: {what}"
    yield f"{head} {'B/A':>6} {'95 % interval':>15} {'p':>7}  verdict"
    last = None
    for key, difference in zip(pair.common, found):
        if key[0] != last:
            last = key[0]
            yield last.label
        cells = f"{key[1]:>9}"
        for sheet in pair:
            cells += f" {duration(sheet.summary(*key).median, 4):>9}"
        if pair.per_unit:
            for values in pair.values(key):
                cells += f" {duration(statistics.median(values), 4):>10}"
        yield f"{cells} {verdict(difference)}"


def verdict(difference):
    bounds = "-" if difference.interval is None else "{:.3f} - {:.3f}".format(*difference.interval)
    p = "-" if difference.p is None else "<0.001" if difference.p < 0.001 else f"{difference.p:.3f}"
    return f"{difference.ratio:>6.3f} {bounds:>15} {p:>7}  {difference.verdict}"


def warnings(a, b, pairs):
    """What makes the comparison weaker than it looks."""
    lengths = {result.context.get("time_s") for result in (a, b)} - {None}
    if len(lengths) > 1:
        yield "warning: time_s differs: the regions of A and B were meant to be of different length"
    for pair in pairs:
        known = [sheet.rows[key].counter("units") for key in pair.common for sheet in pair]
        if pair.per_unit:
            yield f"warning: kernel {pair.a.kernel}: the rows of A and B did different work"
        elif None in known:
            yield (f"warning: kernel {pair.a.kernel}: rows without the counter `units`: nothing "
                   "shows that A and B did the same work")


def leftovers(a, b):
    """Rows and samples that could not be compared."""
    both = [sheets(result) for result in (a, b)]
    for key in sorted({*both[0], *both[1]}, key=lambda key: (key[0], natural(key[1]))):
        own = [side.get(key) or Sheet(key[1], []) for side in both]
        yield from alone(own)
        yield from failed(own)


def alone(own):
    """The rows of a kernel that only one of the files has."""
    for name, sheet, other in zip("AB", own, own[::-1]):
        for series in sheet.series:
            workers = [key[1] for key, _ in sheet.ordered()
                       if key[0] == series and key not in other.rows]
            if workers:
                yield (f"only in {name}: kernel {sheet.kernel}, {series.label}, "
                       f"{workers_text(*workers)}")


def failed(own):
    """The rows of a kernel that have failed samples."""
    for key in Pair(*own).keys():
        for name, row in zip("AB", (sheet.rows.get(key) for sheet in own)):
            if row and row.failures:
                yield (f"failed in {name}: kernel {own[0].kernel}, {key[0].label}, "
                       f"{workers_text(key[1])}: {len(row.failures)} of {row.tries} "
                       f"samples: {row.failures[0]}")
