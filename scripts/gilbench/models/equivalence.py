"""Judge whether a model is like the real runtime: the rules for the verdicts.

The ratio model / real is that of geometric means; its intervals are those of Welch's t on the
logarithms, of one value per run where there are three runs, otherwise of the samples. A limit L is
a factor. A test for equivalence turns the usual one around: that two are alike must be shown, too.

  alike            the 90 % interval lies within 1/L to L; if the truth were at the limit, 5 of
                   100 measurements would say so
  differs          the 95 % interval lies outside, with a correction for the number of lines that
                   are judged for the model (Holm)
  undecided        neither is shown; with how many samples or runs it would be, if the ratio and
                   the noise stay as they are
  for reference    k = 0, where nobody competes for the lock: not judged
  overrun          messages came faster than they were read, so latencies say nothing: not judged
  too few packets  fewer than 30 packets per sample: not judged

A model is alike if all its lines that are judged are, and differs if one of them does.
"""

import math
import statistics
from typing import NamedTuple

from gilbench.compared import FEWEST_RUNS, Estimate, pooled
from gilbench.runs import exp
from gilbench.stats import ALPHA, holm, student

ALIKE, DIFFERS, UNDECIDED, REFERENCE = "alike", "differs", "undecided", "for reference"
JUDGED = (ALIKE, DIFFERS, UNDECIDED)
MEAN_LIMIT = 1.07
MOST = 1000         # samples; what needs more is not to be decided this way


class Line(NamedTuple):
    """What is known of one comparison, before the others of the model are looked at."""

    estimate: Estimate
    limit: float        # None where nothing is judged
    unusable: str = ""  # why it cannot be judged


class Verdict(NamedTuple):
    """What was found about one comparison."""

    ratio: float
    interval: tuple     # of 95 %; None where the noise is unknown
    limit: float
    text: str
    needed: int = None  # samples or runs with which an undecided one would be decided

    @property
    def side(self):
        """`>` if the interval of a judged line lies above 1, `<` if below, otherwise nothing."""
        low, high = self.interval if self.interval and self.text in JUDGED else (1, 1)
        return ">" if low > 1 else "<" if high < 1 else ""


def difference(model, real):
    """The Estimate of the logarithm of model / real."""
    return Estimate.total([(1, model), (-1, real)])


def judge(lines):
    """The Verdicts on all Lines of a model, which are corrected for their number together."""
    judged = [bool(line.limit and not line.unusable and line.estimate.freedom) for line in lines]
    corrected = iter(holm([p_beyond(line.estimate, line.limit)
                           for line, can in zip(lines, judged) if can]))
    return [verdict(line, next(corrected) if can else None) for line, can in zip(lines, judged)]


def verdict(line, p):
    """The Verdict on one Line; `p` is its corrected p value, None where it is not judged."""
    estimate, limit = line.estimate, line.limit
    ratio, interval = exp(estimate.middle), estimate.interval(0.95)
    if limit is None or line.unusable:
        return Verdict(ratio, interval, limit, line.unusable or REFERENCE)
    if p is None:
        return Verdict(ratio, None, limit, UNDECIDED)
    if p < ALPHA:
        return Verdict(ratio, interval, limit, DIFFERS)
    low, high = estimate.interval(0.90)
    if 1 / limit < low and high < limit:
        return Verdict(ratio, interval, limit, ALIKE)
    return Verdict(ratio, interval, limit, UNDECIDED, needed(estimate, limit))


def p_beyond(estimate, limit):
    """The p value of the ratio against the nearer limit; below ALPHA if the 95 % interval is out."""
    beyond = abs(estimate.middle) - math.log(limit)
    return min(1.0, 2 * student(-beyond / math.sqrt(estimate.square), estimate.freedom))


def needed(estimate, limit):
    """How many samples or runs would decide; None if more than MOST."""
    room = math.log(limit) - abs(estimate.middle)
    half = estimate.reach(0.90 if room > 0 else 0.95)
    if not room or half / abs(room) > math.sqrt(MOST / estimate.n):
        return None
    return max(estimate.n + 1, math.ceil(estimate.n * (half / room) ** 2))


def model_verdict(verdicts):
    """What follows for the model from the Verdicts on its lines, or None if none is judged."""
    texts = [one.text for one in verdicts if one.text in JUDGED]
    return next((text for text in (DIFFERS, UNDECIDED, ALIKE) if text in texts), None)


def mean_difference(groups):
    """The Estimate of the mean logarithm of model / real over the lines of several models.

    `groups` holds for each model pairs of the Sides of model and runtime.
    """
    total = sum(map(len, groups))
    return Estimate.total([(sign * len(group) / total, mean_of([line[place] for line in group]))
                           for group in groups for place, sign in ((0, 1), (1, -1))])


def mean_of(sides):
    """The Estimate of the mean of Sides, which may have their `under` in common."""
    runs = [side.by_run for side in sides]
    common = set.intersection(*(set(one or ()) for one in runs))
    if len(common) >= FEWEST_RUNS:
        return Estimate.of([statistics.fmean(one[run] for one in runs) for run in sorted(common)])
    part = 1 / len(sides)
    weighted = [(part, side.over) for side in sides]
    unders = [side.under for side in sides if side.under is not None]
    if unders and all(one == unders[0] for one in unders):
        weighted.append((-part * len(unders), unders[0]))
    else:
        weighted += [(-part, one) for one in unders]
    return Estimate.total([(weight, Estimate.of(pooled(one))) for weight, one in weighted])
