"""The statistics that all commands share: the median and its interval, corrected p values."""

import math
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
    def test_holm(self):
        for values, expected in (([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]), ([0.6, 0.5], [1, 1]),
                                 ([], [])):
            for found, wanted in zip(stats.holm(values), expected):
                self.assertAlmostEqual(found, wanted)


if __name__ == "__main__":
    unittest.main()
