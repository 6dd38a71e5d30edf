"""The rules of fidelity: estimates, verdicts, their corrections, the mean of several lines."""

import math
import os
import random
import statistics
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import needs_scipy

from gilbench.compared import Estimate, Side
from gilbench.models import equivalence
from gilbench.models.equivalence import ALIKE, DIFFERS, REFERENCE, UNDECIDED, Line

LIMIT = 1.1


def line(ratio, error, freedom=10, limit=LIMIT, unusable=""):
    return Line(Estimate(math.log(ratio), error ** 2, freedom, freedom + 1), limit, unusable)


def texts(*lines):
    return [one.text for one in equivalence.judge(list(lines))]


@needs_scipy
class Estimates(unittest.TestCase):
    def test_of_samples(self):
        one = Estimate.of([1.0, 2.0, 3.0])
        self.assertEqual(one, (2.0, 1 / 3, 2, 3))
        self.assertEqual(Estimate.of([1.0]).freedom, 0)

    def test_difference_is_that_of_welch(self):
        from scipy import stats
        chance = random.Random(1)
        a = [chance.gauss(1, 0.1) for _ in range(5)]
        b = [chance.gauss(1, 0.5) for _ in range(12)]
        found = equivalence.difference(Estimate.of(a), Estimate.of(b))
        expected = stats.ttest_ind(a, b, equal_var=False)
        self.assertAlmostEqual(found.middle / math.sqrt(found.square), expected.statistic)
        self.assertAlmostEqual(2 * stats.t.sf(abs(expected.statistic), found.freedom),
                               expected.pvalue)

    def test_a_run_is_one_value(self):
        """From three runs on; and what both sets of a run have in common cancels."""
        shifts = {run: 0.1 * run for run in range(5)}
        over = {run: [1 + shift, 1.01 + shift, 5] for run, shift in shifts.items()}
        under = {run: [shift] for run, shift in shifts.items()}
        one = Side(over, under).estimate
        self.assertAlmostEqual(one.middle, 1.01)
        self.assertEqual((one.freedom, one.n), (4, 5))
        self.assertAlmostEqual(one.square, 0)

    def test_samples_count_below_three_runs(self):
        one = Side({1: [1.0, 2.0], 2: [3.0]}).estimate
        self.assertEqual((one.middle, one.freedom, one.n), (2.0, 2, 3))

    def test_runs_that_only_one_set_has(self):
        over, under = {1: [1.0], 2: [1.1], 3: [1.2]}, {1: [0.0], 2: [0.1], 4: [0.2]}
        self.assertIsNone(Side(over, under).by_run)
        self.assertAlmostEqual(Side(over, under).estimate.middle, 1.0)

    def test_without_noise_nothing_is_known(self):
        none = Estimate.of([1.0, 1.0, 1.0])
        self.assertIsNone(equivalence.difference(none, none).interval(0.95))
        self.assertIsNotNone(equivalence.difference(none, Estimate.of([1.0, 2.0])).interval(0.95))


