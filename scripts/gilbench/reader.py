"""Read and check a result file: Google Benchmark's JSON as gilbench writes it."""

import math
import re

from gilbench import experiment
from gilbench.command import ToolError, printable
from gilbench.document import MADE_BY, load, parse
from gilbench.names import key_of, split_name
from gilbench.results import Result, Row, Sample
from gilbench.units import UNITS
from gilbench.views import known, view_of

# Numbers beyond these bounds are mistakes; within them no ratio leaves the range of a double.
SMALLEST, LARGEST = 1e-30, 1e30
NUMBERS = {int, float}     # not bool


def read(path):
    """The Result of a file; a ToolError says what is wrong with it."""
    document, identity = parsed(path)
    context = context_of(path, document)
    reading = Reading(path)
    for number, entry in enumerate(consumed(document.pop("benchmarks")), 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise ToolError(path, f"entry {number} of `benchmarks` has no `name`; {MADE_BY}")
        reading.add(entry)
    if reading.aggregates and not reading.rows:
        raise ToolError(path, f"all {reading.aggregates} rows are aggregates, the samples are "
                        "missing; run without --benchmark_report_aggregates_only")
    rows = list(reading.rows.values())
    shown = dict.fromkeys(row.experiment for row in rows)
    declared = {*known(), *experiment.names(context)}
    experiments = {name: experiment.declared(path, context, name, view_of(name).declaration)
                   for name in shown if name in declared}
    for row in rows:
        row.per_unit = (row.experiment in experiments
                        and experiments[row.experiment].value.name == experiment.REGION)
    return Result(path, identity, context, rows, experiments)


def parsed(path):
    """The JSON document of a file, and the file's identity; its text is no longer needed then."""
    text = load(path)
    return parse(path, text.text), text.identity


def consumed(entries):
    """The entries of a list, each removed from it: large files need half as much memory."""
    entries.reverse()
    while entries:
        yield entries.pop()


def read_different(paths):
    """The Results of several files; a ToolError if one of them occurs twice."""
    found = {}
    for path in paths:
        result = read(path)
        if result.identity in found:
            raise ToolError(path, f"is the same file as {found[result.identity].path}; its samples "
                            "must count once")
        found[result.identity] = result
    return list(found.values())


def context_of(path, document):
    """The context as text; values that are lists or objects are left out."""
    context = document.get("context", {})
    if not isinstance(context, dict):
        raise ToolError(path, f"`context` is not an object; {MADE_BY}")
    return {printable(key): printable(value) for key, value in context.items()
            if isinstance(value, (str, int, float))}


class Reading:
    """The rows of a file as far as they have been read."""

    def __init__(self, path):
        self.path = path
        self.rows = {}
        self.named = {}     # the rows by their whole names, each of which is taken apart once
        self.aggregates = 0
        self.order = {}     # of the keys in the names: all labels list them alike

    def add(self, entry):
        """Add one repetition to the row of its name."""
        if entry.get("run_type", "iteration") != "iteration":
            self.aggregates += 1
            return
        row = self.named.get(entry["name"])
        if row is None:
            row = self.named[entry["name"]] = self.row(printable(entry["name"]))
        if entry.get("error_occurred") or entry.get("skipped"):
            reason = entry.get("error_message") or entry.get("skip_message")
            row.failures.append(printable(reason) if isinstance(reason, str) else
                                "no reason given")
        else:
            row.samples.append(self.sample(row, entry))

    def row(self, name):
        """The row of a name; names with the same parts in another order are one row."""
        what, parts = split_name(name)
        key = key_of(what, parts)
        if key not in self.rows:
            found = dict(parts)
            if len(found) < len(parts):
                raise ToolError(self.path, f"row {name}: a key occurs twice in the name")
            for part in found:
                self.order.setdefault(part, len(self.order))
            row = Row(name, what, {part: found[part]
                                   for part in sorted(found, key=self.order.__getitem__)},
                      file=self.path)
            if view_of(what).sheeted:
                row.workers = workers_of(self.path, row)
            self.rows[key] = row
        return self.rows[key]

    def sample(self, row, entry):
        """Check the numbers of one repetition."""
        counters = numbers_of(entry)
        sizes = [*map(abs, counters.values())]
        # All at once, for speed; false, too, if one is not a number.
        if not (sum(sizes) <= LARGEST and min(filter(None, sizes), default=1) >= SMALLEST):
            self.check_each(row, counters)
        unit = entry.get("time_unit")
        if not isinstance(unit, str) or unit not in UNITS:
            raise ToolError(self.path, f"row {row.name}: time_unit is {brief(unit)}; allowed are "
                            f"{', '.join(UNITS)}")
        view = view_of(row.experiment)
        seconds = counters.get("real_time", -1) * UNITS[unit]
        if seconds < 0 or (seconds == 0 and view.sheeted):
            raise ToolError(self.path, f"row {row.name}: real_time is "
                            f"{brief(entry.get('real_time'))}; allowed are numbers above 0")
        for key in view.positive + (("units",) if view.sheeted and "units" in entry else ()):
            if counters.get(key, 0) <= 0:
                raise ToolError(self.path, f"row {row.name}: {key} is "
                                f"{brief(entry.get(key, 'missing'))}; allowed are numbers above 0")
        return Sample(seconds, counters)

    def check_each(self, row, counters):
        """Refuse a number that is beyond the bounds."""
        for key, value in counters.items():
            if not (value == 0 or SMALLEST <= abs(value) <= LARGEST):
                raise ToolError(self.path, f"row {row.name}: {printable(key)} is {value}; allowed "
                                f"are finite numbers: 0, and {SMALLEST:g} to {LARGEST:g}")


def workers_of(path, row):
    """Check the name of a row that belongs to a sheet; returns its number of workers."""
    fewest = view_of(row.experiment).least_workers
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


def brief(value):
    """A value of the file as part of a message."""
    return str(value)[:40] if isinstance(value, (str, int, float)) else f"a {type(value).__name__}"


def numbers_of(entry):
    """The numbers of a repetition; an integer too big for a float counts as infinite."""
    try:
        return {key: float(value) for key, value in entry.items() if type(value) in NUMBERS}
    except OverflowError:
        return {key: math.inf if abs(value) > LARGEST else float(value)
                for key, value in entry.items() if type(value) in NUMBERS}
