"""Read result files: Google Benchmark's JSON as gilbench writes it.

read() checks a file and returns its context and its rows. A row collects every repetition of one
benchmark name as samples; aggregates are left out, failed repetitions are kept apart with their
reason. A Sheet arranges the `times` rows of one kernel as lines (mode and lock) by numbers of
workers. Summary is the one statistic all commands show: the median and an interval for it.
"""

import json
import math
import re
import statistics
from dataclasses import dataclass, field
from typing import NamedTuple

from tool import ToolError, printable

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
MODES = ("sequential", "gil", "threads", "processes", "interpreters", "real")
QUANTA = 20     # a region should span this many quanta of its lock
MADE_BY = "a result file is the JSON that `gilbench --out=FILE` writes"
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


class Line(NamedTuple):
    """What a line of a table or a plot shows: a mode with its lock or runtime."""

    mode: str
    label: str

    @property
    def order(self):
        known = MODES.index(self.mode) if self.mode in MODES else len(MODES)
        return known, self.mode, natural(self.label)


SEQUENTIAL = Line("sequential", "sequential")


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
        return Line(self.parts.get("mode", ""), self.label("kernel", "workers"))

    def label(self, *hidden):
        """The parts of the name in words, without the hidden ones."""
        bare = ("mode", "lock", "runtime")
        return " ".join(value if key in bare else f"{key}:{value}"
                        for key, value in self.parts.items() if key not in hidden)

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

    def counter(self, name):
        """The median of a counter over the samples that have it, or None."""
        values = [sample.counters[name] for sample in self.samples if name in sample.counters]
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

    def experiment(self, name):
        return [row for row in self.rows if row.experiment == name]

    def sheets(self):
        """The `times` rows as one Sheet per kernel; a ToolError if no row has a time."""
        rows = self.experiment("times")
        if not rows:
            raise ToolError(self.path, f"no `times` rows; {self._found()}")
        if not any(row.samples for row in rows):
            reason = rows[0].failures[0]
            raise ToolError(self.path, f"all {sum(row.tries for row in rows)} samples of `times` "
                            f"failed; the first, {rows[0].name}: {reason}")
        kernels = sorted({row.parts["kernel"] for row in rows}, key=natural)
        return [Sheet(kernel, [row for row in rows if row.parts["kernel"] == kernel])
                for kernel in kernels]

    def _count(self, key):
        text = self.context.get(key, "")
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,6}", text) else None

    def _found(self):
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

    def baseline(self, line):
        """The Summary that counts as 1.00x for a line, or None.

        A real interpreter is compared with itself on one worker, the rest with `sequential`.
        """
        if line.mode == "real":
            return self.summary(line, 1)
        return self.summary(SEQUENTIAL, 1)


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


def natural(text):
    """A sort key that puts 2 before 10."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece)
            for piece in re.split(r"([0-9]+)", text)]


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


def load(path):
    """The text of a file."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise ToolError(path, f"byte {error.start} is not UTF-8; {MADE_BY}") from error
    except (OSError, ValueError) as error:
        raise ToolError(path, getattr(error, "strerror", None) or error) from error
    if not text.strip():
        raise ToolError(path, f"is empty; {MADE_BY}")
    return text


def parse(path, text):
    """The JSON document in a text, checked for its outermost shape."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        if not text[error.pos:].strip() or error.msg.startswith("Unterminated string"):
            raise ToolError(path, f"line {error.lineno}: the file ends in the middle (is it "
                            f"truncated?); {MADE_BY}") from error
        raise ToolError(path, f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}; "
                        f"{MADE_BY}") from error
    except (RecursionError, ValueError) as error:
        raise ToolError(path, f"not readable as JSON: {error}; {MADE_BY}") from error
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise ToolError(path, f"JSON without a `benchmarks` list; {MADE_BY}")
    return document


def add(path, rows, entry):
    """Add one repetition to the row of its name."""
    name = printable(entry["name"])
    experiment, parts = split_name(name)
    key = (experiment, tuple(parts.items()))
    row = rows.get(key)
    if row is None:
        row = rows[key] = Row(name, experiment, parts)
        if experiment == "times":
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
    """Check the name of a `times` row; returns its number of workers."""
    for key in ("kernel", "mode"):
        if not row.parts.get(key):
            raise ToolError(path, f"row {row.name}: no `{key}:` in the name; allowed are names "
                            "like times/kernel:countdown/mode:gil/lock:cpython3/workers:2")
    workers = row.parts.get("workers", "1" if row.parts["mode"] == "sequential" else "missing")
    if not re.fullmatch(r"[1-9][0-9]{0,6}", workers):
        raise ToolError(path, f"row {row.name}: workers is {workers}; allowed is a number from 1")
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
    if seconds < 0 or (seconds == 0 and experiment == "times"):
        raise ToolError(path, f"row {name}: real_time is {entry.get('real_time')}; allowed are "
                        "numbers above 0")
    return Sample(seconds, counters)


def as_float(number):
    """The number as a float; an integer too big for one counts as infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf
