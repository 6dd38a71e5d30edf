"""Percentiles of the messages of all samples of a row together, and how exactly they are known.

A sample has a few dozen messages, too few for its own p99. Messages of one sample resemble each
other, since all meet the same phase of the lock and the same state of the machine, so their number
says little of how exactly a percentile is known. That is told by how much it changes when runs are
drawn again at random, or samples where there are fewer than three runs: a bootstrap. Runs already
differ as much as the samples in them make them differ; to draw these again, too, would count that
twice.

The latencies of each sample stand in FILE.hgrm, in lines after the distribution of its row:

  # sample: run=R round=R messages=N censored=N from=V: V V V ...

with values in microseconds, each of which stands for as many messages as the others. `censored`
messages were not read in time; what is known of them is that they took longer than `from` or a
value above it.
"""

import functools
import math
import os
import re
from typing import NamedTuple

from gilbench import hgrm
from gilbench.command import ToolError
from gilbench.compared import FEWEST_RUNS, Estimate, Side, samples
from gilbench.stats import library

RESAMPLES = 999
SEED = 20261125
BATCH = 1 << 21     # values that are resampled at once, which limits the memory

# The fewest for a p99.9: of 3688 messages, at least one lies above it in 97.5 of 100 cases.
MESSAGES, SAMPLES = 3688, 10
LINE = re.compile(r"# sample: run=([0-9]{1,6}) round=([0-9]{1,6}) messages=([0-9]{1,12})"
                  r"(?: censored=([0-9]{1,12}) from=([0-9.]{1,30}))?:((?: [0-9.]{1,30})+)")
BEGIN = "# sample:"
OLDER = "has no latencies of single samples; an older gilbench wrote it"


class Messages(NamedTuple):
    """The latencies of one sample, in seconds; each value stands for count / len(values)."""

    run: tuple      # the file and the number of the run
    round: int
    count: int
    values: list
    bound: float    # a percentile from here on is only a lower bound; infinite if all were read


class Percentile(NamedTuple):
    """A percentile in seconds; `bound` if it is only a lower bound.

    `value` and `n` (of samples) are what fidelity takes, `estimate` is that of the logarithm.
    """

    value: float
    estimate: Estimate
    bound: bool

    @property
    def n(self):
        return self.estimate.n

    @property
    def spread(self):
        """How far the 95 % interval reaches, as a part of the value; None if unknown."""
        interval = self.estimate.interval(0.95)
        return interval and max(interval[1] / self.value - 1, 1 - interval[0] / self.value)


# --- files ---------------------------------------------------------------------------------------

def of_row(row):
    """The Messages of a row's samples; a ToolError says why there are none."""
    source = hgrm.beside(row.file)
    if not os.path.isfile(source):
        raise ToolError(source, OLDER if os.path.isdir(source) else f"is missing; {hgrm.WRITTEN}")
    status = os.stat(source)
    distributions = opened(source, (status.st_ino, status.st_mtime_ns, status.st_size))
    if not any(line.startswith(BEGIN) for lines in distributions.texts.values() for line in lines):
        raise ToolError(source, OLDER)
    where, text = distributions.text(row)
    found = [message_of(row.file, where, line) for line in text.splitlines()
             if line.startswith(BEGIN)]
    if {(one.run[1], one.round): one.count for one in found} != expected(row):
        raise ToolError(where, f"has other samples than the result file; {hgrm.WRITTEN}")
    return found


@functools.lru_cache(maxsize=8)
def opened(path, _identity):
    return hgrm.Merged(path)


def expected(row):
    """The number of messages (of `cancel`: stops) of each sample that has any, as the result file says.
    """
    counts = {(sample.run, sample.round):
              int(sample.counters.get("messages", sample.counters.get("stops", 0))
                  - sample.counters.get("lost", 0))
              for sample in row.samples}
    return {key: count for key, count in counts.items() if count}


