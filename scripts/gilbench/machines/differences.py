"""Which rows of two machines differ: Welch's t test on one value per run, for all rows at once.

Between two runs on one machine all rows shift; so the run is what is counted, and at least 3 on
each side are needed. The p values are corrected for the number of rows by Holm's method. A
difference that was not shown is not called none: `same` needs a 90 % interval that lies inside the
limits, which is a test of its own.

Values are logarithms, in arrays of rows by runs with NaN where a row lacks a run.
"""

from dataclasses import dataclass
from typing import NamedTuple

from gilbench import stats
from gilbench.runs import FEWEST, LARGEST
from gilbench.stats import ALPHA

LOWER, HIGHER, SAME, OPEN = "lower", "higher", "same", "~"      # of b, compared with a
NOISELESS = 1e-12   # a standard error that is no more than the rounding of logarithms
NO_NOISE = "all runs gave the same value, so nothing tells how far runs lie apart"
UNKNOWN = ""        # too few runs, or no noise to judge a difference by


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
    reason: str = ""    # why there is no interval


@dataclass
class Estimate:
    """Differences of means with their standard errors and degrees of freedom, as arrays.

    The errors are NaN where too few runs, or runs without noise, tell nothing of them.
    """

    middle: object
    error: object
    freedom: object

    @classmethod
    def of(cls, middle, square, freedom):
        """From the squares of the errors; those that are no more than rounding become NaN."""
        numpy = stats.library("numpy")
        nothing = ~(square > NOISELESS ** 2)
        return cls(middle, numpy.where(nothing, numpy.nan, numpy.sqrt(square)),
                   numpy.where(nothing, numpy.nan, freedom))

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
    """The number, the mean and the variance of each row; NaN where there are too few values."""
    numpy = stats.library("numpy")
    n = numpy.sum(~numpy.isnan(values), axis=1)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        mean = numpy.nansum(values, axis=1) / n
        variance = numpy.nansum((values - mean[:, None]) ** 2, axis=1) / (n - 1)
    return n, mean, numpy.where(n >= FEWEST, variance, numpy.nan)


def welch(a, b):
    """The Estimate of b - a for arrays of rows by runs, by Welch's approximation."""
    numpy = stats.library("numpy")
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = moments(a), moments(b)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        parts = variance_a / n_a, variance_b / n_b
        square = parts[0] + parts[1]
        freedom = square ** 2 / (parts[0] ** 2 / (n_a - 1) + parts[1] ** 2 / (n_b - 1))
    return Estimate.of(mean_b - mean_a, square, freedom)


def pooled(a, b):
    """The same by Student's test, for values that vary as much on both sides."""
    numpy = stats.library("numpy")
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = moments(a), moments(b)
    freedom = n_a + n_b - 2
    with numpy.errstate(divide="ignore", invalid="ignore"):
        common = (variance_a * (n_a - 1) + variance_b * (n_b - 1)) / freedom
        square = common * (1 / n_a + 1 / n_b)
    return Estimate.of(mean_b - mean_a, square, freedom)


def corrected(p):
    """The p values corrected for their number; NaN are left out and stay."""
    numpy = stats.library("numpy")
    found, known = numpy.full(len(p), numpy.nan), ~numpy.isnan(p)
    found[known] = stats.holm(p[known].tolist())
    return found


def verdicts(estimate, limits):
    """LOWER, HIGHER, SAME, OPEN or UNKNOWN for each row of a family that is tested together."""
    numpy = stats.library("numpy")
    shown = corrected(estimate.p()) < ALPHA
    large = numpy.abs(estimate.middle) >= numpy.log1p(limits.floor)
    lo, hi = estimate.bounds(0.90)
    within = numpy.log1p(limits.same)
    found = numpy.where(numpy.isnan(estimate.error), UNKNOWN, OPEN).astype(object)
    found[(lo > -within) & (hi < within)] = SAME
    different = shown & large
    found[different] = numpy.where(estimate.middle[different] < 0, LOWER, HIGHER)
    return found


def differences(a, b, limits, test=welch):
    """The Difference of each row, from lists of {run: log value} that are one family."""
    if not a:
        return []
    numpy = stats.library("numpy")
    tables = table_of(a), table_of(b)
    estimate = test(*tables)
    words = verdicts(estimate, limits)
    lo, hi = estimate.bounds(0.95)
    means = [moments(table)[1] for table in tables]
    columns = [numpy.exp(numpy.clip(values, -LARGEST, LARGEST)).tolist()
               for values in (*means, estimate.middle, lo, hi)]
    return [Difference(*(known(value) for value in values), word,
                       "" if word else reason(own, other))
            for *values, word, own, other in zip(*columns, words, a, b)]


def known(value):
    """A number, or None for NaN."""
    return value if value == value else None


def reason(a, b):
    """Why two rows have no interval."""
    fewest = min(len(a), len(b))
    if fewest == 0:
        return "no run has a value above 0"
    if fewest < FEWEST:
        return f"fewer than {FEWEST} runs"
    return NO_NOISE
