"""Which rows of two machines differ: Welch's t test on one value per run, for all rows at once.

Between two runs on one machine all rows shift; so the run is what is counted, and at least 3 on
each side are needed. The p values are corrected for the number of rows by Holm's method. A
difference that was not shown is not called none: `same` needs a 90 % interval that lies inside the
limits, which is a test of its own.

Values are logarithms, in arrays of rows by runs with NaN where a row lacks a run.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from gilbench import stats
from gilbench.runs import FEWEST, LARGEST

LOWER, HIGHER, SAME, OPEN = "lower", "higher", "same", "~"      # of b, compared with a
NOISELESS = 1e-12   # a standard deviation that is no more than the rounding of logarithms
UNKNOWN = ""        # too few runs, or no noise to judge a difference by

# Why a side of a row says nothing of how far its runs lie apart.
NO_VALUE = "no run has a value that can be compared"
TOO_FEW = f"fewer than {FEWEST} runs"
NO_NOISE = "all runs gave the same value"


class Limits(NamedTuple):
    """What counts as a difference, and what as none, as parts of 1."""

    floor: float = 0.02
    same: float = 0.05


class Difference(NamedTuple):
    """How b differs from a; None and UNKNOWN where nothing can be said."""

    a: float
    b: float
    ratio: float
    lo: float
    hi: float
    verdict: str
    reasons: tuple = ("", "")   # why a and b tell nothing of their noise; then there is no interval

    @property
    def reason(self):
        """Why there is no interval; empty if there is one."""
        return next(filter(None, self.reasons), "")


@dataclass
class Estimate:
    """Differences of means with their standard errors and degrees of freedom, as arrays.

    The errors are NaN where too few runs, or runs without noise, tell nothing of them.
    """

    middle: object
    error: object
    freedom: object

    def bounds(self, level):
        """The interval of each difference; NaN where there is none."""
        half = stats.library("scipy.special").stdtrit(self.freedom, (1 + level) / 2) * self.error
        return self.middle - half, self.middle + half

    def p(self):
        """The two-sided p value of each difference; NaN where there is none."""
        numpy = stats.library("numpy")
        with numpy.errstate(divide="ignore", invalid="ignore"):
            t = numpy.abs(self.middle) / self.error
        return 2 * stats.library("scipy.special").stdtr(self.freedom, -t)


def table_of(values):
    """Dictionaries {run: value} as an array of rows by runs."""
    numpy = stats.library("numpy")
    made = numpy.full((len(values), max(map(len, values), default=0)), numpy.nan)
    for row, own in zip(made, values):
        row[:len(own)] = list(own.values())
    return made


def moments(values):
    """The number, the mean and the variance of each row; NaN where the values do not tell it."""
    numpy = stats.library("numpy")
    n = numpy.sum(~numpy.isnan(values), axis=1)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        mean = numpy.nansum(values, axis=1) / n
        variance = numpy.nansum((values - mean[:, None]) ** 2, axis=1) / (n - 1)
    return n, mean, numpy.where((n >= FEWEST) & (variance > NOISELESS ** 2), variance, numpy.nan)


def welch(a, b):
    """The Estimate of b - a for arrays of rows by runs, by Welch's approximation."""
    numpy = stats.library("numpy")
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = moments(a), moments(b)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        parts = variance_a / n_a, variance_b / n_b
        square = parts[0] + parts[1]
        freedom = square ** 2 / (parts[0] ** 2 / (n_a - 1) + parts[1] ** 2 / (n_b - 1))
    return Estimate(mean_b - mean_a, numpy.sqrt(square), freedom)


def pooled(a, b):
    """The same by Student's test, for values that vary as much on both sides."""
    numpy = stats.library("numpy")
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = moments(a), moments(b)
    freedom = n_a + n_b - 2
    with numpy.errstate(divide="ignore", invalid="ignore"):
        common = (variance_a * (n_a - 1) + variance_b * (n_b - 1)) / freedom
        square = common * (1 / n_a + 1 / n_b)
    return Estimate(mean_b - mean_a, numpy.sqrt(square), freedom)


def corrected(p):
    """The p values corrected for their number; NaN are left out and stay."""
    numpy = stats.library("numpy")
    found, known = numpy.full(len(p), numpy.nan), ~numpy.isnan(p)
    found[known] = stats.holm(p[known].tolist())
    return found


def verdicts(estimate, limits, error):
    """LOWER, HIGHER, SAME, OPEN or UNKNOWN for each row of a family that is tested together."""
    numpy = stats.library("numpy")
    shown = corrected(estimate.p()) < error
    large = numpy.abs(estimate.middle) >= numpy.log1p(limits.floor)
    lo, hi = estimate.bounds(0.90)
    within = numpy.log1p(limits.same)
    found = numpy.where(numpy.isnan(estimate.error), UNKNOWN, OPEN).astype(object)
    found[(lo > -within) & (hi < within)] = SAME
    different = shown & large
    found[different] = numpy.where(estimate.middle[different] < 0, LOWER, HIGHER)
    return found


class Group(NamedTuple):
    """Pairs of {run: log value}, as lists for a and b, and the test by which they are compared."""

    a: list
    b: list
    test: object = welch


def family(groups, limits, error):
    """The Differences of the pairs of each Group, which are tested together.

    `error` is the probability that any of them is said to differ if none does.
    """
    numpy = stats.library("numpy")
    full = [group for group in groups if group.a]
    if not full:
        return [[] for _ in groups]
    tables = [(table_of(group.a), table_of(group.b)) for group in full]
    estimates = [group.test(*pair) for group, pair in zip(full, tables)]
    whole = Estimate(*(numpy.concatenate([getattr(one, name) for one in estimates])
                       for name in ("middle", "error", "freedom")))
    sides = [[numpy.concatenate(arrays) for arrays in zip(*map(moments, side))]
             for side in zip(*tables)]
    columns = [numpy.exp(numpy.clip(values, -LARGEST, LARGEST)).tolist()
               for values in (*(mean for _, mean, _ in sides), whole.middle, *whole.bounds(0.95))]
    reasons = zip(*(map(reason, n.tolist(), variance.tolist()) for n, _, variance in sides))
    found = iter([Difference(*map(known, values), word, why)
                  for *values, word, why in zip(*columns, verdicts(whole, limits, error), reasons)])
    return [[next(found) for _ in group.a] for group in groups]


def known(value):
    """A number, or None for NaN."""
    return value if value == value else None


def reason(n, variance):
    """Why n values tell nothing of their noise; empty if they do."""
    if n < FEWEST:
        return TOO_FEW if n else NO_VALUE
    return NO_NOISE if math.isnan(variance) else ""
