"""The one statistic that all commands show: the median, and an interval for it."""

import functools
import math
import statistics
from typing import NamedTuple

OUTSIDE = 0.025     # the part of the probability that each side of a 95 % interval leaves out


class Summary(NamedTuple):
    """The median of n samples and the order statistics that enclose it with 95 % confidence."""

    median: float
    lo: float
    hi: float
    n: int

    @property
    def spread(self):
        """How far the interval reaches from the median, as a part of the median."""
        if self.median == 0:
            return 0.0
        return max(self.hi - self.median, self.median - self.lo) / self.median

    def scaled(self, factor):
        return Summary(self.median * factor, self.lo * factor, self.hi * factor, self.n)


def summarise(values):
    """The Summary of a list of numbers, or None if it is empty."""
    if not values:
        return None
    ordered = sorted(values)
    n = len(ordered)
    rank = rank_of(n)
    return Summary(statistics.median(ordered), ordered[rank], ordered[n - 1 - rank], n)


@functools.lru_cache(maxsize=None)
def rank_of(n):
    """The rank, from 0 and from either end, of the samples that enclose the median.

    The interval needs no assumption about the distribution: each sample lies below the true
    median with probability 1/2, so the number of samples below it is binomial. Below 6 samples
    even the whole range covers less than 95 %. Ten standard deviations below n/2, where the sum
    begins, the binomial probabilities are far below the precision of a double.
    """
    cut = max(0, int(n / 2 - 5 * math.sqrt(n)))
    outside = 0.0
    while cut < (n - 1) // 2:
        outside += math.exp(math.lgamma(n + 1) - math.lgamma(cut + 1) - math.lgamma(n - cut + 1)
                            - n * math.log(2))
        if outside > OUTSIDE:
            break
        cut += 1
    return max(cut - 1, 0)


def spread_text(part):
    """How far an interval reaches, in percent, rounded up; None is unknown."""
    if part is None:
        return "\u00b1?"
    return f"\u00b1{math.ceil(100 * part - 1e-9)} %"
