"""Judge whether a model is like the real runtime: the rule for a verdict.

The ratio model / real is that of the medians; its 95 % interval comes from a percentile bootstrap
that resamples each set, so it covers the noise of both sides, and of the rows that a slow-down or
a share divides by. (With log-normal samples it covered the true ratio in 91 to 94 % of trials with
3 samples a side, in 95 % or more from 5 on.) A limit L is a factor: 1/L <= ratio <= L.

  alike               the ratio lies within the limit, and its interval within the limit squared
                      (1/L^2 to L^2): a difference that large would have been shown
  differs             the ratio lies outside the limit, and its interval does not contain 1: noise
                      alone does not explain the difference
  not enough samples  neither can be said, or a side has fewer than 3 samples
  for reference       shown and not judged: k = 0, where nobody competes for the lock
"""

import math
from typing import NamedTuple

from gilbench import stats

ALIKE, DIFFERS = "alike", "differs"
UNDECIDED, REFERENCE = "not enough samples", "for reference"
FEWEST = 3      # samples on each side
MEAN_LIMIT = 1.07


class Verdict(NamedTuple):
    """What was found about one comparison."""

    ratio: float
    interval: tuple     # None with fewer than 2 samples a side
    limit: float        # None where nothing is judged
    text: str


def judge(comparison):
    """The Verdict on one comparison."""
    model, real = comparison.model, comparison.real
    ratio = model.value / real.value
    interval = stats.interval_of_ratio([model.over] + real.sets[1:], [real.over] + model.sets[1:])
    limit = comparison.quantity.limit(comparison.workers)
    enough = min(model.n, real.n) >= FEWEST
    return Verdict(ratio, interval, limit, words(ratio, interval if enough else None, limit))


def words(ratio, interval, limit):
    """The rule itself; an interval of None means too few samples."""
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