def message_of(file, where, line):
    """The Messages of one line."""
    found = LINE.fullmatch(line.rstrip())
    try:
        values = [float(word) * 1e-6 for word in found[6].split()]
        bound = float(found[5]) * 1e-6 if found[5] else math.inf
    except (TypeError, ValueError) as error:
        raise ToolError(where, "allowed are lines of `# sample: run=R round=R messages=N: VALUE "
                        "...`") from error
    if values[0] <= 0 or values != sorted(values) or values[-1] > hgrm.LARGEST or (
            len(values) > int(found[3])):
        raise ToolError(where, "allowed are latencies above 0 that do not fall, no more of them "
                        "than messages")
    return Messages((file, int(found[1])), int(found[2]), int(found[3]), values, bound)


# --- percentiles ---------------------------------------------------------------------------------

def percentile(messages, part, resamples=RESAMPLES):
    """The Percentile of all Messages together, by nearest rank; without resamples, no error."""
    numpy = library("numpy")
    messages = sorted(messages, key=lambda one: (one.run, one.round))
    units = units_of(messages) if resamples else [0]
    count = len(set(units))
    pool = Pool(numpy, messages)
    value = float(pool.percentiles(numpy.ones((1, len(messages))), part)[0])
    square = 0.0
    if count > 1:
        logs = [numpy.log(pool.percentiles(draws, part))
                for draws in pool.redrawn(units, resamples)]
        # The variance over resamples of few units is too small by this factor.
        square = float(numpy.var(numpy.concatenate(logs))) * count / (count - 1)
    return Percentile(value, Estimate(math.log(value), square, count - 1, len(messages)),
                      value >= min(one.bound for one in messages))


def units_of(messages):
    """The number of the unit of each of some Messages: the run, or with too few runs the sample."""
    runs = sorted({one.run for one in messages})
    if len(runs) < FEWEST_RUNS:
        return list(range(len(messages)))
    return [runs.index(one.run) for one in messages]


class Pool:
    """All values in ascending order, and whose they are."""

    def __init__(self, numpy, messages):
        self.numpy = numpy
        values = numpy.concatenate([one.values for one in messages])
        order = numpy.argsort(values, kind="stable")
        owners = numpy.repeat(numpy.arange(len(messages)), [len(one.values) for one in messages])
        weights = numpy.array([one.count / len(one.values) for one in messages])
        self.values, self.owners = values[order], owners[order]
        self.weights = weights[self.owners]

    def percentiles(self, draws, part):
        """A percentile for each line of `draws`, which says how often each sample was drawn."""
        below = self.numpy.cumsum(draws[:, self.owners] * self.weights, axis=1)
        # By a little less, so that rounding does not lead to the next value.
        wanted = below[:, -1:] * part * (1 - 1e-12)
        return self.values[(below >= wanted).argmax(axis=1)]

    def redrawn(self, units, resamples):
        """So many lines in batches: as many units as there are, drawn with replacement."""
        chance = self.numpy.random.default_rng(SEED)
        count = len(set(units))
        batch = max(1, BATCH // len(self.values))
        for first in range(0, resamples, batch):
            lines = min(batch, resamples - first)
            drawn = chance.multinomial(count, [1 / count] * count, size=lines)
            yield drawn[:, units]


def enough_for_p999(messages):
    """Whether there are messages and samples enough for a 99.9th percentile."""
    return len(messages) >= SAMPLES and sum(one.count for one in messages) >= MESSAGES


# --- what is compared between models and runtimes ------------------------------------------------

def measure(part, counter):
    """The measure of a percentile: of all messages, or without them, the samples' own."""
    def measured(rows, key):
        some = rows.get(key, ())
        messages = of_rows(some)
        if messages:
            return percentile(messages, part)
        over = samples(rows, key, counter)
        return Side(over) if over else None
    return measured


def overrun(part):
    """Why a percentile cannot be judged: messages were not read in time, so it is a lower bound."""
    def unusable(rows, key):
        messages = of_rows(rows.get(key, ()))
        if messages:
            return "overrun" if percentile(messages, part, 0).bound else ""
        return "overrun" if any(row.total("unread") for row in rows.get(key, ())) else ""
    return unusable


def of_rows(rows):
    """The Messages of some rows together; empty if they are not known of each."""
    found = []
    for row in rows:
        try:
            found += of_row(row)
        except ToolError:
            return []
    return found
