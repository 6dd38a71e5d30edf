"""What an interval supports: a claim about the time of N workers compared with that of one.

A ratio above 1 is a longer time. A claim is made only if the whole 95 % interval agrees with it:

  same      the interval lies within 5 % of 1, or includes 1 and lies within 10 %
  slower    otherwise, the interval lies above 1
  faster    otherwise, the interval lies below 1
  unclear   none of these, or there is no interval
"""

import math
from dataclasses import dataclass

SAME, SLOWER, FASTER, UNCLEAR = "same", "slower", "faster", "unclear"
CLOSE, NEAR = 1.05, 1.10    # factors
COARSE = 0.05       # ratios whose intervals reach further are given with one decimal
TOGETHER = 1.1      # ratios within this factor of each other are given as one range


@dataclass(frozen=True)
class Claim:
    """A claim on one or several rows: the smallest and largest of their ratios and bounds."""

    kind: str
    ratios: tuple = ()
    bounds: tuple = ()
    reason: str = ""    # why nothing can be said

    @property
    def within(self):
        """The percentage within which the time is that of one worker."""
        furthest = max(self.bounds[-1], 1 / self.bounds[0])
        return max(1, math.ceil(100 * (furthest - 1) - 1e-9))

    @property
    def reach(self):
        """How far the bounds reach from the ratios, as a part of them."""
        return max(self.bounds[-1] / self.ratios[-1], self.ratios[0] / self.bounds[0]) - 1

    def number(self, inverted):
        """The ratios as text, with the decimals that the interval supports."""
        ratios = [1 / ratio for ratio in self.ratios] if inverted else self.ratios
        texts = list(dict.fromkeys(decimals(ratio, self.reach) for ratio in sorted(ratios)))
        return " to ".join(texts)


def claim(ratio):
    """The Claim that a runs.Ratio supports."""
    if ratio.lo is None:
        return Claim(UNCLEAR, reason="a single sample has no interval")
    bounds = (ratio.lo, ratio.hi)
    within = max(ratio.hi, 1 / ratio.lo)
    includes = ratio.lo <= 1 <= ratio.hi
    if within <= (NEAR if includes else CLOSE):
        return Claim(SAME, (ratio.ratio,), bounds)
    if includes:
        text = " to ".join(decimals(bound, 0) for bound in bounds)
        return Claim(UNCLEAR, reason=f"the interval, {text} times as long, includes 1")
    return Claim(SLOWER if ratio.lo > 1 else FASTER, (ratio.ratio,), bounds)


def merged(claims):
    """One Claim on the rows of several that are not unclear."""
    kinds = {one.kind for one in claims} - {SAME}
    kind = SAME if not kinds else kinds.pop() if len(kinds) == 1 else SLOWER
    ratios, bounds = (sorted(value for one in claims for value in values(one)) for values in (
        lambda one: one.ratios, lambda one: one.bounds))
    return Claim(kind, (ratios[0], ratios[-1]), (bounds[0], bounds[-1]))


def ratios_text(claims):
    """What is said of a row of claims: `take 1.65 and 2.38 times as long as one`, in two parts.

    The first is the verb, and the end of the second, which need not be repeated, is the third.
    """
    whole = merged(claims)
    if all(one.kind == SAME for one in claims):
        return "take", f"as long as one (within {whole.within} %)", ""
    fast = whole.kind == FASTER
    if whole.ratios[-1] / whole.ratios[0] <= TOGETHER:
        claims = [whole]
    numbers = listed(one.number(fast) for one in claims)
    return (("are", f"{numbers} times", " as fast as one") if fast
            else ("take", f"{numbers} times", " as long as one"))


def decimals(ratio, reach):
    return f"{ratio:.{2 if reach <= COARSE and ratio < 9.995 else 1 if ratio < 99.5 else 0}f}"


def listed(words):
    """`a`, `a and b`, `a, b and c`; nothing for no words."""
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last
