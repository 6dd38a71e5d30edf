"""A quantity that is compared between a model and the real runtime it stands for.

A view names its quantities as Compared; `measure` takes the rows of one side by Key.
"""

import statistics
from typing import Callable, NamedTuple


class Key(NamedTuple):
    """What a row of a pair is about; `rest` is the experiment's own parts of the name."""

    experiment: str
    rest: str
    workers: int


class Side(NamedTuple):
    """A quantity of one side: median(over) / median(under); `under` may be missing."""

    over: list
    under: list

    @property
    def sets(self):
        return [self.over] if self.under is None else [self.over, self.under]

    @property
    def value(self):
        below = 1 if self.under is None else statistics.median(self.under)
        return statistics.median(self.over) / below

    @property
    def n(self):
        return min(map(len, self.sets))


class Compared(NamedTuple):
    """A quantity: `unit` is `s`, `x` (a multiple) or `%` (a part, shown in percent).

    measure(rows, key) gives a Side or None; limit(workers) the factor within which model and
    runtime count as alike, or None where nothing is judged; `base` is the number of workers that
    the others are compared with, None where they are compared with nothing.
    """

    name: str
    unit: str
    measure: Callable
    limit: Callable
    base: int = None


def samples(rows, key, name):
    """A counter in all samples of the rows of a key."""
    return [value for row in rows.get(key, ()) for value in row.values(name)]


def latency(name):
    """The measure of a counter that is compared as it is."""
    def measure(rows, key):
        over = samples(rows, key, name)
        return Side(over, None) if over else None
    return measure


def loose_limit(workers):
    """The limit of quantities that vary much: a factor of 1.5; k = 0 is not judged.

    Without CPU-bound threads nobody competes for the lock.
    """
    return 1.5 if workers else None
