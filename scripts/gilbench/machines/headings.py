"""What stands above a picture of several machines."""

from gilbench.machines import facts
from gilbench.parts import headings
from gilbench.pictures.page import Heading

FEW = 3     # machines of which each is described and judged by itself


def heading(sides, finding, what):
    """The Heading: what was found, which machines, and the worst verdict of their runs.

    If a run was disturbed, nothing is found.
    """
    files = [result for side in sides for result in side.files]
    worst = headings.worst(files)
    verdict, reason = headings.judgement(worst)
    if reason:
        name = next(side.name for side in sides if any(one is worst for one in side.files))
        reason = f"{name}: {reason}"
    machines = "; ".join(machine(side) if len(sides) <= FEW else f"{side.name}: {side.machine}"
                         for side in sides)
    if not finding or verdict == headings.DISTURBED:
        return Heading(headings.sentence(what), machines, verdict, reason)
    return Heading(headings.sentence(finding), f"{headings.sentence(what)}; {machines}", verdict,
                   reason)


def header(sides, what):
    """The lines above the table of a picture."""
    return (what, *(f"{side.name}: {side.path}; machine: {side.machine}" for side in sides))


def machine(side):
    """A machine under its letter."""
    known = [one for one in (side.context.get("cpu_model"), facts.cores(side)) if one]
    return f"{side.name}: {side.machine} ({', '.join(known)})"
