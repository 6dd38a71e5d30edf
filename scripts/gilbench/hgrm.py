"""Read distributions: HdrHistogram percentiles of all samples of a row together.

They lie beside FILE.json, in one of two forms:

  the folder FILE.hgrm/   a file for each row, named after the row; gilbench writes it
  the file FILE.hgrm      all distributions, each after a line `# row: NAME`; results-slim writes it

Both hold lines of `Value Percentile TotalCount 1/(1-Percentile)` with values in microseconds, then
lines `#[...]`.
"""

import math
import os
import re

from gilbench import document
from gilbench.command import ToolError, printable
from gilbench.document import PIPED
from gilbench.names import key_of, split_name
from gilbench.series import WITHOUT_KEY

WRITTEN = "gilbench writes the distributions beside the result file; keep them together"
ROW = "# row: "
SUFFIX = ".hgrm"
UNKEPT = "GILBENCH_DISTRIBUTIONS"   # where gilbench lets them be read if it keeps no file
LARGEST = 1e30      # microseconds; ratios of such values are still far from the limits of a double
CENSORED = re.compile(r"#\[Censored = *[0-9]+, from *= *([0-9]+\.[0-9]+)\]")


def beside(path):
    """The folder or file that belongs to a result file."""
    if path == PIPED and UNKEPT in os.environ:
        return os.environ[UNKEPT]
    stem, end = os.path.splitext(path)
    return (stem if end == ".json" else path) + SUFFIX


def open_beside(path, first):
    """The distributions of a result file; `first` is the kernel of the experiment's first row."""
    source = beside(path)
    if os.path.isdir(source):
        return Folder(source, first)
    if os.path.exists(source):
        return Merged(source)
    raise ToolError(source, f"is missing; {WRITTEN}")


class Folder:
    """A file for each row."""

    def __init__(self, path, first):
        self.path = path
        self.first = first

    def file_of(self, row):
        return os.path.join(self.path, name_of(row.parts, self.first))

    def has(self, row):
        return os.path.exists(self.file_of(row))

    def text(self, row):
        """Where the distribution of a row was found, and its text."""
        path = self.file_of(row)
        if not self.has(row):
            raise ToolError(path, f"the percentiles of row {row.name} are missing; {WRITTEN}")
        return path, load(path)

    def curve(self, row):
        return curve_of(*self.text(row))


class Merged:
    """One file for all rows."""

    def __init__(self, path):
        self.path = path
        self.texts = {}
        name = None
        for line in load(path).splitlines():
            if line.startswith(ROW):
                name = key_of(*split_name(printable(line[len(ROW):])))
                if name in self.texts:
                    raise ToolError(path, f"has two distributions of row {line[len(ROW):]}")
                self.texts[name] = []
            elif name:
                self.texts[name].append(line)

    def has(self, row):
        return key_of(row.experiment, row.parts) in self.texts

    def text(self, row):
        key = key_of(row.experiment, row.parts)
        if key not in self.texts:
            raise ToolError(self.path, f"the percentiles of row {row.name} are missing; {WRITTEN}")
        return f"{self.path}: row {row.name}", "\n".join(self.texts[key])

    def curve(self, row):
        return curve_of(*self.text(row))


def name_of(parts, first):
    """The name of a row's file: the values of the parts of the row's name, joined.

    The kernel is one of them only if it is not `first`, that of the first row.
    """
    words = [parts["kernel"]] if parts["kernel"] != first else []
    words += [parts[key] for key in WITHOUT_KEY if key in parts]
    words += [f"{key}-{value}" for key, value in parts.items()
              if key not in (*WITHOUT_KEY, "kernel")]
    return re.sub(r"[^A-Za-z0-9._=+-]", "-", "_".join(words)) + SUFFIX


def load(path):
    try:
        return document.load(path).text
    except ToolError as error:
        raise ToolError(path, f"{error.reason.split(';')[0]}; {WRITTEN}") from error


def curve_of(where, text):
    """What is known of a distribution: pairs of 1/(1-percentile) and seconds, both rising."""
    lines = text.splitlines()
    if not any(line.startswith("#[Max") for line in lines):
        raise ToolError(where, "has no line `#[Max ...]` at its end: is it truncated?")
    points = [point(where, number, line.split()) for number, line in enumerate(lines, 1)
              if line.strip() and not line.startswith("#") and line.split()[0] != "Value"]
    if not points:
        raise ToolError(where, "has no line with a value")
    for before, after in zip(points, points[1:]):
        if after[0] < before[0] or after[1] < before[1]:
            raise ToolError(where, "values, percentiles and counts must not fall from line to line")
    return [(1 / (1 - part) if part < 1 else max(float(total), 1.0), value)
            for part, value, total in known(points, lines)]


def known(points, lines):
    """The points before the first that is only a lower bound, at least one.

    Such are all from the shortest time on for which a message waited that was not read.
    """
    bounds = [float(found[1]) * 1e-6 for found in map(CENSORED.fullmatch, lines) if found]
    bound = min(bounds, default=math.inf)
    return [one for one in points if one[1] < bound] or points[:1]


def point(where, number, words):
    """The percentile, the value in seconds and the count of a line."""
    try:
        value, part = float(words[0]), float(words[1])
        total = int(words[2]) if re.fullmatch("[0-9]{1,18}", words[2]) else 0
    except (ValueError, IndexError) as error:
        raise ToolError(where, f"line {number}: allowed are lines of `Value Percentile TotalCount "
                        "1/(1-Percentile)`") from error
    if not (math.isfinite(value) and 1 / LARGEST <= value <= LARGEST and 0 <= part <= 1
            and total > 0):
        raise ToolError(where, f"line {number}: allowed are values and counts above 0 and "
                        f"percentiles from 0 to 1; values up to {LARGEST:g}, counts of up "
                        "to 18 digits")
    return part, value * 1e-6, total
