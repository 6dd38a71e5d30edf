"""The score in one sentence, whose subject is the faster machine."""

import math
from typing import NamedTuple

from gilbench.machines.differences import HIGHER, LOWER, OPEN, SAME, UNKNOWN
from gilbench.units import percent

WHAT = "lock-bound programs"


class Topic(NamedTuple):
    """The words for a part of the score."""

    beginning: str
    same: str
    alike: str
    more: str
    less: str


LOCKS = Topic("locks cost", "the same", "as much", "more", "less")
CPU = Topic("CPU is", "as fast", "as fast", "faster", "slower")


class Factor(NamedTuple):
    """How many times as much the subject has of something as the other machine."""

    ratio: float
    lo: float
    hi: float

    @classmethod
    def of(cls, difference, inverted):
        ratio, lo, hi = difference[2:5]
        if not inverted:
            return cls(ratio, lo, hi)
        return cls(1 / ratio, hi and 1 / hi, lo and 1 / lo)

    @property
    def excess(self):
        """`12 % ±3 %`: how much it is more than 1, or less."""
        half = max(self.hi - self.ratio, self.ratio - self.lo)
        return f"{percent(abs(self.ratio - 1))} \u00b1{whole(half)}"

    @property
    def span(self):
        return f"{number(self.lo)} to {number(self.hi)} times"


def limit_text(part):
    """A limit in percent, as it was given."""
    return f"{100 * part:.4g} %"


def whole(part):
    """A part of 1 in whole percent, rounded up."""
    return f"{math.ceil(100 * part - 1e-9)} %"


def number(value):
    return f"{value:.3g}" if value < 0.995 or value >= 100 else f"{value:.2f}"


def sentence(score, a, b, limits):
    """What a Score says of the machines named a and b."""
    time = score.time
    lacking = [one.reason for one in score if one.ratio is None]
    if lacking:
        return f"Nothing can be said of {WHAT}: {lacking[0]}."
    if time.verdict == UNKNOWN:
        return (f"{b} takes {number(time.ratio)} times as long as {a} for {WHAT}, its locks cost "
                f"{number(score.slow_down.ratio)} times and its sequential run takes "
                f"{number(score.cpu.ratio)} times as much. There are no intervals and no verdict: "
                f"{time.reason}.")
    same = limit_text(limits.same)
    subject, other = (a, b) if time.verdict == HIGHER else (b, a)
    turned, whose = subject == a, "its"
    if time.verdict in (LOWER, HIGHER):
        faster = Factor.of(time, not turned).excess
        beginning = f"{subject} is {faster} faster than {other} for {WHAT}"
    else:
        whose = f"{b}'s"
        beginning = (f"{a} and {b} are equally fast within {same} for {WHAT}"
                     if time.verdict == SAME else open_time(time, a, b, limits))
    return (f"{beginning}; {aspect(LOCKS, score.slow_down, turned, whose, other, same)}, and "
            f"{aspect(CPU, score.cpu, not turned, whose, other, same)}.")


def open_time(time, a, b, limits):
    """What is known if neither a difference nor equality was shown."""
    span = f"{b} takes {Factor.of(time, False).span} as long"
    if time.lo <= 1 <= time.hi:
        return f"Which of {a} and {b} is faster for {WHAT} is not shown ({span})"
    return (f"That {a} or {b} is faster by {limit_text(limits.floor)} or more for {WHAT} is not "
            f"shown ({span})")


def aspect(topic, difference, inverted, whose, other, same):
    """What is said of the locks or the CPU alone."""
    factor = Factor.of(difference, inverted)
    beginning = f"{whose} {topic.beginning}"
    if difference.verdict == UNKNOWN:
        return f"{beginning} {number(factor.ratio)} times {topic.alike} ({difference.reason})"
    if difference.verdict == SAME:
        return f"{beginning} {topic.same} within {same}"
    if difference.verdict == OPEN:
        return (f"whether {beginning} {topic.more} or {topic.less} than {other}'s is not shown "
                f"({factor.span} {topic.alike})")
    return f"{beginning} {factor.excess} {topic.more if factor.ratio > 1 else topic.less}"
