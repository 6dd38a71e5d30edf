"""The benchmark format of Go, for benchstat: one line for each run of a row.

The format is that of golang.org/design/14313-benchmark-format, with the lines `Unit UNIT
better=...` of golang.org/issue/43744. benchstat makes a table for each combination of the
`key: value` lines, so they have only facts whose difference makes results incomparable, the verdict
among them. Other facts are comments.
"""

import re

from gilbench.exports import Exported
from gilbench.exports.measured import bounded, bounds, failures, rows_of, runs_of, unit_of
from gilbench.names import split_name
from gilbench.parts import verdict

FACTS = (("cpu", "cpu_model"), ("pin", "pin"), ("gilbench-version", "gilbench_version"))
MOST = 2 ** 63 - 1      # iterations that Go's int can hold


def export(results):
    """All files, one after the other."""
    lines, lost = [], []
    for result in results:
        if lines:
            lines.append("")
        lines += [*about(result), *units(result)]
        for row, value in rows_of(result):
            lines += lines_of(row, value)
        failed = sum(bool(row.failures) for row, _ in rows_of(result))
        lost += bounded(result)
        if failed:
            lost.append((result.path, f"benchstat does not see the lines `# failed`, which are "
                         f"about {failed} of {len(rows_of(result))} rows"))
    return Exported("\n".join(lines) + "\n", tuple(lost))


def about(result):
    """What holds for all lines of a file. A key without a value ends that of the file before."""
    yield f"# file: {result.shown_path}"
    yield f"machine: {result.machine}"
    for key, fact in FACTS:
        yield f"{key}: {result.context.get(fact, '')}".rstrip()
    yield f"verdict: {result.verdict or 'unknown'}"
    for finding in verdict.serious(result):
        yield f"# finding: {finding.severity}: {finding.text}"


def units(result):
    """Which direction is better for each unit."""
    better = {unit_of(value)[0]: value.better for _, value in rows_of(result)}
    return [f"Unit {unit} better={direction}" for unit, direction in better.items()
            if direction != "-"]


def lines_of(row, value):
    """The runs of a row, and comments on what failed and on what is known only in part."""
    name, (unit, factor) = name_of(row), unit_of(value)
    for run in runs_of(row):
        yield f"{name} {min(run.count, MOST)} {run.value * factor:.9g} {unit}"
    if row.failures:
        yield f"# failed: {name}: {failures(row)}"
    if row.censored:
        yield f"# bounds: {name}: {bounds(row)}"


def name_of(row):
    """The name of a row as that of a benchmark with sub-benchmarks."""
    experiment, parts = split_name(row.name)
    words = "".join(f"/{key}={value}" if key else f"/{value}" for key, value in parts)
    name = f"Benchmark{experiment[0].upper()}{experiment[1:]}{words}".replace(" ", "_")
    return re.sub(r"-([0-9]+)$", r"_\1", name)      # where Go has the number of processors
