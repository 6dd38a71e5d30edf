"""Judge whether a model is like the real runtime: the limits, and the rule for a verdict.

The ratio model / real is that of the medians; its 95 % interval comes from a percentile bootstrap
that draws each set of samples anew, so it holds the noise of both sides, and of the rows that a
slow-down or a share divides by. (Drawn from a log-normal distribution, it held the true ratio in
91 to 94 % of trials with 3 samples a side, in 95 % or more from 5 on.) A limit L is a factor:
1/L <= ratio <= L.

  alike               the ratio lies within the limit, and its interval within twice the limit
                      (1/L^2 to L^2): had there been a difference that large, it would have shown
  differs             the ratio lies outside the limit, and its interval does not contain 1: it is
                      not the noise that makes the difference
  not enough samples  neither can be said, or a side has fewer than 3 samples
  for reference       shown and not judged: k = 0, where no lock is fought over
"""

import math
from typing import NamedTuple

ALIKE, DIFFERS = "alike", "differs"
UNDECIDED, REFERENCE = "not enough samples", "for reference"
LEAST = 3       # samples on each side
MEAN_LIMIT = 1.07


class Verdict(NamedTuple):
    ratio: float
    interval: tuple     # None with fewer than 2 samples a side
    limit: float        # None where nothing is judged
    text: str


def limit_of(comparison):
    """The factor that a ratio has to stay within, or None."""
    if comparison.kind == "slow-down":
        return 1.15
    if comparison.workers == 0:
        return None
    if comparison.kind == "convoy p50" and comparison.workers == 1:
        return 1.1
    return 1.5


def judge(comparison, difference):
    """The Verdict on one comparison; `difference` is the module of that name."""
    model, real = comparison.model, comparison.real
    ratio = model.value / real.value
    interval = difference.interval_of_ratio([model.over] + real.sets[1:],
                                            [real.over] + model.sets[1:])
    limit = limit_of(comparison)
    enough = min(model.n, real.n) >= LEAST
    return Verdict(ratio, interval, limit, words(ratio, interval if enough else None, limit))


def words(ratio, interval, limit):
    """The rule itself; an interval of None is one of too few samples."""
    if limit is None:
        return REFERENCE
    if interval is None:
        return UNDECIDED
    low, high = interval
    if 1 / limit <= ratio <= limit:
        return ALIKE if limit ** -2 <= low and high <= limit ** 2 else UNDECIDED
    return DIFFERS if not low <= 1 <= high else UNDECIDED


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))
