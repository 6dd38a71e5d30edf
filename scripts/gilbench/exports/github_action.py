"""JSON for benchmark-action/github-action-benchmark: an entry for each row.

The action has a tool for values of which smaller ones are better, and another one for values of
which bigger ones are; a file is for one of them.
"""

import json
import statistics

from gilbench import runs
from gilbench.command import ToolError
from gilbench.exports import Exported
from gilbench.exports.measured import bounded, bounds, failures, rows_of, runs_of, unit_of
from gilbench.names import own_name
from gilbench.parts import verdict
from gilbench.units import counted
from gilbench.views.generic import BETTER

TOOLS = {"lower": "customSmallerIsBetter", "higher": "customBiggerIsBetter"}


def export(results, better=None):
    """The rows of which the direction `better` is better; it may be None if there is only one."""
    better = better or only_direction(results)
    entries, owners, lost = [], {}, []
    for result in results:
        left_out = {}
        for row, value in rows_of(result):
            if value.better != better:
                left_out.setdefault(f"of {row.experiment} ({BETTER[value.better]})", []).append(row)
            elif not row.samples:
                left_out.setdefault("without a sample that succeeded", []).append(row)
            else:
                claim(owners, result, row)
                entries.append(entry(result, row, value))
        lost += [(result.path, f"left out: {counted(len(some), 'row')} {which}")
                 for which, some in left_out.items()]
        lost += bounded(result)
    if not entries:
        raise ToolError(", ".join(result.path for result in results),
                        f"no row has a value of which {better} is better")
    return Exported(json.dumps(entries, indent=1) + "\n", tuple(lost))


def only_direction(results):
    """The direction of all values; a ToolError if there are two, or none."""
    found = {}
    for result in results:
        for row, value in rows_of(result):
            found.setdefault(value.better, []).append(row.experiment)
    directions = [direction for direction in TOOLS if direction in found]
    paths = ", ".join(result.path for result in results)
    if len(directions) > 1:
        texts = [f"{direction} is better in {', '.join(dict.fromkeys(found[direction]))}"
                 for direction in directions]
        raise ToolError(paths, f"{' and '.join(texts)}, but a file for the action has one "
                        "direction; choose it with --better=lower or --better=higher")
    if not directions:
        raise ToolError(paths, "neither direction is better in any experiment, so there is nothing "
                        "for the action to watch")
    return directions[0]


def claim(owners, result, row):
    """Note which file a name is from; the action knows rows by name only."""
    name = own_name(row.name)
    owner = owners.setdefault(name, result)
    if owner is not result:
        raise ToolError(result.path, f"has the row {name}, as {owner.path} does; the action tells "
                        "rows apart by name, so export each file by itself")


def entry(result, row, value):
    """The entry of a row: its value over the runs, how far it is known, and what to know of it."""
    unit, factor = unit_of(value)
    middle, half = estimate(row)
    found = {"name": own_name(row.name), "unit": unit,
             "value": significant(middle * factor)}
    if half is not None:
        found["range"] = f"\u00b1 {half * factor:.3g}"
    found["extra"] = "\n".join(extra(result, row))
    return found


def estimate(row):
    """The value of a row, and how far its 95 % interval reaches; None if that is unknown.

    From 3 runs on, the interval is one of what further runs would show.
    """
    values = list(runs.y_of(row).values())
    if len(values) >= runs.FEWEST:
        found = runs.from_logs(statistics.fmean(values), runs.t_bounds(values))
        return found.ratio, found.spread * found.ratio
    middle = statistics.median(run.value for run in runs_of(row))
    return middle, None


def significant(value):
    """A value without digits that mean nothing."""
    return float(f"{value:.6g}")


def extra(result, row):
    """The lines of the tool tip."""
    yield verdict.verdict_line(result)
    yield f"machine: {result.machine}"
    yield f"{counted(len(runs_of(row)), 'run')}, {counted(len(row.samples), 'sample')}"
    yield from filter(None, (failures(row), bounds(row)))
