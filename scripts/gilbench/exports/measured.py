"""What a row measured, as programs that know nothing of gilbench need it: one value for each run.

Two runs on one machine differ by more than the samples within a run, so a run counts as one
measurement (runs.py). How much work a region does is calibrated whenever gilbench is started, so the
time of a region is given per unit of work.
"""

import statistics
from typing import NamedTuple

from gilbench.experiment import REGION
from gilbench.units import counted

NANOSECONDS = 1e9
OF_AN_OPERATION = (REGION, "op_s")      # values that are the time of one operation, or unit of work
SUFFIXES = {"s": ("_s", "-ns", NANOSECONDS), "1/s": ("_per_s", "/s", 1.0), "1": ("", "", 1.0)}


class Run(NamedTuple):
    """A run of a row: the median of its samples, and how many units of work or samples it is of."""

    value: float
    count: int


def rows_of(result):
    """Pairs of each row that can be exported and the declared Quantity of its value."""
    return [(row, result.experiments[row.experiment].value) for row in result.rows
            if row.experiment in result.experiments]


def runs_of(row):
    """The Runs of a row, in order; values are in the base unit."""
    found = {}
    for sample in row.samples:
        found.setdefault(sample.run, []).append(sample)
    return [Run(statistics.median(map(row.value, own)), count(row, own))
            for _, own in sorted(found.items())]


def count(row, samples):
    """How many units of work were done in some samples; their number if they did one each."""
    units = [sample.counters["units"] for sample in samples if "units" in sample.counters]
    return round(sum(units)) if row.per_unit and units else len(samples)


def unit_of(value):
    """The unit of a Quantity with what is measured, as `p50-ns`, and the factor from the base unit.

    Names of quantities end in their unit: p50_s, packets_per_s.
    """
    if value.name in OF_AN_OPERATION and value.unit == "s":
        return "ns/op", NANOSECONDS
    if value.unit not in SUFFIXES:
        return f"{value.name}-{value.unit}", 1.0
    suffix, shown, factor = SUFFIXES[value.unit]
    return value.name.removesuffix(suffix) + shown, factor


def failures(row):
    """How many samples of a row failed and why, in one line; empty if none did."""
    return "; ".join(f"{number} of {row.tries} samples failed: {reason}"
                     for reason, number in row.reasons())


def bounds(row):
    """How many samples of a row are only lower bounds, in one line; empty if none are."""
    if not row.censored:
        return ""
    return (f"{row.censored} of {row.tries} samples are only lower bounds, as messages were never "
            "read")


def bounded(result):
    """What to say of the rows of a file that have such samples; nothing if there are none."""
    number = sum(bool(row.censored) for row, _ in rows_of(result))
    if number:
        yield result.path, (f"samples of {counted(number, 'row')} are only lower bounds, as "
                            "messages were never read")
