"""Numbers as text: times, rates, percentages and counts with their units."""

import math

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def counted(number, noun):
    """A number and its noun: `1 core`, `2 cores`."""
    return f"{number} {noun}" if str(number) == "1" else f"{number} {noun}s"


def workers_text(*numbers):
    """Numbers of workers in words."""
    many = len(numbers) > 1 or numbers[0] > 1
    return f"{', '.join(map(str, numbers))} worker{'s' if many else ''}"


def duration(seconds, digits=3):
    """A time in the unit that keeps it readable, with so many significant digits."""
    unit = next((unit for unit, least in (("s", 0.9995), ("ms", 1e-3), ("us", 1e-6))
                 if seconds >= least), "ns")
    value = seconds / UNITS[unit]
    whole = math.floor(math.log10(value / 0.9995)) + 1 if value >= 0.9995 else 0
    return f"{value:.{max(digits - whole, 0)}f} {unit}"


def rate(value):
    """A number in at most five characters."""
    scale, prefix = next((one for one in SCALES if value >= 0.9995 * one[0]), (1, ""))
    value /= scale
    return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}{prefix}"


def percent(part):
    """A part of 1 in percent, in at most six characters; `-` if unknown."""
    if part is None:
        return "-"
    value = 100 * part
    if 0 < value < 0.0095:
        return "<.01 %"
    return f"{value:.{2 if value < 0.995 else 1 if value < 9.95 else 0}f} %"


def multiple(value):
    """A multiple of a baseline, as in `1.65x`; `-` if unknown."""
    if value is None:
        return "-"
    return f"{value:.{3 if value < 0.1 else 2 if value < 10 else 1 if value < 100 else 0}f}x"


def quantity(value, unit):
    """A number in a unit: a time in its own unit, anything else as a plain number."""
    return duration(value) if unit == "s" else rate(value)
