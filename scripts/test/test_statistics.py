"""The statistics: the median and its interval, tests, bootstrap intervals, corrected p values."""

import itertools
import math
import random
import unittest

from support import needs_scipy

from gilbench import stats
from gilbench.summary import rank_of, summarise
from gilbench.units import duration


class Medians(unittest.TestCase):
    def test_interval_of_the_median(self):
        # Ranks from the binomial distribution, as tables of order statistics give them.
        for n, low, high in ((1, 1, 1), (5, 1, 5), (6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9),
                             (20, 6, 15), (100, 40, 61)):
            summary = summarise(list(range(n, 0, -1)))
            self.assertEqual((summary.median, summary.lo, summary.hi, summary.n),
                             ((n + 1) / 2, low, high, n))

    def test_many_samples(self):
        summary = summarise([1.0] * 3000)
        self.assertEqual((summary.lo, summary.hi, summary.spread), (1, 1, 0))

    def test_no_samples(self):
        self.assertIsNone(summarise([]))

    def test_duration(self):
        for seconds, text in ((42, "42.0 s"), (0.3, "300 ms"), (0.9996, "1.00 s"), (1.5, "1.50 s"), (1234, "1234 s"),
                              (0.0633, "63.3 ms"), (2.5e-4, "250 us"), (2.5e-9, "2.50 ns")):
            self.assertEqual(duration(seconds), text)

    def test_rank_is_that_of_the_binomial_distribution(self):
        for n in range(1, 300):
            cut, outside = 0, 0
            while cut < (n - 1) // 2:
                outside += math.comb(n, cut)
                if 40 * outside > 2 ** n:
                    break
                cut += 1
            self.assertEqual(rank_of(n), max(cut - 1, 0), n)


@needs_scipy
class Statistics(unittest.TestCase):
    LOW, HIGH = [1.0, 1.1, 1.2, 1.3], [2.0, 2.1, 2.2, 2.3]

    def verdicts(self, *pairs, floor=0):
        return [found.verdict for found in stats.differences(pairs, floor)]

    def test_smallest_p_is_that_of_the_test(self):
        for n, m in ((2, 3), (4, 4), (5, 7)):
            p = stats.test([float(i) for i in range(n)], [float(i + n) for i in range(m)])
            self.assertAlmostEqual(p, stats.smallest_p(n, m))

    def test_exact_p(self):
        # Counted by hand: of the 70 ways to place 4 of 8 ranks, those at least as far from 18.
        ranks = (1, 2, 3, 5)
        ways = [sum(way) for way in itertools.combinations(range(1, 9), 4)]
        extreme = sum(abs(way - 18) >= 18 - sum(ranks) for way in ways)
        others = [rank for rank in range(1, 9) if rank not in ranks]
        self.assertAlmostEqual(stats.test(list(map(float, ranks)), list(map(float, others))),
                               extreme / len(ways))

    def test_holm(self):
        for values, expected in (([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]), ([0.6, 0.5], [1, 1]),
                                 ([], [])):
            for found, wanted in zip(stats.holm(values), expected):
                self.assertAlmostEqual(found, wanted)

    def test_verdicts(self):
        self.assertEqual(self.verdicts((self.LOW, self.HIGH)), ["B slower"])
        self.assertEqual(self.verdicts((self.HIGH, self.LOW)), ["B faster"])
        self.assertEqual(self.verdicts((self.LOW, self.LOW)), ["no difference shown"])
        self.assertEqual(self.verdicts((self.LOW[:3], self.HIGH[:3])), ["too few samples"])
        self.assertEqual(self.verdicts(([1.0], [2.0])), ["too few samples"])
        self.assertEqual(self.verdicts(([1.0] * 4, [1.0] * 4)), ["no difference shown"])

    def test_more_rows_need_more_samples(self):
        self.assertEqual(self.verdicts(*[(self.LOW, self.HIGH)] * 2), ["too few samples"] * 2)
        self.assertEqual((stats.enough(1), stats.enough(2)), (4, 5))

    def test_untestable_rows_do_not_count(self):
        self.assertEqual(self.verdicts((self.LOW, self.HIGH), ([1.0], [2.0])),
                         ["B slower", "too few samples"])

    def test_nothing_is_found_where_nothing_is(self):
        chance = random.Random(1)
        alarms = 0
        for _ in range(40):
            rows = [([chance.gauss(1, 0.02) for _ in range(10)],
                     [chance.gauss(1, 0.02) for _ in range(10)]) for _ in range(3)]
            alarms += any(" " in one and one.startswith("B ") for one in self.verdicts(*rows))
        self.assertLessEqual(alarms, 5)     # 2 of 40 tables are expected at 5 %

    def test_interval_of_four_sets_holds_the_truth(self):
        chance = random.Random(3)
        hits = 0
        for _ in range(40):
            sets = [[chance.lognormvariate(0, 0.05) for _ in range(5)] for _ in range(4)]
            low, high = stats.interval_of_ratio(sets[:2], sets[2:])
            hits += low <= 1 <= high
        self.assertGreaterEqual(hits, 34)   # 38 of 40 are expected at 95 %


if __name__ == "__main__":
    unittest.main()
