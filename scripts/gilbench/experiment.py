"""What a result file says of an experiment: its value, axes, counters and distribution.

gilbench writes it into the context, as strings:

  experiment.NAME.summary        one line of text
  experiment.NAME.value          "VALUE UNIT lower|higher": what real_time is, and which is better
  experiment.NAME.axes           "KEY KEY ...": the key:value parts of its row names, in order
  experiment.NAME.counters       "NAME UNIT lower|higher|-, ..."
  experiment.NAME.distribution   "WHAT UNIT" where the run keeps distributions beside the file

Older files lack them; then the defaults of the experiment's view are used.
"""

import re
from dataclasses import dataclass, field, replace

from gilbench.command import ToolError

NAME = re.compile(r"[a-z][a-z0-9_]*")
DIRECTIONS = ("lower", "higher", "-")
REGION = "time"     # the name of a value that is the time of a whole region, not of a unit of work


@dataclass(frozen=True)
class Quantity:
    """A measured quantity; `better` is the better direction, or `-`."""

    name: str
    unit: str
    better: str = "-"


@dataclass(frozen=True)
class Declaration:
    """What is known of an experiment."""

    summary: str = ""
    value: Quantity = Quantity("time", "s", "lower")
    axes: tuple = ()
    counters: dict = field(default_factory=dict)
    distribution: str = ""


def names(context):
    """The experiments that a context declares."""
    found = (re.fullmatch(r"experiment\.(.*)\.value", key) for key in context)
    return [match[1] for match in found if match and NAME.fullmatch(match[1])]


def declared(path, context, name, default):
    """The Declaration of an experiment: from the context, and otherwise from the default."""
    found = {key: context[f"experiment.{name}.{key}"]
             for key in ("summary", "value", "axes", "counters", "distribution")
             if f"experiment.{name}.{key}" in context}
    try:
        if "value" in found:
            found["value"] = quantity(found["value"])
        if "axes" in found:
            found["axes"] = tuple(found["axes"].split())
        if "counters" in found:
            counters = [quantity(text) for text in found["counters"].split(",") if text.strip()]
            found["counters"] = {counter.name: counter for counter in counters}
    except ValueError as error:
        raise ToolError(path, f"context: experiment.{name}: {error}") from error
    return replace(default, **found)


def quantity(text):
    """A Quantity from `NAME UNIT DIRECTION`."""
    words = text.split()
    if len(words) != 3 or words[2] not in DIRECTIONS:
        raise ValueError(f"'{text.strip()}' is not NAME UNIT lower|higher|-")
    return Quantity(*words)
