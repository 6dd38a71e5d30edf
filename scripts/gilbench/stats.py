"""What the statistics of the commands have in common: Student's t, and corrected p values."""

import functools
import importlib

from gilbench.command import ToolError

ALPHA = 0.05


@functools.lru_cache(maxsize=None)
def library(name):
    """numpy or a part of scipy, loaded when first needed; a ToolError if that fails.

    A scipy that does not fit the installed numpy fails with various exceptions.
    """
    try:
        return importlib.import_module(name)
    except Exception as error:      # pylint: disable=broad-except
        raise ToolError("scipy", f"{type(error).__name__}: {error}; install it with: "
                        "apt-get install python3-scipy") from error


@functools.lru_cache(maxsize=None)
def quantile(p, freedom):
    """The p quantile of Student's t distribution with so many degrees of freedom."""
    return float(library("scipy.special").stdtrit(freedom, p))


def student(t, freedom):
    """The probability that Student's t with so many degrees of freedom is below t."""
    return float(library("scipy.special").stdtr(freedom, t))


def holm(values):
    """The p values corrected for their number, in the same order."""
    corrected, largest = [0.0] * len(values), 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = largest
    return corrected
