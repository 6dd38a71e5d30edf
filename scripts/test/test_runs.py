"""The statistics over runs: y, ratios of rounds and of runs, the noise floor."""

import math
import random
import unittest

from support import needs_scipy

from gilbench import runs
from gilbench.results import Row, Sample


def row_of(values, per_unit=False, rounds=True, **counters):
    """A row whose values are lists, one for each run."""
    row = Row("times/kernel:k/mode:sequential", "times", {}, per_unit=per_unit)
    for run, own in enumerate(values, 1):
        for place, value in enumerate(own, 1):
            numbers = {"run": float(run), **({"round": float(place)} if rounds else {}), **counters}
            row.samples.append(Sample(value, numbers))
    return row


class Values(unittest.TestCase):
    def test_y_is_the_median_of_the_run(self):
        found = runs.y_of(row_of([[1.0, 2.0, 4.0], [8.0]]))
        self.assertEqual(list(found), [1, 2])
        self.assertAlmostEqual(found[1], math.log(2))
        self.assertAlmostEqual(found[2], math.log(8))

    def test_only_regions_are_divided_by_their_units(self):
        for per_unit, value in ((True, 2.0), (False, 8.0)):
            found = runs.y_of(row_of([[8.0]], per_unit, units=4.0))
            self.assertAlmostEqual(found[1], math.log(value))

    def test_zero_has_no_logarithm(self):
        self.assertEqual(runs.y_of(row_of([[1.0, 0.0], [1.0]])), {})
        self.assertIsNone(runs.ratio_interval(row_of([[0.0]]), row_of([[1.0]])).ratio)

    def test_files_without_runs_are_one_run(self):
        row = row_of([[1.0, 2.0, 4.0]], rounds=False)
        for sample in row.samples:
            del sample.counters["run"]
        self.assertEqual(list(runs.y_of(row)), [1])


@needs_scipy
class Floor(unittest.TestCase):
    def test_formula(self):
        # s^2 is 0.01^2 * 2.5 and 0.02^2 * 2.5; t(.975, 4) is 2.7764, as tables give it.
        rows = [row_of([[math.exp(step * number)] for number in range(5)]) for step in (.01, .02)]
        s = math.sqrt((0.01 ** 2 + 0.02 ** 2) / 2 * 2.5)
        self.assertAlmostEqual(runs.noise_floor(rows), math.expm1(2.776445 * math.sqrt(2) * s), 6)

    def test_unknown_below_three_runs(self):
        self.assertIsNone(runs.noise_floor([row_of([[1.0], [2.0]])]))
        self.assertIsNone(runs.noise_floor([]))

    def test_no_noise(self):
        self.assertEqual(runs.noise_floor([row_of([[2.0]] * 3)]), 0)

    def test_noise_without_bounds(self):
        self.assertTrue(math.isfinite(runs.noise_floor([row_of([[1e-300], [1e300], [1.0]])])))


@needs_scipy
class Ratios(unittest.TestCase):
    def test_what_disturbs_a_round_cancels(self):
        shift = [1.0, 1.5, 0.7, 1.1, 1.0, 2.0]
        base, row = row_of([shift]), row_of([[2 * value for value in shift]])
        found = runs.ratio_interval(row, base)
        for value in found:
            self.assertAlmostEqual(value, 2)

    def test_rounds_that_one_row_lacks_are_left_out(self):
        base, row = row_of([[1.0, 2.0, 1.0]]), row_of([[2.0, 4.0, 2.0]])
        del row.samples[1]
        self.assertAlmostEqual(runs.ratio_interval(row, base).ratio, 2)

    def test_order_statistics_from_six_rounds_on(self):
        base = row_of([[1.0] * 12])
        row = row_of([[math.exp(value / 100) for value in range(12)]])
        found = runs.ratio_interval(row, base)
        self.assertAlmostEqual(found.lo, math.exp(0.02))
        self.assertAlmostEqual(found.hi, math.exp(0.09))

    def test_t_below_six(self):
        # The mean of 0 .. 0.04 is 0.02, its standard error 0.0158 / sqrt(5).
        row = row_of([[math.exp(value / 100) for value in range(5)]])
        found = runs.ratio_interval(row, row_of([[1.0] * 5]))
        half = 2.776445 * 0.0158114 / math.sqrt(5)
        self.assertAlmostEqual(found.lo, math.exp(0.02 - half), 6)
        self.assertAlmostEqual(found.hi, math.exp(0.02 + half), 6)

    def test_from_three_runs_on_the_run_counts(self):
        """Rounds that agree within each run say nothing about what differs between runs."""
        row = row_of([[value] * 12 for value in (1.0, 1.1, 1.2)])
        found = runs.ratio_interval(row, row_of([[1.0] * 12] * 3))
        self.assertLess(found.lo, 0.9)
        self.assertGreater(found.hi, 1.3)

    def test_a_row_with_itself(self):
        row = row_of([[1.0, 2.0]])
        self.assertEqual(runs.ratio_interval(row, row), (1, 1, 1))

    def test_a_single_pair_has_no_interval(self):
        found = runs.ratio_interval(row_of([[2.0]]), row_of([[1.0]]))
        self.assertEqual(found, (2, None, None))
        self.assertIsNone(found.spread)

    def test_without_rounds(self):
        chance = random.Random(1)
        sets = [[chance.gauss(level, 0.01) for _ in range(5)] for level in (2, 1)]
        found = runs.ratio_interval(*(row_of([values], rounds=False) for values in sets))
        self.assertTrue(1.97 < found.lo < found.ratio < found.hi < 2.04, found)
        same = row_of([[1.0] * 3], rounds=False)
        self.assertEqual(runs.ratio_interval(same, row_of([[1.0] * 3], rounds=False)), (1, 1, 1))

    def test_nothing_in_common(self):
        row = row_of([[1.0]])
        other = row_of([[], [1.0]])
        self.assertEqual(runs.ratio_interval(row, other), (None, None, None))

    def test_noise_without_bounds(self):
        found = runs.ratio_interval(row_of([[1e300, 1e-300]]), row_of([[1.0, 1.0]]))
        self.assertTrue(all(map(math.isfinite, found)))


if __name__ == "__main__":
    unittest.main()
