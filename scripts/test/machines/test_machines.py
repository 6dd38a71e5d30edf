"""Machines compared: matching rows, what is refused, differences and the score."""

import json
import math
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import GOLDEN, Case, needs_scipy

from gilbench.command import Misuse
from gilbench.machines import comparison, differences, matching, score, sides


def golden(name, letter="A"):
    return sides.read(letter, os.path.join(GOLDEN, f"{name}.json"))


def blocks(a, b):
    return matching.blocks_of(golden(a), golden(b, "B"))


def values_of(block):
    """The Differences of the values of a block."""
    pairs = [match.values for match in block.matches]
    return differences.family([differences.Group(*map(list, zip(*pairs)))],
                              differences.Limits(), 0.05)[0]


def score_of(a, b):
    found = comparison.compare([golden(a), golden(b, "B")], differences.Limits())
    return found.scores[0].scores[0]


@needs_scipy
class Score(unittest.TestCase):
    def test_known_differences(self):
        """b is 12 % faster throughout; the locks of c cost 15 % more, its CPU is the same."""
        faster, dearer, again = (score_of("a", name) for name in ("b", "c", "a-again"))
        self.assertEqual(faster.time.verdict, "lower")
        self.assertTrue(faster.time.lo <= 1 / 1.12 <= faster.time.hi, faster.time)
        self.assertEqual(dearer.slow_down.verdict, "higher")
        self.assertTrue(dearer.slow_down.lo <= 1.15 <= dearer.slow_down.hi, dearer.slow_down)
        for one in again:
            self.assertIn(one.verdict, ("same", "~"))

    def test_pooled(self):
        from scipy.stats import ttest_ind
        chance = random.Random(2)
        sets = [[{run: chance.gauss(0, 1) for run in range(n)}] for n in (5, 3)]
        found, = differences.pooled(*map(differences.table_of, sets)).p()
        self.assertAlmostEqual(found, ttest_ind(*([*own[0].values()] for own in sets)).pvalue)

    def test_missing_rows_are_named(self):
        rows = golden("a").results["times"].experiment("times")
        rows = [row for row in rows if row.parts.get("lock") != "cpython2" or row.workers != 4]
        self.assertEqual(score.fixed_rows(rows), "gil cpython2 with 4 workers")


@needs_scipy
class Rows(unittest.TestCase):
    def test_known_differences(self):
        block, = blocks("a", "b")
        found = values_of(block)
        self.assertEqual({one.verdict for one in found}, {"lower"})
        block, = blocks("a", "a-again")
        found = values_of(block)
        self.assertLessEqual({one.verdict for one in found}, {"same", "~"})

    def test_patch_versions_do_not_split_rows(self):
        block, = blocks("a", "b")
        self.assertEqual(len(block.matches), 12)
        self.assertIn("real cpython-3.11, 2 workers", [match.label for match in block.matches])
        self.assertEqual(matching.without_patch("cpython-3.13.1t"), "cpython-3.13t")

    def test_welch(self):
        from scipy.stats import ttest_ind
        chance = random.Random(1)
        sets = [[{run: chance.gauss(0, sd) for run in range(n)} for _ in range(4)]
                for n, sd in ((5, 1), (4, 3))]
        found = differences.welch(*map(differences.table_of, sets)).p()
        for p, a, b in zip(found, *sets):
            expected = ttest_ind([*a.values()], [*b.values()], equal_var=False).pvalue
            self.assertAlmostEqual(p, expected)

    def test_holm(self):
        from numpy import array, nan
        found = differences.corrected(array([0.01, nan, 0.04, 0.03]))
        self.assertTrue(math.isnan(found[1]))
        for value, expected in zip(found[[0, 2, 3]], (0.03, 0.06, 0.06)):
            self.assertAlmostEqual(value, expected)

    def test_no_verdict_without_runs_or_noise(self):
        limits = differences.Limits()
        two, still = {1: 0.0, 2: 0.1}, {1: 1.0, 2: 1.0, 3: 1.0}
        group = differences.Group([two, still, {}], [still, still, still])
        found, = differences.family([group], limits, 0.05)
        self.assertEqual([one.verdict for one in found], ["", "", ""])
        self.assertEqual([one.reason for one in found],
                         [differences.TOO_FEW, differences.NO_NOISE, differences.NO_VALUE])


class Refused(Case):
    def changed(self, **context):
        with open(os.path.join(GOLDEN, "b.json"), encoding="utf-8") as file:
            document = json.load(file)
        document["context"].update(context)
        return document

    def assert_refused(self, work, *parts):
        with self.assertRaises(Misuse) as caught:
            work()
        for part in parts:
            self.assertIn(part, str(caught.exception))

    def check(self, document):
        other = sides.read("B", self.write(json.dumps(document)))
        sides.check([golden("a"), other])
        matching.blocks_of(golden("a"), other)

    def test_other_version(self):
        self.assert_refused(lambda: self.check(self.changed(gilbench_version="9")),
                            "result.json: is of gilbench 9")

    def test_other_kernel(self):
        document = self.changed()
        for entry in document["benchmarks"]:
            entry["name"] = entry["name"].replace("countdown", "chase")
        self.assert_refused(lambda: self.check(document), "has the kernel chase")

    def test_unknown_work(self):
        document = self.changed()
        for entry in document["benchmarks"]:
            del entry["units"]
        self.assert_refused(lambda: self.check(document), "no counter `units`")

    def test_the_same_file(self):
        self.assert_refused(lambda: sides.check([golden("a"), golden("a", "B")]),
                            "is the same file")

    def test_folder_without_results(self):
        self.assert_refused(lambda: sides.read("A", self.folder), "has no result files")

    def test_one_run(self):
        self.assert_refused(lambda: sides.halves(golden("small")), "has one run")


if __name__ == "__main__":
    unittest.main()
