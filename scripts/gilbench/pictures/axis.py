"""The axes of pictures: their range, and where which numbers stand."""

import math
from typing import NamedTuple

from gilbench.units import duration, rate

FEW = 8     # workers up to which speed-up needs no logarithm
ROOM = 0.06     # of the axis at each end
LARGEST = 1e120     # what lies beyond it, or below 1 over it, counts as it: a double has no room


class Axis(NamedTuple):
    """A range with its ticks; `base` is that of the logarithm, 0 for a linear axis.

    `ticks` are pairs of a value and its text, `minor` the values of ticks without a text.
    """

    low: float
    high: float
    base: int
    ticks: tuple
    minor: tuple = ()
    label: str = ""

    def part(self, value):
        """Where a value lies, as a part of the axis: 0 is the low end, 1 the high one.

        What lies beyond an end is placed at that end.
        """
        if self.base:
            value, low, high = (math.log(max(one, 1e-300)) for one in (value, self.low, self.high))
        else:
            low, high = self.low, self.high
        return min(max((value - low) / (high - low), 0.0), 1.0)

    def moved(self, value, part):
        """The value shifted by a part of the axis."""
        if self.base:
            return value * (self.high / self.low) ** part
        return value + part * (self.high - self.low)


def of_workers(numbers, label="workers", logarithmic=None):
    """The axis of numbers of workers: log2 above 8, unless one of them is 0."""
    first, last = min(numbers), max(numbers)
    if logarithmic is None:
        logarithmic = last > FEW and first > 0
    ticks = tuple((number, str(number)) for number in sorted(numbers))
    if logarithmic:
        room = max(last / first, 2) ** ROOM
        return Axis(first / room, last * room, 2, ticks, label=label)
    room = ROOM * max(last - first, 1)
    return Axis(first - room, last + room, 0, ticks, label=label)


def ends(values):
    """The low and the high end of a logarithmic axis."""
    low, high = (min(max(value, 1 / LARGEST), LARGEST) for value in (min(values), max(values)))
    room = max(high / low, 2) ** ROOM
    return low / room, high * room


def doublings(values, text, label):
    """A log2 axis with a tick at each power of 2."""
    low, high = ends(values)
    powers = range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1)
    step = -(-len(powers) // 12) if powers else 1
    return Axis(low, high, 2, tuple((2.0 ** power, text(2.0 ** power)) for power in powers
                                    if power % step == 0), label=label)


def from_zero(values, text, label):
    """A linear axis that begins with 0."""
    high = min(max(max(values) * (1 + ROOM), 1 / LARGEST), LARGEST)
    return Axis(0, high, 0, steps(0, high, text), label=label)


def steps(low, high, text):
    """Ticks at equal steps, for a linear axis or a short logarithmic one."""
    step = round_step((high - low) / 7)
    places = range(math.ceil(low / step), math.floor(high / step) + 1)
    return tuple((place * step, text(place * step)) for place in places)


def round_step(width):
    """1, 2 or 5 times a power of 10, at least the width."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= width * 0.999)


def decades(values, text, label):
    """A log10 axis: a tick at each power of 10, more where there are few of these."""
    low, high = ends(values)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    span = math.log10(high / low)
    if span < 0.8:
        return Axis(low, high, 10, steps(low, high, text), label=label)
    digits = (1,) if span > 2 else (1, 2, 5)
    step = math.ceil(span / 8) if span > 8 else 1
    ticks = [digit * 10.0 ** power for power in powers if power % step == 0 for digit in digits]
    minor = [digit * 10.0 ** power for power in powers for digit in range(2, 10)]
    inside = [value for value in ticks if low <= value <= high]
    return Axis(low, high, 10, tuple((value, text(value)) for value in inside),
                tuple(value for value in minor if low < value < high and value not in inside)
                if span < 12 else (), label)


def spanning(values, text, label):
    """From zero if the values differ little, else decades."""
    positive = [value for value in values if value > 0]
    if positive and len(positive) == len(values) and max(positive) / min(positive) > 20:
        return decades(positive, text, label)
    return from_zero(values, text, label)


def seconds_text(value):
    """A time on an axis, without zeros that say nothing."""
    return "0" if value == 0 else plain(duration(value, 2))


def rate_text(value):
    if 0 < value < 0.1:
        return f"{value:g}"
    return "0" if value == 0 else plain(rate(value))


def times_text(value):
    return f"{value:g}x" if value < 1e6 else f"{value:.0e}x"


def text_of(unit):
    """How numbers of a unit are written on an axis."""
    return seconds_text if unit == "s" else rate_text


def plain(text):
    """A number and its unit without the zeros after the point."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzkMG% ")
    rest = text[len(digits):]
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + rest
