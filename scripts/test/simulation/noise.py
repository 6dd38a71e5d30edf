"""What the simulations share: made-up runs with the measured noise, and rates with their limits.

The noise is log-normal, with the standard deviations that were measured on one machine: between
runs, all rows of a run shift together, and each row by itself; within a run the median of 5 samples
has a standard error of 0.64 %.
"""

import argparse
import math
from typing import NamedTuple

COMMON, OWN = 0.0175, 0.010
WITHIN = 0.0064 / 0.5357    # of a sample; the median of 5 scatters 0.5357 times as much
SEED = 8
ENOUGH = 2000       # trials from which a rate is compared with its limit as it is


class Runs:
    """Draws the samples of rows that were measured in the same runs."""

    def __init__(self, chance, runs, samples, drifts=True):
        self.chance, self.samples = chance, samples
        self.own = OWN if drifts else 0
        self.common = [chance.gauss(0, COMMON if drifts else 0) for _ in range(runs)]

    def row(self, middle, scatter=WITHIN):
        """{run: logarithms of the samples} of a row whose true logarithm is the middle."""
        found = {}
        for run, shift in enumerate(self.common, 1):
            own = middle + shift + self.chance.gauss(0, self.own)
            found[run] = [self.chance.gauss(own, scatter) for _ in range(self.samples)]
        return found


class Rate(NamedTuple):
    """How often something was so in a number of trials, and between which bounds that must lie."""

    what: str
    part: float
    trials: int
    least: float = 0.0
    most: float = 1.0

    @property
    def beyond(self):
        """Whether it is out of its bounds; with few trials, by more than three standard errors."""
        low, high = (0 if self.trials >= ENOUGH else
                     3 * math.sqrt(bound * (1 - bound) / self.trials)
                     for bound in (self.least, self.most))
        return self.part < self.least - low or self.part > self.most + high

    def __str__(self):
        bounds = [f"at least {100 * self.least:g} %"] * (self.least > 0)
        bounds += [f"at most {100 * self.most:g} %"] * (self.most < 1)
        wanted = f"   ({', '.join(bounds)})" if bounds else ""
        return (f"{self.what:<56}{100 * self.part:6.1f} %{wanted}"
                + ("  OUT OF BOUNDS" if self.beyond else ""))


def part(truths):
    """The part of truths among booleans."""
    truths = list(truths)
    return sum(truths) / len(truths)


def report(description, rates, trials, arguments):
    """Print the rates of so many trials as they come, or of as many as the arguments say.

    Returns the exit status: 1 if a rate is out of its bounds.
    """
    parser = argparse.ArgumentParser(description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=trials,
                        help="of each rate; default: %(default)s")
    wrong = 0
    for rate in rates(parser.parse_args(arguments).trials):
        print(rate, flush=True)
        wrong += rate.beyond
    return 1 if wrong else 0
