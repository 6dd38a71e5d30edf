"""Read result files: Google Benchmark's JSON as gilbench writes it.

read() checks a file and returns its context and its rows. A row collects every repetition of one
benchmark name as samples; aggregates are left out, failed repetitions are kept apart with their
reason. A Sheet arranges the rows of one experiment and kernel as lines (mode and lock) by numbers
of workers. Summary is the one statistic all commands show: the median and an interval for it.
"""

import math
import re
import statistics
from dataclasses import dataclass, field
from typing import NamedTuple

from gilbench.document import MADE_BY, load, parse
from gilbench.series import SEQUENTIAL, label_of, line_of, natural
from gilbench.command import ToolError, printable

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
QUANTA = 20     # a region should span this many quanta of its lock
# The experiments whose rows are arranged in sheets; for each the fewest workers, and the counters
# that every sample must have, above 0.
SHEETS = {"times": (1, ()), "convoy": (0, ("p50_s", "p99_s")),
          "bandwidth": (0, ("packets_per_s",))}
# The parts of a name that Google Benchmark appends; the first of them ends gilbench's own.
APPENDED = ("min_time", "min_warmup_time", "iterations", "repeats", "process_time", "real_time",
            "manual_time", "threads")


class Summary(NamedTuple):
    """The median of n samples and the order statistics that enclose it with 95 % confidence."""

    median: float
    lo: float
    hi: float
    n: int

    @property
    def spread(self):
        """How far the interval reaches from the median, as a part of the median."""
        return max(self.hi - self.median, self.median - self.lo) / self.median


def summarise(values):
    """The Summary of a list of numbers, or None if it is empty.

    The interval needs no assumption about the distribution: each sample lies below the true
    median with probability 1/2. Below 6 samples even the whole range covers less than 95 %.
    """
    if not values:
        return None
    ordered = sorted(values)
    n = len(ordered)
    cut, outside = 0, 0
    while cut < (n - 1) // 2:
        outside += math.comb(n, cut)
        if 40 * outside > 2 ** n:
            break
        cut += 1
    rank = max(cut - 1, 0)
    return Summary(statistics.median(ordered), ordered[rank], ordered[n - 1 - rank], n)


class Sample(NamedTuple):
    seconds: float
    counters: dict


@dataclass
class Row:
    """All repetitions of one benchmark name."""

    name: str
    experiment: str
    parts: dict
    samples: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    workers: int = 1

    @property
    def line(self):
        return line_of(self.parts)

    def label(self, *hidden):
        """The parts of the name in words, without the hidden ones."""
        return label_of(self.parts, *hidden)

    @property
    def summary(self):
        return summarise([sample.seconds for sample in self.samples])

    @property
    def tries(self):
        return len(self.samples) + len(self.failures)

    @property
    def too_short(self):
        """Whether the region spans too few quanta of its lock to show how the lock behaves."""
        quanta = self.counter("quanta")
        return quanta is not None and 0 < quanta < QUANTA

    def values(self, name):
        """A counter of all samples that have it."""
        return [sample.counters[name] for sample in self.samples if name in sample.counters]

    def counter(self, name):
        """The median of a counter over the samples that have it, or None."""
        values = self.values(name)
        return statistics.median(values) if values else None


class Result(NamedTuple):
    """One result file."""

    path: str
    context: dict
    rows: list

    @property
    def machine(self):
        return self.context.get("machine") or self.context.get("host_name") or "unknown machine"

    @property
    def cores(self):
        """The number of physical cores the run could use, or None if the file does not say."""
        return self._count("cores")

    @property
    def places(self):
        """How many workers could each have a place of their own, or None."""
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

    def sheets(self, experiment="times"):
        """The rows of an experiment as one Sheet per kernel; a ToolError if none has a time."""
        rows = self.experiment(experiment)
        if not rows:
            raise ToolError(self.path, f"no `{experiment}` rows; {self.found()}")
        if not any(row.samples for row in rows):
            reason = rows[0].failures[0]
            raise ToolError(self.path, f"all {sum(row.tries for row in rows)} samples of "
                            f"`{experiment}` failed; the first, {rows[0].name}: {reason}")
        kernels = sorted({row.parts["kernel"] for row in rows}, key=natural)
        return [Sheet(kernel, [row for row in rows if row.parts["kernel"] == kernel])
                for kernel in kernels]

    def _count(self, key):
        text = self.context.get(key, "")
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,6}", text) else None

    def found(self):
        """What rows the file has, in words."""
        if not self.rows:
            return "the file has no rows at all: was the run interrupted?"
        found = sorted({row.experiment for row in self.rows}, key=natural)
        more = ", ..." if len(found) > 5 else ""
        return f"it has rows of {', '.join(found[:5])}{more}"


class Sheet:
    """The rows of one kernel: a row for each line and number of workers."""

    def __init__(self, kernel, rows):
        self.kernel = kernel
        self.rows = {(row.line, row.workers): row for row in rows}
        self.lines = sorted({row.line for row in rows}, key=lambda line: line.order)
        self.workers = sorted({row.workers for row in rows})

    def summary(self, line, workers):
        """The Summary of a row in seconds, or None if it is missing or failed."""
        row = self.rows.get((line, workers))
        return row.summary if row else None

    def baseline(self, line, workers):
        """The seconds that count as 1.00x for a row, for as much work as it does, or None.

        A real interpreter is compared with itself on one worker, also where it runs processes; a
        model at its pace with itself on one worker; the rest with `sequential`.
        """
        row = self.rows.get((line, workers))
        base = self.rows.get((self.base_of(line), 1))
        if row is None or base is None or not base.samples:
            return None
        return base.summary.median * work(row, base)

    def base_of(self, line):
        """The line whose row with one worker is the baseline."""
        if line.is_model:
            return line
        if line.is_real:
            return next((other for other in self.lines if other.mode == "real"
                         and other.runtime == line.runtime), line)
        return SEQUENTIAL

    def multiple(self, line, workers):
        """The Summary of a row as a multiple of its baseline, or None."""
        base, own = self.baseline(line, workers), self.summary(line, workers)
        return scaled(own, 1 / base) if base and own else None


