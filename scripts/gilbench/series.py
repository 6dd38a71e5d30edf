"""What a line of a table or a picture shows: a mode with its lock or runtime.

Three kinds of line have a runtime, and stand together, in this order: the real interpreter running
threads, the model that stands for it at its pace (it has a lock, too), and the real interpreter
running processes. All others are models at gilbench's own pace.
"""

import re
from typing import NamedTuple

MODES = ("sequential", "gil", "threads", "processes", "interpreters")
REAL = ("real", "real-processes")


def natural(text):
    """A sort key that puts 2 before 10."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece)
            for piece in re.split(r"([0-9]+)", text)]


class Line(NamedTuple):
    """A line's place among the others, and what it is called."""

    mode: str
    label: str
    lock: str = ""
    runtime: str = ""

    @property
    def is_real(self):
        return self.mode in REAL

    @property
    def is_model(self):
        """Whether it stands for a real runtime, at that one's pace."""
        return bool(self.runtime) and not self.is_real

    @property
    def of_runtime(self):
        return self.is_real or self.is_model

    @property
    def order(self):
        if self.of_runtime:
            role = 0 if self.mode == "real" else 1 if self.is_model else 2
            return len(MODES), natural(self.runtime), role, natural(self.label)
        known = MODES.index(self.mode) if self.mode in MODES else len(MODES) + 1
        return known, natural(self.mode), 0, natural(self.label)


SEQUENTIAL = Line("sequential", "sequential")
NAMES = "X for Y: the model X at the pace of the real runtime Y; names with a version are real"


def line_of(parts):
    """The Line of a row, from the parts of its name."""
    mode, lock, runtime = (parts.get(key, "") for key in ("mode", "lock", "runtime"))
    rest = label_of(parts, "kernel", "workers", "mode", "lock", "runtime")
    if mode == "real-processes":
        words = ("processes", runtime, rest)
    elif runtime and mode not in REAL:
        words = (mode if mode not in ("gil", "threads") else "", own(lock or mode, runtime), "for",
                 runtime, rest)
    else:
        words = (label_of(parts, "kernel", "workers"),)
    return Line(mode, " ".join(word for word in words if word), lock, runtime)


def own(lock, runtime):
    """The lock without the parameters that its runtime's name repeats."""
    knobs = runtime.split("#")[0].split(":")[1:]
    return ":".join(word for word in lock.split(":") if word not in knobs)


def label_of(parts, *hidden):
    """The parts of a name in words, without the hidden ones."""
    bare = ("mode", "lock", "runtime")
    return " ".join(value if key in bare else f"{key}:{value}"
                    for key, value in parts.items() if key not in hidden)
