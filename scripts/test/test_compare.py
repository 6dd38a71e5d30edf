"""scripts/compare: verdicts on known differences, pictures; other readers."""

import json
import os
import subprocess
import unittest

from support import GOLDEN, Case, call, needs_scipy

FOREIGN = "/usr/share/benchmark/compare.py"


@needs_scipy
class Compare(Case):
    def compare(self, a, b, *options, draw=False):
        if not draw:
            options = ("--no-pictures", *options)
        done = call("compare", f"--out={self.folder}", *options, f"{a}.json", f"{b}.json")
        self.assert_works(done)
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
        self.assertEqual(call("compare", "--floor=x", "small.json", "small.json").returncode, 2)

    def test_different_work_is_compared_per_unit(self):
        text = self.compare("small", "large")
        self.assertIn("compared: time per unit of work", text)
        self.assertIn("warning: kernel countdown: the rows of A and B did different work", text)

    def test_picture(self):
        text = self.compare("small", "large", draw=True)
        self.assertTrue(text.endswith("\nFOLDER/compare.dat\nFOLDER/compare.png\n"
                                      "FOLDER/compare.svg\n"), text)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["compare.dat", "compare.png", "compare.svg"])
        with open(os.path.join(self.folder, "compare.dat"), encoding="utf-8") as file:
            self.assert_golden("compare-large.dat", file.read())

    def test_picture_of_different_places(self):
        self.compare("hybrid", "same", draw=True)
        with open(os.path.join(self.folder, "compare.svg"), encoding="utf-8") as file:
            picture = file.read()
        for text in ("hardware threads of A", "cores of B"):
            self.assertTrue(text in picture, text)

    def test_no_common_row(self):
        path = self.write(json.dumps({"benchmarks": [{
            "name": "times/kernel:other/mode:sequential", "real_time": 1, "time_unit": "s"}]}))
        self.assert_fails(call("compare", "small.json", path), "no row has samples in both",
                          "kernels of A: countdown; kernels of B: other")

    def test_broken_file(self):
        self.assert_fails(call("compare", "small.json", "/nowhere"), "compare: /nowhere: No such")


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