def scaled(summary, factor):
    return summary._replace(median=summary.median * factor, lo=summary.lo * factor,
                            hi=summary.hi * factor)


def work(row, base):
    """How many times the work of `base` a row does; 1 if the file does not say."""
    units = row.counter("units"), base.counter("units")
    return units[0] / units[1] if all(units) else 1.0


def sample_counts(rows):
    """How many samples the rows have, in words; failed rows do not count."""
    counts = sorted({len(row.samples) for row in rows if row.samples})
    if len(counts) == 1:
        return f"{counts[0]} sample{'s' if counts[0] > 1 else ''} per row"
    return f"{counts[0]} to {counts[-1]} samples per row"


def duration(seconds, digits=3):
    """A time in the unit that leaves it readable, with so many significant digits."""
    unit = next((unit for unit, least in (("s", 0.1), ("ms", 1e-3), ("us", 1e-6))
                 if seconds >= least), "ns")
    value = seconds / UNITS[unit]
    whole = math.floor(math.log10(value)) + 1 if value >= 1 else 0
    return f"{value:.{max(digits - whole, 0)}f} {unit}"


def workers_text(*numbers):
    """Numbers of workers in words."""
    many = len(numbers) > 1 or numbers[0] > 1
    return f"{', '.join(map(str, numbers))} worker{'s' if many else ''}"


def read(path):
    """Read and check one result file; a ToolError says what is wrong with it."""
    document = parse(path, load(path))
    context = document.get("context", {})
    if not isinstance(context, dict):
        raise ToolError(path, f"`context` is not an object; {MADE_BY}")
    context = {key: printable(value) for key, value in context.items()
               if isinstance(value, (str, int, float))}
    rows, aggregates = {}, 0
    for number, entry in enumerate(document["benchmarks"], 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise ToolError(path, f"entry {number} of `benchmarks` has no `name`; {MADE_BY}")
        if entry.get("run_type", "iteration") != "iteration":
            aggregates += 1
        else:
            add(path, rows, entry)
    if aggregates and not rows:
        raise ToolError(path, f"all {aggregates} rows are aggregates, the samples are missing; "
                        "run without --benchmark_report_aggregates_only")
    return Result(path, context, list(rows.values()))


def add(path, rows, entry):
    """Add one repetition to the row of its name."""
    name = printable(entry["name"])
    experiment, parts = split_name(name)
    key = (experiment, tuple(parts.items()))
    row = rows.get(key)
    if row is None:
        row = rows[key] = Row(name, experiment, parts)
        if experiment in SHEETS:
            row.workers = workers_of(path, row)
    if entry.get("error_occurred") or entry.get("skipped"):
        reason = entry.get("error_message") or entry.get("skip_message") or "no reason given"
        row.failures.append(printable(reason))
    else:
        row.samples.append(sample_of(path, name, experiment, entry))


def split_name(name):
    """`experiment/key:value/...` as the experiment and a dictionary of its own parts."""
    experiment, *words = name.split("/")
    parts = {}
    for word in words:
        key, colon, value = word.partition(":")
        if key in APPENDED:
            break
        if colon:
            parts[key] = value
    return experiment, parts


def workers_of(path, row):
    """Check the name of a row that belongs to a sheet; returns its number of workers."""
    fewest, _ = SHEETS[row.experiment]
    for key in ("kernel", "mode"):
        if not row.parts.get(key):
            raise ToolError(path, f"row {row.name}: no `{key}:` in the name; allowed are names "
                            f"like {row.experiment}/kernel:countdown/mode:gil/lock:cpython3/"
                            "workers:2")
    workers = row.parts.get("workers", "1" if row.parts["mode"] == "sequential" else "missing")
    if not re.fullmatch(r"0|[1-9][0-9]{0,6}", workers) or int(workers) < fewest:
        raise ToolError(path, f"row {row.name}: workers is {workers}; allowed is a number from "
                        f"{fewest}")
    return int(workers)


def sample_of(path, name, experiment, entry):
    """Check the numbers of one repetition."""
    counters = {key: as_float(value) for key, value in entry.items()
                if isinstance(value, (int, float)) and not isinstance(value, bool)}
    for key, value in counters.items():
        if not math.isfinite(value):
            raise ToolError(path, f"row {name}: {key} is {value}; allowed are finite numbers")
    unit = entry.get("time_unit")
    if unit not in UNITS:
        raise ToolError(path, f"row {name}: time_unit is {unit}; allowed are {', '.join(UNITS)}")
    seconds = counters.get("real_time", -1) * UNITS[unit]
    if seconds < 0 or (seconds == 0 and experiment in SHEETS):
        raise ToolError(path, f"row {name}: real_time is {entry.get('real_time')}; allowed are "
                        "numbers above 0")
    for key in SHEETS.get(experiment, (0, ()))[1]:
        if counters.get(key, 0) <= 0:
            raise ToolError(path, f"row {name}: {key} is {entry.get(key, 'missing')}; allowed are "
                            "numbers above 0")
    return Sample(seconds, counters)


def as_float(number):
    """The number as a float; an integer too big for one counts as infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf
