"""scripts/compare: verdicts on known differences, statistics, pictures; other readers."""

import itertools
import json
import os
import random
import subprocess
import sys
import unittest

from support import GOLDEN, SCRIPTS, Case, run

sys.path.insert(0, SCRIPTS)
try:
    from gilbench import stats as difference
except ImportError:     # no scipy; the tests that need it are skipped
    difference = None

FOREIGN = "/usr/share/benchmark/compare.py"


@unittest.skipUnless(difference, "scipy is missing: apt-get install python3-scipy")
class Compare(Case):
    def compare(self, a, b, *options):
        done = run("compare", f"--out={self.folder}", *options, f"{a}.json", f"{b}.json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.replace(self.folder, "FOLDER")

    def test_golden(self):
        for b in ("small-again", "small-changed", "large", "failed"):
            with self.subTest(b):
                text = self.compare("small", b)
                self.assert_golden(f"compare-{b}.txt", text)
                self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_known_differences(self):
        lines = self.compare("small", "small-changed").splitlines()
        slower = [line.split()[0] for line in lines if line.endswith("B slower")]
        faster = [line.split()[0] for line in lines if line.endswith("B faster")]
        self.assertEqual((slower, faster), (["2"], ["4"]))
        self.assertIn("only in A: kernel countdown, threads, 4 workers", lines)
        self.assertIn("only in B: kernel countdown, gil mutex, 2 workers", lines)

    def test_same_machine_again(self):
        text = self.compare("small", "small-again")
        self.assertNotIn("faster\n", text)
        self.assertNotIn("slower\n", text)
        self.assertIn("A  small.json (small)", text)

    def test_file_with_itself(self):
        text = self.compare("small", "small")
        self.assertIn("1.000   0.99", text)
        self.assertNotIn("B faster", text)

    def test_floor(self):
        self.assertIn("B faster", self.compare("small", "small-changed", "--floor=5"))
        self.assertNotIn("B faster", self.compare("small", "small-changed", "--floor=20"))
        self.assertEqual(run("compare", "--floor=x", "small.json", "small.json").returncode, 2)

    def test_different_work_is_compared_per_unit(self):
        text = self.compare("small", "large")
        self.assertIn("compared: time per unit of work", text)
        self.assertIn("warning: kernel countdown: the rows of A and B did different work", text)

    def test_picture(self):
        self.compare("small", "large")
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["compare.dat", "compare.png", "compare.svg"])
        with open(os.path.join(self.folder, "compare.dat"), encoding="utf-8") as file:
            self.assert_golden("compare-large.dat", file.read())

    def test_picture_of_different_places(self):
        self.compare("hybrid", "same")
        with open(os.path.join(self.folder, "compare.svg"), encoding="utf-8") as file:
            picture = file.read()
        for text in ("hardware threads of A", "cores of B"):
            self.assertTrue(text in picture, text)

    def test_no_common_row(self):
        path = self.write(json.dumps({"benchmarks": [{
            "name": "times/kernel:other/mode:sequential", "real_time": 1, "time_unit": "s"}]}))
        self.assert_fails(run("compare", "small.json", path), "no row has samples in both",
                          "kernels of A: countdown; kernels of B: other")

    def test_broken_file(self):
        self.assert_fails(run("compare", "small.json", "/nowhere"), "compare: /nowhere: No such")


@unittest.skipUnless(difference, "scipy is missing: apt-get install python3-scipy")
class Statistics(unittest.TestCase):
    LOW, HIGH = [1.0, 1.1, 1.2, 1.3], [2.0, 2.1, 2.2, 2.3]

    def verdicts(self, *pairs, floor=0):
        return [found.verdict for found in difference.differences(pairs, floor)]

    def test_smallest_p_is_that_of_the_test(self):
        for n, m in ((2, 3), (4, 4), (5, 7)):
            p = difference.test([float(i) for i in range(n)], [float(i + n) for i in range(m)])
            self.assertAlmostEqual(p, difference.smallest_p(n, m))

    def test_exact_p(self):
        # Counted by hand: of the 70 ways to place 4 of 8 ranks, those at least as far from 18.
        ranks = (1, 2, 3, 5)
        ways = [sum(way) for way in itertools.combinations(range(1, 9), 4)]
        extreme = sum(abs(way - 18) >= 18 - sum(ranks) for way in ways)
        others = [rank for rank in range(1, 9) if rank not in ranks]
        self.assertAlmostEqual(difference.test(list(map(float, ranks)), list(map(float, others))),
                               extreme / len(ways))

    def test_holm(self):
        for values, expected in (([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]), ([0.6, 0.5], [1, 1]),
                                 ([], [])):
            for found, wanted in zip(difference.holm(values), expected):
                self.assertAlmostEqual(found, wanted)

    def test_verdicts(self):
        self.assertEqual(self.verdicts((self.LOW, self.HIGH)), ["B slower"])
        self.assertEqual(self.verdicts((self.HIGH, self.LOW)), ["B faster"])
        self.assertEqual(self.verdicts((self.LOW, self.LOW)), ["no difference"])
        self.assertEqual(self.verdicts((self.LOW[:3], self.HIGH[:3])), ["too few samples"])
        self.assertEqual(self.verdicts(([1.0], [2.0])), ["too few samples"])
        self.assertEqual(self.verdicts(([1.0] * 4, [1.0] * 4)), ["no difference"])

    def test_more_rows_need_more_samples(self):
        self.assertEqual(self.verdicts(*[(self.LOW, self.HIGH)] * 2), ["too few samples"] * 2)
        self.assertEqual((difference.enough(1), difference.enough(2)), (4, 5))

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


@unittest.skipUnless(os.path.exists(FOREIGN), f"{FOREIGN} is missing: libbenchmark-tools")
class GoogleBenchmark(unittest.TestCase):
    """Google Benchmark's own reader accepts such files."""

    def test_compare(self):
        done = subprocess.run(["/usr/bin/python3", FOREIGN, "--no-color", "benchmarks",
                               "small.json", "small-changed.json"], cwd=GOLDEN, check=False,
                              capture_output=True, encoding="utf-8")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("times/kernel:countdown/mode:gil/lock:cpython3/workers:4/", done.stdout)
        self.assertIn("pvalue", done.stdout)


if __name__ == "__main__":
    unittest.main()