@needs_scipy
class Verdicts(unittest.TestCase):
    def test_rule(self):
        for ratio, error, expected in (
                (1.00, 0.03, ALIKE), (1.05, 0.02, ALIKE), (1.05, 0.04, UNDECIDED),
                (1.10, 0.001, UNDECIDED), (1.20, 0.03, DIFFERS), (1.20, 0.05, UNDECIDED),
                (0.95, 0.02, ALIKE), (0.80, 0.03, DIFFERS), (0.91, 0.0001, ALIKE),
                (0.9091, 0.0001, UNDECIDED)):
            self.assertEqual(texts(line(ratio, error)), [expected], (ratio, error))

    def test_intervals_decide(self):
        """alike by the 90 % interval, differs by the 95 % one."""
        from scipy import stats
        t90, t95 = stats.t.ppf(0.95, 10), stats.t.ppf(0.975, 10)
        room = math.log(LIMIT)
        self.assertEqual(texts(line(1, room / t90 * 0.999), line(1, room / t90 * 1.001)),
                         [ALIKE, UNDECIDED])
        beyond = math.log(1.3) - room
        self.assertEqual(texts(line(1.3, beyond / t95 * 0.999)), [DIFFERS])
        self.assertEqual(texts(line(1.3, beyond / t95 * 1.001)), [UNDECIDED])

    def test_differs_is_corrected_for_the_lines_of_a_model(self):
        some = line(1.2, 0.034)
        self.assertEqual(texts(some), [DIFFERS])
        self.assertEqual(texts(some, *[line(1, 0.01)] * 9)[0], UNDECIDED)
        self.assertEqual(texts(some, *[line(1, 0.01, limit=None)] * 9)[0], DIFFERS)

    def test_what_is_not_judged(self):
        self.assertEqual(texts(line(9, 0.1, limit=None), line(9, 0.1, unusable="overrun"),
                               line(9, 0.1, freedom=0)), [REFERENCE, "overrun", UNDECIDED])

    def test_needed(self):
        """With as many samples the interval would reach to the limit, or to 1/L from outside."""
        for ratio, error in ((1.0, 0.1), (1.05, 0.05), (1.3, 0.2), (0.8, 0.2)):
            one = line(ratio, error)
            found, = equivalence.judge([one])
            room = math.log(LIMIT) - abs(math.log(ratio))
            half = one.estimate.reach(0.90 if room > 0 else 0.95)
            self.assertEqual(found.text, UNDECIDED)
            self.assertLess(half * math.sqrt(11 / found.needed), abs(room) * 1.0001)
            self.assertGreater(half * math.sqrt(11 / (found.needed - 1)), abs(room) * 0.9999)
        self.assertIsNone(equivalence.judge([line(LIMIT, 0.1)])[0].needed)
        self.assertIsNone(equivalence.judge([line(1.0, 5.0)])[0].needed)

    def test_side(self):
        self.assertEqual([one.side for one in equivalence.judge(
            [line(1.05, 0.01), line(0.95, 0.01), line(1.01, 0.01), line(2, 1, freedom=0)])],
            [">", "<", "", ""])

    def test_model(self):
        for some, expected in (((1.0, 1.0), ALIKE), ((1.0, 1.09), UNDECIDED), ((1.09, 1.5), DIFFERS)):
            self.assertEqual(equivalence.model_verdict(equivalence.judge(
                [line(ratio, 0.02) for ratio in some])), expected)
        self.assertIsNone(equivalence.model_verdict(equivalence.judge([line(1, 1, limit=None)])))


@needs_scipy
class Mean(unittest.TestCase):
    def sides(self, runs):
        chance = random.Random(2)
        return [Side({run: [chance.gauss(0.5, 0.02) for _ in range(6)] for run in range(runs)},
                     under) for under in [{run: [chance.gauss(0, 0.05) for _ in range(6)]
                                           for run in range(runs)}] for _ in range(2)]

    def test_common_baseline_counts_once(self):
        """The lines of a model have one baseline; as independent ones its noise would halve."""
        sides = self.sides(1)
        found = equivalence.mean_of(sides)
        under = Estimate.of(sides[0].under[0]).square
        over = sum(Estimate.of(side.over[0]).square for side in sides) / 4
        self.assertAlmostEqual(found.square, under + over)
        self.assertAlmostEqual(found.middle, statistics.fmean(
            side.estimate.middle for side in sides))

    def test_mean_of_runs(self):
        sides = self.sides(5)
        found = equivalence.mean_of(sides)
        self.assertEqual(found.n, 5)
        self.assertAlmostEqual(found.middle, statistics.fmean(
            side.estimate.middle for side in sides))

    def test_each_line_counts_the_same(self):
        one, two = self.sides(1), self.sides(1)[:1]
        shifted = [Side({0: [value + 0.3 for value in side.over[0]]}, side.under) for side in two]
        found = equivalence.mean_difference([[(side, side) for side in one],
                                             [(shifted[0], two[0])]])
        self.assertAlmostEqual(found.middle, 0.3 / 3)


if __name__ == "__main__":
    unittest.main()
