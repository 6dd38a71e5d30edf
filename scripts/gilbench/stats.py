"""Decide whether two sets of samples differ: the statistics of `compare`.

Each pair of sets gets the ratio of its medians with a bootstrap interval, and a two-sided
Mann-Whitney test. The p values of all pairs that are tested together are corrected with Holm's
method, so that a table of many rows does not show a difference by chance alone.
"""

import math
import statistics
from dataclasses import dataclass

import numpy
from scipy import stats

ALPHA = 0.05
RESAMPLES = 9999
SEED = 20090611     # fixed: the same files always give the same text


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


def interval(a, b):
    """95 % percentile bootstrap interval for median(b) / median(a)."""
    return interval_of_ratio([b], [a])


def interval_of_ratio(over, under):
    """The same for a ratio of products: of the medians of the sets in `over` and in `under`."""
    if min(map(len, (*under, *over))) < 2:
        return None

    def ratio(*sets, axis):
        medians = [numpy.median(values, axis=axis) for values in sets]
        return (numpy.prod(medians[len(under):], axis=0)
                / numpy.prod(medians[:len(under)], axis=0))

    found = stats.bootstrap((*under, *over), ratio, method="percentile", n_resamples=RESAMPLES,
                            random_state=numpy.random.default_rng(SEED)).confidence_interval
    return float(found.low), float(found.high)


def test(a, b):
    """The p value of a two-sided Mann-Whitney test, exact where there are no ties."""
    different = len(set(a) | set(b))
    if different == 1:
        return 1.0
    exact = different == len(a) + len(b) and max(len(a), len(b)) <= 20
    return float(stats.mannwhitneyu(a, b, alternative="two-sided",
                                    method="exact" if exact else "asymptotic").pvalue)


def holm(values):
    """The p values corrected for their number, in the same order."""
    corrected, largest = [0.0] * len(values), 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = largest
    return corrected


def differences(pairs, floor):
    """The Difference of each pair of sets; below `floor`, a part of 1, there is none."""
    testable = [smallest_p(len(a), len(b)) < ALPHA for a, b in pairs]
    tests = sum(testable)
    corrected = iter(holm([test(a, b) for (a, b), can in zip(pairs, testable) if can]))
    found = []
    for (a, b), can in zip(pairs, testable):
        ratio = statistics.median(b) / statistics.median(a)
        bounds = interval(a, b)
        p = next(corrected) if can else None
        hopeless = not can or smallest_p(len(a), len(b)) * tests >= ALPHA
        found.append(Difference(ratio, bounds, p, judge(ratio, bounds, p, hopeless, floor)))
    return found


def judge(ratio, bounds, p, hopeless, floor):
    """The verdict in words."""
    if p is not None and p < ALPHA and not bounds[0] <= 1 <= bounds[1]:
        if abs(ratio - 1) >= floor:
            return "B faster" if ratio < 1 else "B slower"
        return "no difference"
    return "too few samples" if hopeless else "no difference"
