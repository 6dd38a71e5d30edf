#!/usr/bin/python3
"""How often scripts/fidelity and the table's intervals are wrong: a simulation with a fixed seed.

    scripts/test/simulation/fidelity_rates.py [--trials=4000]

Each trial draws the samples of a model and of its runtime (noise.py has the noise between runs;
within a run a sample scatters as the quantity does), and judges them with the code of the command.
The rates are how often a model is called alike whose ratio is exactly at the limit, how often one
that is exact, how often a model exactly at the limit is said to differ, and how often the 95 %
interval covers the true ratio. The exit status is 1 if a rate is out of its bounds.

A single run tells nothing of other runs, so there the truth is that of the run. The lines `of all
runs` show what becomes of its verdicts if they are taken for statements about the machine.
"""

import math
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(os.path.dirname(HERE))]
from noise import SEED, Rate, Runs, part, report

from gilbench import runs
from gilbench.compared import Side
from gilbench.models import equivalence
from gilbench.results import Row, Sample

# Quantity: the limit, the scatter of a sample, whether it is divided by another row.
QUANTITIES = {"slow-down": (1.15, 0.03, True), "p50, k = 1": (1.10, 0.08, False),
              "p50": (1.5, 0.22, False), "p99": (1.5, 0.35, False),
              "packet share": (1.5, 0.18, True)}
# Runs, samples of each, whether the truth is that of all runs.
PLANS = {"1 run of 5": (1, 5, False), "1 run of 12": (1, 12, False), "1 run of 20": (1, 20, False),
         "5 runs of 5": (5, 5, True), "5 runs of 20": (5, 20, True)}
OF_ALL = {"1 run of 12, of all runs": (1, 12, True)}
DEFAULT = ("slow-down", "5 runs of 5")
AT_LIMIT, EXACT, COVERED = 0.07, 0.95, 0.94
TRUTH, SCATTER = 1.65, 0.03     # of a row in the table


def side(drawn, ratio, scatter, divided):
    """A quantity whose true value is the ratio."""
    return Side(drawn.row(math.log(ratio), scatter), drawn.row(0, scatter) if divided else None)


def verdict(chance, plan, ratio, quantity):
    """The Verdict on a model with such a ratio to its runtime, in the same runs."""
    limit, scatter, divided = quantity
    drawn = Runs(chance, *plan)
    model, real = (side(drawn, value, scatter, divided).estimate for value in (ratio, 1))
    return equivalence.judge([equivalence.Line(equivalence.difference(model, real), limit)])[0]


def fidelity_rates(chance, name, plan, trials):
    """The rates of one quantity and plan."""
    quantity = QUANTITIES[name]
    shape = {**PLANS, **OF_ALL}[plan]
    at_limit = [verdict(chance, shape, quantity[0], quantity) for _ in range(trials)]
    exact = [verdict(chance, shape, 1, quantity) for _ in range(trials)]
    words, bounded = f"{name}, {plan}", plan in PLANS
    yield Rate(f"{words}: alike at the limit",
               part(one.text == equivalence.ALIKE for one in at_limit), trials,
               most=AT_LIMIT if bounded else 1)
    yield Rate(f"{words}: alike if exact", part(one.text == equivalence.ALIKE for one in exact),
               trials, EXACT if (name, plan) == DEFAULT else 0)
    yield Rate(f"{words}: differs at the limit",
               part(one.text == equivalence.DIFFERS for one in at_limit), trials)
    yield Rate(f"{words}: covered", part(one.interval[0] <= 1 <= one.interval[1] for one in exact),
               trials)


def table_row(samples):
    """The Row of a result file that has such samples."""
    row = Row("times", "times", {})
    for run, values in samples.items():
        row.samples += [Sample(math.exp(value), {"run": run, "round": number})
                        for number, value in enumerate(values)]
    return row


def table_rate(chance, plan, trials):
    """How often the table's interval of a multiple covers the true one."""
    covered = 0
    for _ in range(trials):
        drawn = Runs(chance, *PLANS[plan])
        found = runs.ratio_interval(*(table_row(drawn.row(middle, SCATTER))
                                      for middle in (math.log(TRUTH), 0)))
        covered += found.lo <= TRUTH <= found.hi
    return Rate(f"ratio in a table, {plan}: covered", covered / trials, trials, COVERED)


def rates(trials):
    """All rates."""
    chance = random.Random(SEED)
    for name in QUANTITIES:
        for plan in (*PLANS, *OF_ALL):
            yield from fidelity_rates(chance, name, plan, trials)
    for plan in PLANS:
        yield table_rate(chance, plan, trials)


def main(arguments=None):
    """Print all rates; returns the exit status."""
    return report(__doc__, rates, 4000, arguments)


if __name__ == "__main__":
    sys.exit(main())
