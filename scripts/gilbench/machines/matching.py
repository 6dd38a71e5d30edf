"""Which rows of two sides are the same measurement, and what cannot be compared.

Rows match by name. The patch version of an interpreter does not count, unless a side has several of
one minor version.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from gilbench.command import Misuse
from gilbench.experiment import Quantity
from gilbench.names import key_of
from gilbench.results import Row
from gilbench.runs import log_ratios, y_of
from gilbench.series import label_of, natural, series_of
from gilbench.sheet import Sheet
from gilbench.views import view_of

PATCH = re.compile(r"^([^-:#]+-[0-9]+\.[0-9]+)\.[0-9]+")


class Match(NamedTuple):
    """A row of both sides; the bases are the rows that its slow-down is over, or None."""

    label: str
    rows: tuple
    bases: tuple
    parts: dict

    @property
    def values(self):
        """{run: log value} of each side."""
        return [y_of(row) for row in self.rows]

    @property
    def slow_downs(self):
        """{run: log slow-down} of each side, in which what all rows of a run share cancels.

        None if a side lacks the base.
        """
        if not all(base is not None and base.samples for base in self.bases):
            return None
        return [log_ratios(row, base) for row, base in zip(self.rows, self.bases)]


@dataclass
class Block:
    """The rows of one experiment and kernel that both sides have."""

    experiment: str
    kernel: str
    value: Quantity
    matches: list = field(default_factory=list)
    notes: list = field(default_factory=list)   # what could not be compared, and why

    @property
    def title(self):
        return f"{self.experiment}, {self.kernel}" if self.kernel else self.experiment


class Known(NamedTuple):
    """A row of a side with its name as it is compared."""

    row: Row
    base: Row
    parts: dict


def without_patch(runtime):
    """The name of a runtime by its major and minor version: cpython-3.11.2 is cpython-3.11."""
    return PATCH.sub(r"\1", runtime)


def minor_versions(sides):
    """How the runtimes are called in a comparison: {name in the file: name without patch}.

    A name stays as it is where it tells two runtimes of a side apart.
    """
    owners = [{} for _ in sides]
    for own, side in zip(owners, sides):
        for result in side.files:
            for row in result.rows:
                runtime = row.parts.get("runtime")
                if runtime:
                    own.setdefault(without_patch(runtime), set()).add(runtime)
    split = {short for own in owners for short, full in own.items() if len(full) > 1}
    return {name: name if short in split else short
            for own in owners for short, full in own.items() for name in full}


def blocks_of(a, b):
    """The Blocks of two sides; Misuse if they have nothing in common that can be compared."""
    names = minor_versions((a, b))
    common = [name for name in a.results if name in b.results]
    if not common:
        raise Misuse(b.path, f"has rows of {', '.join(b.results)}, but {a.path} of "
                     f"{', '.join(a.results)}; only the same experiment can be compared")
    blocks = []
    for experiment in common:
        check_values(experiment, a, b)
        own = [known_rows(side, experiment, names) for side in (a, b)]
        check_kernels(experiment, a, b, own)
        blocks += experiment_blocks(experiment, a, b, own)
    if not any(block.matches for block in blocks):
        raise Misuse(f"{a.path}, {b.path}", "no row has samples in both"
                     + "".join(f"; {note}" for block in blocks for note in block.notes[:1]))
    return blocks


def check_values(experiment, a, b):
    """Refuse an experiment that measures different things."""
    values = [side.results[experiment].experiments[experiment].value for side in (a, b)]
    if values[0] != values[1]:
        texts = [f"{value.name} in {value.unit}, {value.better} is better" for value in values]
        raise Misuse(b.results[experiment].path, f"measures {texts[1]} in `{experiment}`, but "
                     f"{a.results[experiment].path} {texts[0]}")


def check_kernels(experiment, a, b, own):
    """Refuse an experiment of which no kernel is in both files."""
    kernels = [sorted({key[0] for key in known}, key=natural) for known in own]
    if not set(kernels[0]) & set(kernels[1]):
        raise Misuse(b.results[experiment].path, f"has the kernel {', '.join(kernels[1])} in "
                     f"`{experiment}`, but {a.results[experiment].path} {', '.join(kernels[0])}; "
                     "different work cannot be compared")


def known_rows(side, experiment, names):
    """The rows of an experiment as {(kernel, key): Known}."""
    found = {}
    kernels = {}
    for row in side.results[experiment].experiment(experiment):
        kernels.setdefault(row.parts.get("kernel", ""), []).append(row)
    for kernel, rows in kernels.items():
        sheet = Sheet(kernel, rows) if view_of(experiment).slow_down else None
        for row in rows:
            parts = dict(row.parts)
            if parts.get("runtime"):
                parts["runtime"] = names[parts["runtime"]]
            found[kernel, key_of(experiment, list(parts.items()))] = Known(
                row, base_of(sheet, row) if sheet else None, parts)
    return found


def base_of(sheet, row):
    """The row that a slow-down is over, or None; a base has none itself."""
    base = sheet.rows.get((sheet.base_of(row.series), 1))
    return None if base is row else base


def experiment_blocks(experiment, a, b, own):
    """A Block for each kernel of an experiment, in order."""
    value = a.results[experiment].experiments[experiment].value
    blocks = {}
    keys = sorted({**own[0], **own[1]}.items(), key=lambda item: place_of(experiment, item[1]))
    for (kernel, key), known in keys:
        block = blocks.setdefault(kernel, Block(experiment, kernel, value))
        pair = [side.get((kernel, key)) for side in own]
        label = label_in(experiment, known.parts)
        block.notes += list(troubles(label, pair))
        if all(one and one.row.samples and not not_compared(one.row) for one in pair):
            check_work((a, b), [one.row for one in pair])
            block.matches.append(Match(label, tuple(one.row for one in pair),
                                       tuple(one.base for one in pair), known.parts))
    return list(blocks.values())


def place_of(experiment, known):
    """Where a row stands among the others."""
    if view_of(experiment).sheeted:
        return natural(known.parts["kernel"]), series_of(known.parts).order, known.row.workers
    return natural(known.parts.get("kernel", "")), natural(label_in(experiment, known.parts)), 0


def label_in(experiment, parts):
    """A row in words."""
    view = view_of(experiment)
    if view.sheeted:
        workers = parts.get("workers", "1")
        return f"{series_of(parts).label}, {view.workers_text(int(workers))}"
    return label_of(parts, "kernel")


def troubles(label, pair):
    """What keeps a row, or some of its samples, from being compared."""
    for name, one, other in zip("AB", pair, pair[::-1]):
        if one and not other:
            yield f"only in {name}: {label}"
        if one and one.row.failures:
            row = one.row
            yield (f"failed in {name}: {label}: {len(row.failures)} of {row.tries} samples: "
                   f"{row.failures[0]}")
        if one and other and not_compared(one.row):
            yield f"not compared: {label}: in {name}, {not_compared(one.row)}"


def not_compared(row):
    """Why the values of a row cannot be compared with those of any other, or nothing."""
    return view_of(row.experiment).not_compared(row) if row.samples else ""


def check_work(sides, rows):
    """Refuse times of regions unless both sides say how much work was done in them.

    Each machine calibrates its regions, so that only the time per unit of work can be compared.
    """
    for side, row in zip(sides, rows):
        if row.per_unit and row.counter("units") is None:
            raise Misuse(side.results[row.experiment].path, f"row {row.name}: no counter `units` "
                         "says how much work was done, so the time cannot be compared")
