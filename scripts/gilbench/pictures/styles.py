"""The colour, marker and dash of each series: one assignment for all pictures.

A colour means a lock. Its model and the runtimes that it stands for have the same one; what runs
without a shared lock is grey, or a lighter tint where each worker has such a lock of its own.
Real runtimes are solid with filled markers, their models dashed with open ones; processes are
dotted with open markers, interpreters in one process dash-dotted with filled ones.
Locks differ by marker too, so that pictures in grey can be read. The colours are those of Okabe and
Ito, which colour-blind readers can tell apart.
"""

import zlib
from typing import NamedTuple

SOLID, DASHED, DOTTED, MIXED = range(1, 5)
GREY = 0x606060


class Style(NamedTuple):
    """How a series is drawn; `marker` is a gnuplot point type, `dash` one of those above."""

    colour: int
    marker: int
    dash: int = SOLID

    @property
    def ink(self):
        """The colour of its name: dark enough for thin letters."""
        return mixed(self.colour, 0x000000, 0.3)


# Of each lock: the colour, the filled and the open marker.
LOCKS = {"cpython2": (0xD55E00, 5, 4),
         "cpython3": (0x0072B2, 7, 6),
         "ruby_waitq": (0xCC79A7, 9, 8),
         "ruby_handoff": (0x8B3A6B, 11, 10),
         "ocaml4": (0xE69F00, 13, 12),
         "pypy": (0x009E73, 15, 14),
         "mutex": (0x56B4E9, 3, 3)}
OTHERS = ((0x882255, 5, 4), (0x999933, 9, 8), (0x332288, 11, 10), (0x44AA99, 15, 14))
FILLED = (7, 5, 9, 13, 11, 15)      # of the parameter values of one lock
UNLOCKED = {"sequential": Style(0x404040, 1), "threads": Style(0x707070, 2)}
NO_LOCK = ("none",)
# The lock of a runtime whose model the file does not have; the first match counts.
RUNTIMES = (("cpython-2", "cpython2"), ("cpython-3.0", "cpython2"), ("cpython-3.1.", "cpython2"),
            ("cpython", "cpython3"), ("ruby-2", "ruby_waitq"), ("ruby-3.0", "ruby_waitq"),
            ("ruby-3.1", "ruby_waitq"), ("ruby-3.2", "ruby_waitq"), ("ruby", "ruby_handoff"),
            ("ocaml-4", "ocaml4"), ("pypy", "pypy"))
# The parameter that sets the switch interval of a lock, and its default; see lockmodel/README.md.
INTERVALS = {"cpython3": ("interval", "5ms"), "ruby_waitq": ("quantum", "100ms"),
             "ruby_handoff": ("timeslice", "100ms"), "ocaml4": ("tick", "50ms")}


def family(lock):
    """A lock without its parameters."""
    return lock.split(":")[0]


def of_lock(name):
    """The colour and the markers of a lock. Those of an unknown one depend on its name alone."""
    return LOCKS.get(name) or OTHERS[zlib.crc32(name.encode(errors="replace")) % len(OTHERS)]


def styles(every):
    """The Style of each series of a sheet, whichever of them a picture shows."""
    models = {series.runtime: family(series.lock) for series in every
              if series.is_model and series.lock}
    variants = {}
    for series in sorted(every, key=lambda one: one.order):
        if series.lock and not series.of_runtime:
            one = variants.setdefault((family(series.lock), series.mode), {})
            one.setdefault(series.lock, len(one))
    return {series: style(series, models, variants) for series in every}


def style(series, models, variants):
    if series.of_runtime:
        lock = lock_of(series.runtime, models)
        colour, filled, hollow = of_lock(lock) if lock else (GREY, 7, 6)
        if series.mode == "real-processes":
            return Style(lighter(colour), hollow, DOTTED)
        is_model = series.is_model and series.lock
        return Style(colour, hollow, DASHED) if is_model else Style(colour, filled)
    if not series.lock:
        return UNLOCKED.get(series.mode, Style(GREY, 3, MIXED))
    if family(series.lock) in NO_LOCK:
        return Style(0x909090, 14)
    alike = variants[family(series.lock), series.mode]
    return variant(series, alike[series.lock], len(alike))


def variant(series, place, count):
    """The style of one of several parameter values of a lock: from dark to light."""
    colour, filled, hollow = of_lock(family(series.lock))
    if count > 1:
        filled = hollow = FILLED[place % len(FILLED)]
        colour = shade(colour, place, count)
    if series.mode in ("gil", ""):
        return Style(colour, filled)
    if series.mode == "interpreters":
        return Style(lighter(colour), filled, MIXED)
    return Style(lighter(colour), hollow, DOTTED)


def shade(colour, place, count):
    """The colour of one of several things that differ from dark to light."""
    part = place / (count - 1)
    return mixed(colour, 0x000000, 0.5 - part) if part < 0.5 else \
        mixed(colour, 0xFFFFFF, 0.9 * (part - 0.5))


def shaded(style, place, count):
    """The Style of the same series on one of several machines."""
    if count < 2:
        return style
    return Style(shade(style.colour, place, count), FILLED[place % len(FILLED)])


def lock_of(runtime, models):
    """The lock that a real runtime has, as far as that is known; else an empty text."""
    if runtime in models:
        return models[runtime]
    return next((lock for name, lock in RUNTIMES if runtime.startswith(name)), "")


def switch_interval(lock):
    """The text of a lock's switch interval, or None: from its parameters, else its default."""
    name, *parameters = lock.split(":")
    if name not in INTERVALS:
        return None
    key, default = INTERVALS[name]
    given = dict(word.split("=", 1) for word in parameters if "=" in word)
    return given.get(key, default)


def lighter(colour):
    return mixed(colour, 0xFFFFFF, 0.4)


def mixed(colour, other, part):
    """A colour with a part of another in it."""
    found = 0
    for shift in (16, 8, 0):
        one, two = (value >> shift & 0xFF for value in (colour, other))
        found |= round(one + (two - one) * part) << shift
    return found
