#!/usr/bin/python3
"""How often scripts/compare is wrong, and what it finds: a simulation with a fixed seed.

    scripts/test/simulation/compare_rates.py [--trials=2000]

Each trial compares made-up machines of 22 rows (noise.py has their noise) with the code of the
command. A false difference is anything that is said to differ between machines that are equal: a
value or slow-down of a row, the score, or its parts. The exit status is 1 if a rate is out of its
bounds.
"""

import math
import os
import random
import sys
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(os.path.dirname(HERE))]
from noise import SEED, Rate, Runs, part, report

from gilbench.experiment import Declaration
from gilbench.machines import comparison, sides
from gilbench.machines.differences import HIGHER, LOWER, SAME, Difference, Limits
from gilbench.results import Result, Row, Sample

NAMES = [("sequential", "", 1),
         *(("gil", lock, workers) for lock in ("cpython2", "cpython3", "mutex", "pypy")
           for workers in (1, 2, 4)),
         *(("threads", "", workers) for workers in (1, 2, 4)),
         *(("processes", lock, workers) for lock in ("cpython2", "cpython3")
           for workers in (1, 2, 4))]
CHANGED, CHANGED_LABEL = ("gil", "cpython2", 2), "gil cpython2, 2 workers"
SCORED = {("gil", lock, workers) for lock in ("cpython2", "cpython3") for workers in (2, 4)}
WRONG = (LOWER, HIGHER)


def row(name, samples):
    """A Row of a result file, with samples {run: logarithms}."""
    mode, lock, workers = name
    parts = {"kernel": "k", "mode": mode, **({"lock": lock} if lock else {}),
             "workers": str(workers)}
    made = Row(f"times/{mode}/{lock}/{workers}", "times", parts, workers=workers, per_unit=True)
    made.samples = [Sample(math.exp(value), {"units": 1.0, "run": run, "round": number})
                    for run, values in samples.items() for number, value in enumerate(values)]
    return made


def machine(chance, letter, plan, factors=None):
    """A Side; `factors` are those of rows that differ from those of other machines."""
    runs = Runs(chance, *plan)
    rows = [row(name, runs.row(math.log((factors or {}).get(name, 1)))) for name in NAMES]
    result = Result(letter, (letter,), {}, rows, {"times": Declaration()})
    return sides.Side(letter, letter, {"times": result})


class Found(NamedTuple):
    """The Differences of a trial."""

    changed: Difference         # of the value of the row that differs where only one does
    changed_slow_down: Difference
    values: list
    slow_downs: list
    parts: list
    score: list


def compared(chance, plan, *others):
    """What is Found between a machine and others, which have some factors."""
    found = comparison.compare([machine(chance, "A", plan), *(
        machine(chance, letter, plan, factors) for letter, factors in zip("BCD", others))],
        Limits())
    rows, scores = found.rows[0], found.scores[0].scores
    both = [[one for _, some in own for one in some] for own in (rows.values, rows.slow_downs)]
    changed = [next(some[0] for label, some in own if label == CHANGED_LABEL)
               for own in (rows.values, rows.slow_downs)]
    return Found(*changed, *both, [one for score in scores for one in score[1:]],
                 [score.time for score in scores])


def differing(some):
    return any(one.verdict in WRONG for one in some)


def covering(one, truth=1):
    return one.lo <= truth <= one.hi


class Plan(NamedTuple):
    """How much is measured, and whether it must be enough to find differences."""

    words: str
    shape: tuple        # runs, samples of each
    suffices: bool = True

    def rate(self, what, truths, trials, least=0, most=1):
        return Rate(f"{self.words}: {what}", part(truths), trials, least, most)

    def power(self, what, truths, trials, least=0):
        return self.rate(f"found, {what}", truths, trials, least if self.suffices else 0)


FULL, QUICK = Plan("5 runs of 5", (5, 5)), Plan("3 runs of 3", (3, 3), False)
THREE = Plan("3 machines, 5 runs of 5", (5, 5))


def false_rates(found, plan, trials):
    """How often machines that are equal are said to differ."""
    for what, name in (("values", "values"), ("slow-downs", "slow_downs"),
                       ("CPU or locks", "parts"), ("score", "score")):
        yield plan.rate(f"false difference, {what}",
                        (differing(getattr(one, name)) for one in found), trials)
    yield plan.rate("false difference, any",
                    (differing([*one.values, *one.slow_downs, *one.parts, *one.score])
                     for one in found), trials, most=0.05)


def covered_rates(found, plan, trials):
    """How often the intervals hold the truth, where machines are equal."""
    for what, name in (("values", "values"), ("slow-downs", "slow_downs"), ("score", "score")):
        yield plan.rate(f"covered, {what}",
                        (covering(one) for each in found for one in getattr(each, name)), trials,
                        0.94, 0.98)


def found_rates(chance, plan, trials):
    """How often true differences are found."""
    found = [compared(chance, plan.shape, {CHANGED: 1.10}) for _ in range(trials)]
    yield plan.power("one value 10 % higher",
                     (one.changed.verdict == HIGHER for one in found), trials, 0.80)
    yield plan.power("its slow-down",
                     (one.changed_slow_down.verdict == HIGHER for one in found), trials, 0.80)
    for percent in (3, 5, 10):
        factor = 1 + percent / 100
        found = [compared(chance, plan.shape, dict.fromkeys(NAMES, factor)) for _ in range(trials)]
        yield plan.power(f"machine {percent} % slower, score",
                         (one.score[0].verdict == HIGHER for one in found), trials,
                         0.95 if percent >= 5 else 0)
        yield plan.power(f"machine {percent} % slower, CPU",
                         (one.parts[1].verdict == HIGHER for one in found), trials)
        found = [compared(chance, plan.shape, dict.fromkeys(SCORED, factor)) for _ in range(trials)]
        yield plan.power(f"locks cost {percent} % more",
                         (one.parts[0].verdict == HIGHER for one in found), trials)


def same_rates(chance, plan, trials):
    """How often machines are called the same: that differ by the limit, and that do not differ."""
    for what, factor, most in (("at the limit of 5 %", 1.05, 0.07), ("if exact", 1, 1)):
        found = [compared(chance, plan.shape, dict.fromkeys(NAMES, factor)) for _ in range(trials)]
        for name in ("values", "score"):
            yield plan.rate(f"same, {name} {what}",
                            (one.verdict == SAME for each in found for one in getattr(each, name)),
                            trials, most=most)


def rates(trials):
    """All rates."""
    chance = random.Random(SEED)
    for plan in (FULL, QUICK):
        found = [compared(chance, plan.shape, {}) for _ in range(trials)]
        yield from false_rates(found, plan, trials)
        yield from covered_rates(found, plan, trials)
        yield from found_rates(chance, plan, trials)
        yield from same_rates(chance, plan, trials)
    found = [compared(chance, THREE.shape, {}, {}) for _ in range(trials)]
    yield from false_rates(found, THREE, trials)


def main(arguments=None):
    """Print all rates; returns the exit status."""
    return report(__doc__, rates, 2000, arguments)


if __name__ == "__main__":
    sys.exit(main())
