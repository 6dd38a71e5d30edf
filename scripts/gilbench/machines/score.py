"""The score: one number for how much faster a machine is for programs that a lock holds back.

It is the geometric mean over four rows that every main run has: the locks of CPython 2 and 3 with 2
and 4 workers. As time per unit of work it says how fast the machine runs such programs; as slow-down
over the sequential run, what its locks cost whatever the speed of its CPU. The mean over the rows is
taken within each run, then runs are compared by a t test with a common variance.
"""

import math
import statistics
from typing import NamedTuple

from gilbench.machines.differences import (ALPHA, HIGHER, LOWER, NO_NOISE, NOISELESS, OPEN, SAME,
                                           UNKNOWN, Difference, Limits)
from gilbench.runs import FEWEST, exp, log_ratios, y_of
from gilbench.stats import library, quantile

EXPERIMENT = "times"
FIXED = tuple(("gil", lock, workers) for lock in ("cpython2", "cpython3") for workers in (2, 4))
ROWS = "gil cpython2 and cpython3 with 2 and 4 workers"


class Score(NamedTuple):
    """How b differs from a, as three Differences."""

    time: Difference        # of the fixed rows, per unit of work
    slow_down: Difference   # of the fixed rows
    cpu: Difference         # of the sequential run, per unit of work


class Fixed(NamedTuple):
    """The rows of a kernel that the score needs."""

    rows: list
    base: object


def fixed_rows(rows):
    """The Fixed rows among those of a kernel; a text that names what is missing."""
    found = {(row.parts.get("mode"), row.parts.get("lock"), row.workers): row for row in rows
             if row.samples and not set(row.parts) - {"kernel", "mode", "lock", "workers"}}
    base = found.get(("sequential", None, 1))
    lacking = [f"{mode} {lock} with {workers} workers" for mode, lock, workers in FIXED
               if (mode, lock, workers) not in found]
    if base is None:
        lacking.insert(0, "sequential")
    return ", ".join(lacking) or Fixed([found[key] for key in FIXED], base)


def mean_of(rows_by_run):
    """{run: mean over the rows} of the runs that all rows have."""
    runs = set.intersection(*(set(own) for own in rows_by_run))
    return {run: statistics.fmean(own[run] for own in rows_by_run) for run in sorted(runs)}


def times(fixed):
    """{run: log time per unit, the mean over the fixed rows}."""
    return mean_of([y_of(row) for row in fixed.rows])


def slow_downs(fixed):
    """{run: log slow-down, the mean over the fixed rows}."""
    return mean_of([log_ratios(row, fixed.base) for row in fixed.rows])


def score(a, b, limits=Limits()):
    """The Score of the Fixed rows of two sides."""
    return Score(*(pooled(of(a), of(b), limits) for of in
                   (times, slow_downs, lambda fixed: y_of(fixed.base))))


def pooled(a, b, limits):
    """The Difference of two {run: log value}, by a t test with a common variance."""
    sets = list(a.values()), list(b.values())
    if not all(sets):
        return Difference(None, None, None, None, None, UNKNOWN, "no run has all rows")
    means = [statistics.fmean(own) for own in sets]
    middle = means[1] - means[0]
    shown = [exp(value) for value in (*means, middle)]
    fewest = min(map(len, sets))
    if fewest < FEWEST:
        return Difference(*shown, None, None, UNKNOWN, f"fewer than {FEWEST} runs")
    freedom = len(a) + len(b) - 2
    variance = sum(statistics.variance(own) * (len(own) - 1) for own in sets) / freedom
    error = math.sqrt(variance * (1 / len(a) + 1 / len(b)))
    if error < NOISELESS:
        return Difference(*shown, None, None, UNKNOWN, NO_NOISE)
    half = quantile(0.975, freedom) * error
    return Difference(*shown, exp(middle - half), exp(middle + half),
                      verdict(middle, error, freedom, limits))


def verdict(middle, error, freedom, limits):
    """LOWER, HIGHER, SAME or OPEN, by a single test."""
    p = 2 * float(library("scipy.special").stdtr(freedom, -abs(middle) / error))
    if p < ALPHA and abs(middle) >= math.log1p(limits.floor):
        return LOWER if middle < 0 else HIGHER
    inside = abs(middle) + quantile(0.95, freedom) * error < math.log1p(limits.same)
    return SAME if inside else OPEN


def precision(values, level=0.95):
    """How far the interval of the mean of {run: log value} reaches, as a part of 1; None if unknown.
    """
    if len(values) < FEWEST:
        return None
    error = statistics.stdev(values.values()) / math.sqrt(len(values))
    return exp(quantile((1 + level) / 2, len(values) - 1) * error) - 1
