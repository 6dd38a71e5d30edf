"""Find the models and the real runtimes they stand for in the rows of several files.

A model's row has a lock and a runtime; the runtime's own has the mode `real` and the same runtime.
A Pair holds the rows of both by experiment, the experiment's own parts and number of workers, and
comparisons() sets beside each other what both have. Only files of one machine and one way of
pinning go together.
"""

import statistics
from dataclasses import dataclass, field
from typing import NamedTuple

from gilbench import results
from gilbench.views.io_tables import TROUBLE
from gilbench.series import label_of, natural, own
from gilbench.command import ToolError

SAME = ("machine", "cpu_model", "cores")    # facts that files of one machine have in common
COMPARED = ("times", "convoy", "bandwidth")


class Key(NamedTuple):
    """What of a pair a row is about; `rest` is the experiment's own parts."""

    experiment: str
    rest: str
    workers: int


class Side(NamedTuple):
    """A quantity of one side: median(over) / median(under); `under` may be missing."""

    over: list
    under: list

    @property
    def sets(self):
        return [self.over] if self.under is None else [self.over, self.under]

    @property
    def value(self):
        below = 1 if self.under is None else statistics.median(self.under)
        return statistics.median(self.over) / below

    @property
    def n(self):
        return min(map(len, self.sets))


class Comparison(NamedTuple):
    """One quantity on both sides."""

    kind: str
    rest: str
    workers: int
    model: Side
    real: Side
    marks: str


@dataclass
class Pair:
    """A model and the runtime it stands for; rows by Key, those of several files together."""

    kernel: str
    lock: str
    runtime: str
    model: dict = field(default_factory=dict)
    real: dict = field(default_factory=dict)

    @property
    def label(self):
        return f"{own(self.lock, self.runtime)} for {self.runtime}"

    @property
    def keys(self):
        order = {name: place for place, name in enumerate(COMPARED)}
        return sorted({*self.model, *self.real},
                      key=lambda key: (order[key.experiment], natural(key.rest), key.workers))


def check_machine(files):
    """A ToolError if the files are not all of one machine, or one is given twice."""
    first = files[0]
    for other in files[1:]:
        for key in SAME:
            mine, theirs = (side.machine if key == "machine" else side.context.get(key, "unknown")
                            for side in (first, other))
            if mine != theirs:
                raise ToolError(other.path, f"is of another machine than {first.path}: {key} is "
                                f"{theirs}, and not {mine}; a model and its runtime are compared "
                                "on one machine")


def sections(files):
    """The files by how their workers were pinned: pairs of the context and the files."""
    found = {}
    for result in files:
        found.setdefault(result.context.get("pin", "unknown"), []).append(result)
    return list(found.items())


def pairs_of(files):
    """The Pairs of files that go together, and the rows of real runtimes without a model."""
    models, reals = {}, {}
    for row in (row for result in files for row in result.rows if row.experiment in COMPARED):
        kernel, runtime = row.parts["kernel"], row.parts.get("runtime")
        key = Key(row.experiment,
                  label_of(row.parts, "kernel", "mode", "lock", "runtime", "workers"), row.workers)
        if row.line.mode == "real" and runtime:
            reals.setdefault((kernel, runtime), {}).setdefault(key, []).append(row)
        elif row.line.is_model and "lock" in row.parts and row.line.mode in ("gil", "threads"):
            one = models.setdefault((kernel, row.parts["lock"], runtime), {})
            one.setdefault(key, []).append(row)
    pairs = [Pair(kernel, lock, runtime, rows, reals.get((kernel, runtime), {}))
             for (kernel, lock, runtime), rows in models.items()]
    pairs.sort(key=lambda pair: (natural(pair.kernel), natural(pair.runtime), natural(pair.lock)))
    modelled = {(pair.kernel, pair.runtime) for pair in pairs}
    return pairs, sorted((key for key in reals if key not in modelled), key=str)


def comparisons(pair):
    """Every Comparison of a pair, in order."""
    for key in pair.keys:
        for kind, quantity in QUANTITIES[key.experiment]:
            sides = [quantity(rows, key) for rows in (pair.model, pair.real)]
            if all(sides):
                yield Comparison(kind, key.rest, key.workers, *sides, marks(pair, key))


def marks(pair, key):
    """What makes a comparison weaker than it looks, as characters."""
    rows = [row for side in (pair.model, pair.real) for row in side.get(key, ())]
    signs = (("~", any(row.too_short for row in rows)),
             ("^", any(sum(row.values("sent_late")) for row in rows)),
             ("?", any(sum(row.values(name)) for row in rows for name in TROUBLE)),
             ("!", any(row.failures for row in rows)))
    return "".join(sign for sign, is_so in signs if is_so)


def samples(rows, key, name):
    """A counter in all samples of the rows of a key."""
    return [value for row in rows.get(key, ()) for value in row.values(name)]


def seconds(rows, key):
    """Seconds per unit of work; per region where the file does not say how many units it had."""
    return [sample.seconds / sample.counters.get("units", 1)
            for row in rows.get(key, ()) for sample in row.samples]


def slow_down(rows, key):
    over, under = seconds(rows, key), seconds(rows, key._replace(workers=1))
    return Side(over, under) if key.workers > 1 and over and under else None


def latency(name):
    def quantity(rows, key):
        over = samples(rows, key, name)
        return Side(over, None) if over else None
    return quantity


def share(rows, key):
    over, under = (samples(rows, one, "packets_per_s")
                   for one in (key, key._replace(workers=0)))
    return Side(over, under) if key.workers > 0 and over and under else None


QUANTITIES = {"times": (("slow-down", slow_down),),
              "convoy": (("convoy p50", latency("p50_s")), ("convoy p99", latency("p99_s"))),
              "bandwidth": (("bandwidth share", share),)}


def lacking(pair):
    """What cannot be compared, and why, a line each."""
    for key in pair.keys:
        what = f"{key.experiment}{' ' + key.rest if key.rest else ''}, {counted(key)}"
        for name, rows in (("model", pair.model), ("runtime", pair.real)):
            if key not in rows:
                yield f"{pair.label}: {what}: no row of the {name}"
            for row in rows.get(key, ()):
                for reason in dict.fromkeys(row.failures):
                    yield (f"{pair.label}: {what}: {row.failures.count(reason)} of {row.tries} "
                           f"samples of the {name} failed: {reason}")
    for experiment, base in (("times", 1), ("bandwidth", 0)):
        for name, rows in (("model", pair.model), ("runtime", pair.real)):
            own_rows = [key for key in rows if key.experiment == experiment]
            if own_rows and not any(key.workers == base for key in own_rows):
                yield (f"{pair.label}: {experiment}: no row of the {name} with "
                       f"{counted(own_rows[0]._replace(workers=base))}, to which the others are "
                       "compared")


def counted(key):
    """The number of workers, in the words of the experiment."""
    return (results.workers_text(key.workers) if key.experiment == "times"
            else f"k = {key.workers}")
