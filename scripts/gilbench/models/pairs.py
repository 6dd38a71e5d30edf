"""Find the models and the real runtimes they stand for in the rows of several files.

A model's row has a lock and a runtime; the runtime's own has the mode `real` and the same runtime.
A Pair holds the rows of both by experiment, the experiment's own parts and number of workers;
comparisons() yields what both have. Only files of one machine and one way of pinning are compared.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from gilbench.command import ToolError
from gilbench.compared import Compared, Key, Side
from gilbench.parts import pace
from gilbench.parts.io_table import TROUBLE, sent_late
from gilbench.series import label_of, natural, without_repeated
from gilbench.views import view_of

SAME = ("machine", "cpu_model", "cores")    # facts that files of one machine have in common


class Comparison(NamedTuple):
    """One quantity on both sides."""

    quantity: Compared
    rest: str
    workers: int
    model: Side
    real: Side
    marks: str
    counted: str    # the number of workers in the experiment's words
    unusable: str   # why it cannot be judged, or nothing


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
        return f"{without_repeated(self.lock, self.runtime)} for {self.runtime}"

    def keys(self, order):
        """All keys of both sides; `order` are the experiments."""
        return sorted({*self.model, *self.real}, key=lambda key: (
            order.index(key.experiment), natural(key.rest), key.workers))


def check_machine(files):
    """A ToolError if the files are not all of one machine."""
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
    """The files by how their workers were pinned: pairs of the pinning and the files."""
    found = {}
    for result in files:
        found.setdefault(result.context.get("pin", "unknown"), []).append(result)
    return list(found.items())


def compared_rows(files):
    """The rows of all experiments that have quantities to compare."""
    return [row for result in files for row in result.rows if view_of(row.experiment).quantities]


def experiments(files):
    """The experiments that are compared, in the order of the files."""
    return list(dict.fromkeys(row.experiment for row in compared_rows(files)))


def pairs_of(files):
    """The Pairs of files that go together, and the rows of real runtimes without a model."""
    models, reals = {}, {}
    for row in compared_rows(files):
        kernel, runtime = row.parts["kernel"], row.parts.get("runtime")
        key = Key(row.experiment,
                  label_of(row.parts, "kernel", "mode", "lock", "runtime", "workers"), row.workers)
        if row.series.mode == "real" and runtime:
            reals.setdefault((kernel, runtime), {}).setdefault(key, []).append(row)
        elif row.series.is_model and "lock" in row.parts and row.series.mode in ("gil", "threads"):
            one = models.setdefault((kernel, row.parts["lock"], runtime), {})
            one.setdefault(key, []).append(row)
    pairs = [Pair(kernel, lock, runtime, rows, reals.get((kernel, runtime), {}))
             for (kernel, lock, runtime), rows in models.items()]
    pairs.sort(key=lambda pair: (natural(pair.kernel), natural(pair.runtime), natural(pair.lock)))
    modelled = {(pair.kernel, pair.runtime) for pair in pairs}
    return pairs, sorted((key for key in reals if key not in modelled), key=str)


def comparisons(pair, order):
    """Every Comparison of a pair, in order."""
    for key in pair.keys(order):
        for quantity in view_of(key.experiment).quantities:
            sides = [quantity.measure(rows, key) for rows in (pair.model, pair.real)]
            if all(sides):
                yield Comparison(quantity, key.rest, key.workers, *sides, marks(pair, key),
                                 view_of(key.experiment).workers_text(key.workers),
                                 quantity.unusable(pair.model, key)
                                 or quantity.unusable(pair.real, key))


def marks(pair, key):
    """What makes a comparison weaker than it looks, as characters."""
    rows = [row for side in (pair.model, pair.real) for row in side.get(key, ())]
    signs = (("~", any(row.too_short for row in rows)),
             ("^", any(map(sent_late, rows))),
             ("?", any(row.total(name) for row in rows for name in TROUBLE)),
             ("!", any(row.failures for row in rows)))
    return "".join(sign for sign, is_so in signs if is_so)


def pace_off(pair):
    """How many times as long as its runtime the model takes alone, if that is too far off."""
    for key, rows in pair.model.items():
        bases = {quantity.base for quantity in view_of(key.experiment).quantities}
        if key.workers == 1 and 1 in bases and key in pair.real:
            off = pace.too_far(rows[0], pair.real[key][0])
            if off:
                return off
    return None


def lacking(pair, order):
    """What cannot be compared, and why, a line each."""
    for key in pair.keys(order):
        counted = view_of(key.experiment).workers_text(key.workers)
        what = f"{key.experiment}{' ' + key.rest if key.rest else ''}, {counted}"
        for name, rows in (("model", pair.model), ("runtime", pair.real)):
            if key not in rows:
                yield f"{pair.label}: {what}: no row of the {name}"
            for row in rows.get(key, ()):
                for reason, count in row.reasons():
                    yield (f"{pair.label}: {what}: {count} of {row.tries} samples of the {name} "
                           f"failed: {reason}")
    for experiment in order:
        yield from without_base(pair, experiment)


def without_base(pair, experiment):
    """A line for each side that lacks the row to which the others are compared."""
    view = view_of(experiment)
    for base in {quantity.base for quantity in view.quantities} - {None}:
        for name, rows in (("model", pair.model), ("runtime", pair.real)):
            own = [key for key in rows if key.experiment == experiment]
            if own and not any(key.workers == base for key in own):
                yield (f"{pair.label}: {experiment}: no row of the {name} with "
                       f"{view.workers_text(base)}, to which the others are compared")
