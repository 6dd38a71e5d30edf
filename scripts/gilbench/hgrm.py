"""Read HdrHistogram percentile files, the whole distribution of the latencies of a row.

gilbench writes one for each row of `convoy` into the folder FILE.hgrm beside FILE.json: lines of
`Value Percentile TotalCount 1/(1-Percentile)` with values in microseconds, then lines `#[...]`.
"""

import math
import os
import re

from gilbench import document
from gilbench.command import ToolError

WRITTEN = "gilbench writes such files beside a result of convoy; keep them together"


def folder_of(path):
    """The folder that belongs to a result file."""
    stem, end = os.path.splitext(path)
    return (stem if end == ".json" else path) + ".hgrm"


def name_of(row, first):
    """The name of a row's file: the values of its name's parts, joined.

    The kernel is one of them only if it is not `first`, that of the file's first row.
    """
    bare = ("mode", "lock", "runtime")
    words = [row.parts["kernel"]] if row.parts["kernel"] != first else []
    words += [row.parts[key] for key in bare if key in row.parts]
    words += [f"{key}-{value}" for key, value in row.parts.items() if key not in (*bare, "kernel")]
    return re.sub(r"[^A-Za-z0-9._=+-]", "-", "_".join(words)) + ".hgrm"


def read(path):
    """The distribution in a file: pairs of 1/(1-percentile) and seconds, both rising."""
    try:
        lines = document.load(path).splitlines()
    except ToolError as error:
        raise ToolError(path, f"{str(error).removeprefix(path + ': ').split(';')[0]}; {WRITTEN}") \
            from error
    if not any(line.startswith("#[Max") for line in lines):
        raise ToolError(path, "has no line `#[Max ...]` at its end: is it truncated?")
    points = [point(path, number, line.split()) for number, line in enumerate(lines, 1)
              if line.strip() and not line.startswith("#") and line.split()[0] != "Value"]
    if not points:
        raise ToolError(path, "has no line with a value")
    for before, after in zip(points, points[1:]):
        if after[0] < before[0] or after[1] < before[1]:
            raise ToolError(path, "values, percentiles and counts must not fall from line to line")
    return [(1 / (1 - part) if part < 1 else max(float(total), 1.0), value)
            for part, value, total in points]


def point(path, number, words):
    """The percentile, the value in seconds and the count of a line."""
    try:
        value, part, total = float(words[0]) * 1e-6, float(words[1]), int(words[2])
    except (ValueError, IndexError) as error:
        raise ToolError(path, f"line {number}: allowed are lines of `Value Percentile TotalCount "
                        "1/(1-Percentile)`") from error
    if not (math.isfinite(value) and value > 0 and 0 <= part <= 1 and total > 0):
        raise ToolError(path, f"line {number}: allowed are values and counts above 0 and "
                        "percentiles from 0 to 1")
    return part, value, total
