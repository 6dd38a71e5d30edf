"""Decide whether two sets of samples differ: the statistics of `compare` and `fidelity`.

Each pair of sets gets the ratio of its medians with a bootstrap interval, and a two-sided
Mann-Whitney test. The p values of all pairs that are tested together are corrected with Holm's
method, so that a table of many rows does not show a difference by chance alone.
"""

import functools
import importlib
import math
import statistics
from dataclasses import dataclass

from gilbench.command import ToolError

ALPHA = 0.05
RESAMPLES = 9999
FEWEST_RESAMPLES = 999
DRAWS = 20_000_000  # numbers drawn for an interval at most, unless that left too few resamples
BATCH = 2_000_000   # numbers held in memory at a time
SEED = 20090611     # fixed: the same files always give the same text


@functools.lru_cache(maxsize=None)
def library(name):
    """numpy or a part of scipy, loaded when first needed; a ToolError if that fails.

    A scipy that does not fit the installed numpy fails with various exceptions.
    """
    try:
        return importlib.import_module(name)
    except Exception as error:      # pylint: disable=broad-except
        raise ToolError("scipy", f"{type(error).__name__}: {error}; install it with: "
                        "apt-get install python3-scipy") from error


@functools.lru_cache(maxsize=None)
def quantile(p, freedom):
    """The p quantile of Student's t distribution with so many degrees of freedom."""
    return float(library("scipy.special").stdtrit(freedom, p))


def student(t, freedom):
    """The probability that Student's t with so many degrees of freedom is below t."""
    return float(library("scipy.special").stdtr(freedom, t))


def libraries():
    """numpy and scipy.stats."""
    return library("numpy"), library("scipy.stats")


@dataclass
class Difference:
    """How b differs from a; p is corrected, interval and p are None where they do not exist."""

    ratio: float
    interval: tuple
    p: float
    verdict: str


def smallest_p(n, m):
    """The smallest p the test can give for n and m samples: all of one set below the other."""
    return min(1.0, 2 / math.comb(n + m, n))


def enough(tests):
    """The smallest number of samples on each side at which `tests` rows can show a difference."""
    n = 1
    while smallest_p(n, n) * tests >= ALPHA:
        n += 1
    return n


def interval_of_ratio(over, under):
    """95 % percentile bootstrap interval for a ratio of products of medians.

    `over` and `under` are lists of sets; None if a set has fewer than 2 samples.
    """
    if min(map(len, (*under, *over))) < 2:
        return None
    numpy, stats = libraries()

    def ratio(*sets, axis):
        medians = [numpy.median(values, axis=axis) for values in sets]
        return (numpy.prod(medians[len(under):], axis=0)
                / numpy.prod(medians[:len(under)], axis=0))

    largest = max(map(len, (*under, *over)))
    with numpy.errstate(over="ignore"):     # in the standard error, which is not used
        found = stats.bootstrap(
            (*under, *over), ratio, method="percentile", batch=max(1, BATCH // largest),
            n_resamples=min(RESAMPLES, max(FEWEST_RESAMPLES, DRAWS // largest)),
            random_state=numpy.random.default_rng(SEED)).confidence_interval
    return float(found.low), float(found.high)


def test(a, b):
    """The p value of a two-sided Mann-Whitney test, exact where there are no ties."""
    different = len(set(a) | set(b))
    if different == 1:
        return 1.0
    exact = different == len(a) + len(b) and max(len(a), len(b)) <= 20
    return float(libraries()[1].mannwhitneyu(a, b, alternative="two-sided",
                                             method="exact" if exact else "asymptotic").pvalue)


def holm(values):
    """The p values corrected for their number, in the same order."""
    corrected, largest = [0.0] * len(values), 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = largest
    return corrected


def differences(pairs, floor):
    """The Difference of each pair of sets; ratios closer to 1 than `floor` count as none."""
    testable = [smallest_p(len(a), len(b)) < ALPHA for a, b in pairs]
    tests = sum(testable)
    corrected = iter(holm([test(a, b) for (a, b), can in zip(pairs, testable) if can]))
    found = []
    for (a, b), can in zip(pairs, testable):
        ratio = statistics.median(b) / statistics.median(a)
        bounds = interval_of_ratio([b], [a])
        p = next(corrected) if can else None
        hopeless = not can or smallest_p(len(a), len(b)) * tests >= ALPHA
        found.append(Difference(ratio, bounds, p, judge(ratio, bounds, p, hopeless, floor)))
    return found


def judge(ratio, bounds, p, hopeless, floor):
    """The verdict in words."""
    if p is not None and p < ALPHA and not bounds[0] <= 1 <= bounds[1]:
        if abs(ratio - 1) >= floor:
            return "B faster" if ratio < 1 else "B slower"
        return "no difference shown"
    return "too few samples" if hopeless else "no difference shown"
