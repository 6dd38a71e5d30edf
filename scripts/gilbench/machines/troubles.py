"""What keeps a comparison from being complete: a line for each file and reason.

The rest is compared nevertheless. Whoever uses the result must know, so each trouble is told on
standard error as well, and the exit status is that of a refusal.
"""

from gilbench.command import Misuse
from gilbench.machines.differences import NO_NOISE, NO_VALUE, TOO_FEW
from gilbench.runs import FEWEST
from gilbench.units import counted

CONSEQUENCES = {NO_VALUE: "so there is no ratio", TOO_FEW: "so there is no verdict",
                NO_NOISE: "which tells nothing of how far runs lie apart, so there is no verdict"}


def rows_text(labels):
    """The first of some rows, and how many more there are."""
    more = len(labels) - 1
    return labels[0] + (f", and {counted(more, 'more row')}" if more else "")


def of_runs(found):
    """The files with too few runs for a verdict."""
    for side in found.sides:
        for result in side.files:
            number = len(result.runs)
            if number < FEWEST:
                yield Misuse(result.path, f"has {counted(number, 'run')}; with fewer than {FEWEST} "
                             "there are ratios but no verdicts; measure with --runs=5")


def of_halves(whole):
    """The files with too few runs for a noise floor."""
    for result in whole.files:
        number = len(result.runs)
        if number < FEWEST:
            yield Misuse(result.path, f"has {counted(number, 'run')}; its noise floor needs "
                         f"{FEWEST}; measure with --runs=5")


def of_experiments(found):
    """The experiments that only some sides have."""
    owners = {name: side for side in reversed(found.sides) for name in side.results}
    for side in found.sides:
        for name, owner in owners.items():
            if name not in side.results:
                yield Misuse(side.path, f"has no rows of `{name}`, which {owner.path} has")


def of_values(found):
    """The rows whose values allow no verdict, though their file has enough runs."""
    sides = {side.name: side for side in found.sides}
    for (name, experiment, reason), labels in found.undecided.items():
        result = sides[name].results[experiment]
        if reason != TOO_FEW or len(result.runs) >= FEWEST:
            yield Misuse(result.path, f"{rows_text(labels)}: {reason}, {CONSEQUENCES[reason]}")


def of_rows(found):
    """The rows that were not compared, as only some sides have them or as samples failed."""
    missing, failed = {}, {}
    for lack in found.lacks:
        if lack.whole:
            (failed if lack.failure else missing).setdefault(lack.path, []).append(lack)
    for path, lacks in missing.items():
        labels = [lack.label for lack in lacks]
        yield Misuse(path, f"lacks a row of another file: {rows_text(labels)}")
    for path, lacks in failed.items():
        labels = [lack.label for lack in lacks]
        yield Misuse(path, f"a row is not compared: {rows_text(labels)}; {lacks[0].failure}")
