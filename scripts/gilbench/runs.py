"""What the runs of a file say: a row's value in each run, ratios, and the noise between runs.

A run is a process of its own. Between two runs on one machine all rows shift together, and each row
a little by itself, by more than the samples within a run scatter. So statements about the machine
rest on one value per run; statements about a run, on its rounds. Everything is computed on
logarithms, since what differs between runs and machines are factors.
"""

import math
import statistics
from typing import NamedTuple

from gilbench.stats import quantile
from gilbench.summary import rank_of

FEWEST = 3      # runs from which something can be said about other runs
ORDERED = 6     # pairs from which order statistics enclose the median with 95 % confidence
LARGEST = 600.0     # logarithms beyond it, of boundless noise, would leave the range of a double


class Ratio(NamedTuple):
    """A ratio and its 95 % interval; the bounds are None if unknown, as with a single value."""

    ratio: float
    lo: float
    hi: float

    @property
    def spread(self):
        """How far the interval reaches from the ratio, as a part of the ratio; None if unknown."""
        if self.lo is None or self.ratio <= 0:
            return None
        return max(self.hi - self.ratio, self.ratio - self.lo) / self.ratio


def y_of(row):
    """{run: the median of the log values of the run's samples}."""
    return {run: median(own.values()) for run, own in row.logarithms.items()}


def median(values):
    """The median; that of a single value, as large files have, without sorting it."""
    return statistics.median(values) if len(values) > 1 else next(iter(values))


def noise_floor(rows):
    """How far two runs on one machine lie apart, as a part of 1: 95 of 100 rows differ by less.

    None with fewer than 3 runs, where the noise between runs is not known.
    """
    variances, most = [], 0
    for row in rows:
        values = list(y_of(row).values())
        if len(values) >= FEWEST:
            variances.append(statistics.variance(values))
            most = max(most, len(values))
    if not variances:
        return None
    return exp(quantile(0.975, most - 1) * math.sqrt(2 * statistics.fmean(variances))) - 1


def pairs(row, base):
    """{run: [log ratio of each round that both rows have]}.

    Samples of one round were taken within seconds of each other, so that what disturbs both
    cancels. None if the file does not number its rounds.
    """
    if not (row.numbered and base.numbered):
        return None
    over, under = row.logarithms, base.logarithms
    found = {}
    for run in sorted(over.keys() & under.keys()):
        rounds = sorted(over[run].keys() & under[run].keys())
        if rounds:
            found[run] = [over[run][number] - under[run][number] for number in rounds]
    return found


def log_ratios(row, base):
    """{run: the median log ratio of two rows}, from the rounds if the file numbers them."""
    paired = pairs(row, base)
    if paired is None:
        over, under = y_of(row), y_of(base)
        return {run: over[run] - under[run] for run in sorted(over.keys() & under.keys())}
    return {run: median(own) for run, own in paired.items()}


def ratio_interval(row, base):
    """The Ratio of two rows of one file; all of it is None if they have no sample in common.

    From 3 runs on, a t interval over the runs, which tells what further runs would show. Below, it
    is about these runs only: from 6 rounds on, the order statistics that enclose the median; with
    fewer a t interval, since the range of 5 covers no more than 94 %. Without rounds, Welch's t
    interval, in which nothing cancels.
    """
    of_runs = log_ratios(row, base)
    if not of_runs:
        return Ratio(None, None, None)
    if row is base:
        return Ratio(1.0, 1.0, 1.0)
    if len(of_runs) >= FEWEST:
        values = list(of_runs.values())
        return from_logs(statistics.fmean(values), t_bounds(values))
    paired = pairs(row, base)
    if paired is None:
        return unpaired(row, base)
    values = sorted(value for own in paired.values() for value in own)
    if len(values) >= ORDERED:
        rank = rank_of(len(values))
        return from_logs(statistics.median(values), (values[rank], values[-1 - rank]))
    return from_logs(statistics.median(values), t_bounds(values))


def counter_interval(row, name):
    """A counter and its 95 % interval, as a Ratio.

    From 3 runs on, the mean of their medians and a t interval; below, the median of the samples and
    order statistics that enclose it. The bounds are None if there are too few samples.
    """
    of_runs = {}
    for sample in row.samples:
        if name in sample.counters:
            of_runs.setdefault(sample.run, []).append(sample.counters[name])
    values = [statistics.median(own) for own in of_runs.values()]
    if len(values) >= FEWEST:
        return Ratio(statistics.fmean(values), *t_bounds(values))
    values = sorted(value for own in of_runs.values() for value in own)
    if not values:
        return Ratio(None, None, None)
    rank = rank_of(len(values))
    bounds = (values[rank], values[-1 - rank]) if len(values) >= ORDERED else (None, None)
    return Ratio(statistics.median(values), *bounds)


def t_bounds(values):
    """The 95 % t interval of a mean; None for a single value."""
    if len(values) < 2:
        return None
    half = (quantile(0.975, len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values)))
    middle = statistics.fmean(values)
    return middle - half, middle + half


def unpaired(row, base):
    """The Ratio of two rows whose samples do not belong together in any way."""
    sets = [[value for own in one.logarithms.values() for value in own.values()]
            for one in (row, base)]
    middle = statistics.fmean(sets[0]) - statistics.fmean(sets[1])
    if min(map(len, sets)) < 2:
        return from_logs(middle, None)
    parts = [statistics.variance(values) / len(values) for values in sets]
    error = sum(parts)
    if error == 0:
        return from_logs(middle, (middle, middle))
    freedom = error ** 2 / sum(part ** 2 / (len(values) - 1) for part, values in zip(parts, sets))
    half = quantile(0.975, freedom) * math.sqrt(error)
    return from_logs(middle, (middle - half, middle + half))


def from_logs(middle, bounds):
    """A Ratio from logarithms."""
    if bounds is None:
        return Ratio(exp(middle), None, None)
    return Ratio(exp(middle), *map(exp, bounds))


def exp(logarithm):
    """e to the power of a logarithm, within the range of a double."""
    return math.exp(max(-LARGEST, min(logarithm, LARGEST)))
