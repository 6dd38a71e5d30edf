"""The content of one result file: its context and its rows.

A row collects all repetitions of one benchmark name as samples; aggregates are left out, failed
repetitions are kept apart with their reason.
"""

import itertools
import math
import re
import statistics
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gilbench.command import printable
from gilbench.series import label_of, natural, series_of
from gilbench.summary import summarise
from gilbench.units import counted

INTERVALS = 20      # a region should span this many switch intervals of its lock


class Sample(NamedTuple):
    """One repetition: its time in seconds (or the experiment's value) and its counters."""

    seconds: float
    counters: dict

    @property
    def run(self):
        """The number of the run that took the sample, from 1."""
        return int(self.counters.get("run", 1))

    @property
    def round(self):
        """The round of its run in which the sample was taken, from 1; None in older files."""
        number = self.counters.get("round")
        return None if number is None else int(number)


class Finding(NamedTuple):
    """Something about the machine or the build that disturbed the run, or may have."""

    severity: str   # note, doubtful or disturbed
    text: str       # what was found; what to do


@dataclass
class Row:
    """All repetitions of one benchmark name. Complete when the file is read."""

    name: str
    experiment: str
    parts: dict
    samples: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    workers: int = 1
    file: str = ""
    per_unit: bool = False      # the time is that of a region, in which `units` of work were done

    @cached_property
    def series(self):
        return series_of(self.parts)

    def label(self, *hidden):
        """The parts of the name in words, without the hidden ones."""
        return label_of(self.parts, *hidden)

    @cached_property
    def summary(self):
        return summarise([sample.seconds for sample in self.samples])

    def value(self, sample):
        """What a sample says: seconds per unit of work, or the experiment's value."""
        if self.per_unit:
            return sample.seconds / sample.counters.get("units", 1)
        return sample.seconds

    @cached_property
    def logarithms(self):
        """{run: {round: log value}}; the place in the run where the file numbers no rounds.

        Empty if a value is 0, which has no logarithm.
        """
        found = {}
        for sample in self.samples:
            value = self.value(sample)
            if value <= 0:
                return {}
            own = found.setdefault(sample.run, {})
            place = sample.round
            own[len(own) if place is None else place] = math.log(value)
        return found

    @property
    def single(self):
        """Whether it was measured outside the runs, as rows of Google Benchmark's own loops are."""
        return not any("run" in sample.counters for sample in self.samples)

    @cached_property
    def numbered(self):
        """Whether the file numbers the rounds of all samples."""
        return all("round" in sample.counters for sample in self.samples)

    @property
    def censored(self):
        """How many samples are only lower bounds, as with messages that were never read."""
        return sum("censored_from_s" in sample.counters
                   and sample.counters["censored_from_s"] <= sample.seconds
                   for sample in self.samples)

    @property
    def tries(self):
        return len(self.samples) + len(self.failures)

    @property
    def too_short(self):
        """Whether the region spans too few switch intervals to show how the lock behaves."""
        intervals = self.counter("quanta")
        return intervals is not None and 0 < intervals < INTERVALS

    def values(self, name):
        """A counter of all samples that have it."""
        return [sample.counters[name] for sample in self.samples if name in sample.counters]

    def total(self, name):
        return sum(self.values(name))

    @cached_property
    def _medians(self):
        return {}

    def counter(self, name):
        """The median of a counter over the samples that have it, or None."""
        if name not in self._medians:
            values = self.values(name)
            self._medians[name] = statistics.median(values) if values else None
        return self._medians[name]

    def reasons(self):
        """Each different reason of a failure, with the number of samples that failed for it."""
        return [(reason, self.failures.count(reason)) for reason in dict.fromkeys(self.failures)]


class Result(NamedTuple):
    """One result file; `experiments` holds the Declaration of each."""

    path: str
    identity: tuple
    context: dict
    rows: list
    experiments: dict

    @property
    def shown_path(self):
        return printable(self.path)

    @property
    def machine(self):
        return self.context.get("machine") or self.context.get("host_name") or "unknown machine"

    @property
    def verdict(self):
        """`ok`, `doubtful` or `disturbed`; None if the file does not say."""
        return self.context.get("verdict")

    @property
    def findings(self):
        """The Findings behind the verdict, worst first."""
        found = (self.context.get(f"finding.{number}") for number in itertools.count(1))
        return [Finding(*text.split(": ", 1)) for text in itertools.takewhile(bool, found)
                if ": " in text]

    @property
    def runs(self):
        """The numbers of the runs whose samples the file has."""
        return sorted({sample.run for row in self.rows for sample in row.samples})

    @property
    def cores(self):
        """The number of physical cores the run could use, or None if the file does not say."""
        return self._count("cores")

    @property
    def places(self):
        """How many workers could each have a core or hardware thread of their own, or None."""
        return self._count("places") or self.cores

    @property
    def kind_of_place(self):
        """What the places are, in words."""
        threads = self._count("places") and self.context.get("pin") in ("pu", "none")
        return "hardware threads" if threads else "cores"

    @property
    def kinds_of_core(self):
        """How many kinds of core the machine has, as far as the file says."""
        found = re.search(r"\bkinds of core ([0-9]{1,6})\b", self.context.get("topology", ""))
        return int(found[1]) if found else 1

    @property
    def interpreters(self):
        """The command of each real runtime, by its name."""
        mark = "interpreter."
        return {key[len(mark):]: value for key, value in self.context.items()
                if key.startswith(mark)}

    def experiment(self, name):
        return [row for row in self.rows if row.experiment == name]

    def found(self):
        """What rows the file has, in words."""
        if not self.rows:
            return "the file has no rows at all: was the run interrupted?"
        names = sorted({row.experiment for row in self.rows}, key=natural)
        more = ", ..." if len(names) > 5 else ""
        return f"it has rows of {', '.join(names[:5])}{more}"

    def _count(self, key):
        text = self.context.get(key, "")
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,6}", text) else None


def all_failed(experiment, rows):
    """What is said of an experiment without a sample."""
    return (f"all {sum(row.tries for row in rows)} samples of `{experiment}` failed; the first, "
            f"{rows[0].name}: {rows[0].failures[0]}")


def sample_counts(rows):
    """How many samples the rows have, in words; failed rows do not count."""
    counts = sorted({len(row.samples) for row in rows if row.samples})
    if not counts:
        return "no samples"
    if len(counts) == 1:
        return f"{counted(counts[0], 'sample')} per row"
    return f"{counts[0]} to {counts[-1]} samples per row"
