"""The score: one number for how much faster a machine is for programs that a lock holds back.

It is the geometric mean over four rows that every main run has: the locks of CPython 2 and 3 with
2 and 4 workers. As time per unit of work it says how fast the machine runs such programs; as
slow-down over the sequential run, what its locks cost whatever the speed of its CPU. The mean over
the rows is taken within each run, so that runs can be compared.
"""

import statistics
from typing import NamedTuple

from gilbench.runs import log_ratios, y_of

EXPERIMENT = "times"
FIXED = tuple(("gil", lock, workers) for lock in ("cpython2", "cpython3") for workers in (2, 4))
ROWS = "gil cpython2 and cpython3 with 2 and 4 workers"


class Score(NamedTuple):
    """Something about the score and its two parts."""

    time: object        # of the fixed rows, per unit of work
    slow_down: object   # of the fixed rows
    cpu: object         # the time of the sequential run, per unit of work


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


def logarithms(fixed):
    """The Score of a machine with these Fixed rows: each {run: log value}."""
    return Score(mean_of([y_of(row) for row in fixed.rows]),
                 mean_of([log_ratios(row, fixed.base) for row in fixed.rows]), y_of(fixed.base))
