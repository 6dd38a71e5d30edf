"""A series: what one row of a table or one curve of a picture shows, over numbers of workers.

A series is a mode with its lock or runtime. Three kinds of series have a runtime, and stand
together in this order: the real interpreter running threads, the model that stands for it at its
pace (it also has a lock), and the real interpreter running processes. All others are models at
gilbench's own pace.
"""

import functools
import re
import string
from fractions import Fraction
from typing import NamedTuple

MODES = ("sequential", "gil", "threads", "processes", "interpreters")
REAL = ("real", "real-processes")
WITHOUT_KEY = ("mode", "lock", "runtime")   # parts of a name that are shown by value alone
# What parameters of a sweep are counted in; times as nanoseconds, sizes as bytes.
FACTORS = {"us": 10 ** 3, "ms": 10 ** 6, "s": 10 ** 9, "KiB": 2 ** 10, "MiB": 2 ** 20,
           "GiB": 2 ** 30}
NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:[num]?s|[KMG]iB)(?![A-Za-z0-9])|[0-9]+)")
LONGEST = 18    # digits of a number with a unit
NAMES = "X for Y: the model X at the pace of the real runtime Y; names with a version are real"


@functools.lru_cache(maxsize=4096)
def natural(text):
    """A sort key that puts 2 before 10, and 500us before 5ms."""
    pieces = NUMBER.split(text)
    return [natural_number(piece) if place % 2 else (-1, piece)
            for place, piece in enumerate(pieces)]


def natural_number(text):
    """Digits and their unit as a sort key; int() would refuse very many digits."""
    digits = text.rstrip(string.ascii_letters)
    factor = FACTORS.get(text[len(digits):], 1)
    if factor > 1 and len(digits) <= LONGEST:
        digits = str(int(Fraction(digits) * factor))
    digits = digits.lstrip("0")
    return len(digits), digits


class Series(NamedTuple):
    """A mode with its lock or runtime; `rest` holds the other parts that tell it apart."""

    mode: str
    label: str
    lock: str = ""
    runtime: str = ""
    rest: tuple = ()

    @property
    def is_real(self):
        return self.mode in REAL

    @property
    def is_model(self):
        """Whether it stands for a real runtime, at the runtime's pace."""
        return bool(self.runtime) and not self.is_real

    @property
    def of_runtime(self):
        return self.is_real or self.is_model

    @property
    def order(self):
        if self.of_runtime:
            role = 0 if self.mode == "real" else 1 if self.is_model else 2
            return len(MODES), natural(self.runtime), role, natural(self.label), self
        known = MODES.index(self.mode) if self.mode in MODES else len(MODES) + 1
        return known, natural(self.mode), 0, natural(self.label), self


SEQUENTIAL = Series("sequential", "sequential")


def series_of(parts):
    """The Series of a row, from the parts of its name."""
    mode, lock, runtime = (parts.get(key, "") for key in WITHOUT_KEY)
    rest = {key: value for key, value in parts.items()
            if key not in ("kernel", "workers", *WITHOUT_KEY)}
    if mode == "real-processes":
        words = ("processes", runtime, label_of(rest))
    elif runtime and mode not in REAL:
        words = (mode if mode not in ("gil", "threads") else "",
                 without_repeated(lock or mode, runtime), "for", runtime, label_of(rest))
    else:
        words = (label_of(parts, "kernel", "workers"),)
    label = " ".join(word for word in words if word)
    return Series(mode, label, lock, runtime, tuple(sorted(rest.items())))


def without_repeated(lock, runtime):
    """The lock without the parameters that the name of its runtime repeats."""
    known = runtime.split("#")[0].split(":")[1:]
    return ":".join(word for word in lock.split(":") if word not in known)


def label_of(parts, *hidden):
    """The parts of a name in words, without the hidden ones."""
    return " ".join(value if key in (*WITHOUT_KEY, "") else f"{key}:{value}"
                    for key, value in parts.items() if key not in hidden)
