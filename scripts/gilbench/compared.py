"""A quantity that is compared between a model and the real runtime it stands for.

A view names its quantities as Compared; `measure` takes the rows of one side by Key and gives a
Side: what was measured, as logarithms, since what differs are factors.
"""

import math
import statistics
from typing import Callable, NamedTuple

from gilbench.runs import exp
from gilbench.stats import quantile

FEWEST_RUNS = 3     # from which a run, and not a sample, is the unit


class Key(NamedTuple):
    """What a row of a pair is about; `rest` is the experiment's own parts of the name."""

    experiment: str
    rest: str
    workers: int


class Estimate(NamedTuple):
    """A mean of logarithms, the square of its standard error, its degrees of freedom.

    `n` is the number of samples or runs behind it. Without freedom the error is unknown.
    """

    middle: float
    square: float
    freedom: float
    n: int

    @classmethod
    def of(cls, values):
        """That of a list of independent values."""
        n = len(values)
        square = statistics.variance(values) / n if n > 1 else 0.0
        return cls(statistics.fmean(values), square, n - 1, n)

    @classmethod
    def total(cls, weighted):
        """That of a sum of independent estimates, with a weight each: Welch and Satterthwaite."""
        squares = [weight ** 2 * one.square for weight, one in weighted]
        total, freedom = sum(squares), 0
        if total and all(one.freedom for _, one in weighted):
            freedom = 1 / sum((square / total) ** 2 / one.freedom
                              for square, (_, one) in zip(squares, weighted))
        return cls(sum(weight * one.middle for weight, one in weighted), total, freedom,
                   min(one.n for _, one in weighted))

    def reach(self, part):
        """How far the interval reaches that covers such a part, or None if the error is unknown."""
        if not self.freedom:
            return None
        return quantile(0.5 + part / 2, self.freedom) * math.sqrt(self.square)

    def interval(self, part):
        """That interval as one of a factor, or None."""
        half = self.reach(part)
        return half and (exp(self.middle - half), exp(self.middle + half))


class Side(NamedTuple):
    """A quantity of one side: `over`, or over / `under` if there is one.

    Both are {run: [logarithm of each sample]}. From three runs on each run has one value, the
    median; with fewer each sample counts. A measure may return anything else that has `estimate`,
    `value` and `n`.
    """

    over: dict
    under: dict = None

    @property
    def sets(self):
        return [self.over] if self.under is None else [self.over, self.under]

    @property
    def by_run(self):
        """The value of each run that both sets have, or None if these are too few."""
        common = set.intersection(*map(set, self.sets))
        if len(common) < FEWEST_RUNS:
            return None
        signs = (1, -1)
        return {run: sum(sign * statistics.median(one[run])
                         for sign, one in zip(signs, self.sets)) for run in sorted(common)}

    @property
    def estimate(self):
        """The Estimate of the quantity's logarithm."""
        values = self.by_run
        if values:
            return Estimate.of(list(values.values()))
        return Estimate.total([(sign, Estimate.of(pooled(one)))
                               for sign, one in zip((1, -1), self.sets)])

    @property
    def value(self):
        return exp(self.estimate.middle)

    @property
    def n(self):
        """How many samples there are, whatever the unit is."""
        return min(len(pooled(one)) for one in self.sets)


class Compared(NamedTuple):
    """A quantity: `unit` is `s`, `x` (a multiple) or `%` (a part, shown in percent).

    measure(rows, key) gives a Side or None; limit(workers) the factor within which model and
    runtime count as alike, or None where nothing is judged; `base` is the number of workers that
    the others are compared with, None where they are compared with nothing. unusable(rows, key)
    says in a few words why a side cannot be judged, or nothing.
    """

    name: str
    unit: str
    measure: Callable
    limit: Callable
    base: int = None
    unusable: Callable = lambda rows, key: ""


def pooled(samples):
    """The logarithms of all runs."""
    return [value for own in samples.values() for value in own]


def by_run(rows, values):
    """{run: [logarithms]} of the samples of rows; a run of another file is another run.

    values(row) are pairs of a sample and its value.
    """
    found = {}
    for row in rows:
        for sample, value in values(row):
            if value > 0:
                found.setdefault((row.file, sample.run), []).append(math.log(value))
    return found


def samples(rows, key, name):
    """{run: [logarithms of a counter]} of the rows of a key."""
    return by_run(rows.get(key, ()), lambda row: [
        (sample, sample.counters[name]) for sample in row.samples if name in sample.counters])


def loose_limit(workers):
    """The limit of quantities that vary much: a factor of 1.5; k = 0 is not judged.

    Without CPU-bound threads nobody competes for the lock.
    """
    return 1.5 if workers else None
