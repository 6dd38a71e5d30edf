"""Google Benchmark's own compare.py reads result files: it matches all rows, and its times are
readable."""

import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, Case, needs_scipy

from gilbench import reader

COMPARE = "/usr/share/benchmark/compare.py"
NUMBER = r"\s+([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)"
AGGREGATE = re.compile("_mean$|_median$|_stddev$|_cv$|^OVERALL_GEOMEAN$")
LINE = re.compile(rf"^(\S+){NUMBER * 6}\s*$", re.M)     # the name, two changes, four times


@needs_scipy
@unittest.skipUnless(os.path.exists(COMPARE), "no compare.py: apt-get install libbenchmark-tools")
class ComparePy(Case):
    def compare(self, *paths):
        """{row: [(old time, new time) of each pair of samples]}, without the aggregates."""
        done = subprocess.run(["/usr/bin/python3", COMPARE, "--no-color", "benchmarks", *paths],
                              cwd=GOLDEN, env=ENVIRONMENT, check=False, capture_output=True,
                              encoding="utf-8")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = {}
        for name, *numbers in LINE.findall(done.stdout):
            if not AGGREGATE.search(name):
                found.setdefault(name, []).append(tuple(map(float, numbers[2:4])))
        return found

    def assert_readable(self, found):
        """No time was rounded to 0."""
        for name, times in found.items():
            self.assertTrue(all(old >= 1 and new >= 1 for old, new in times), (name, times))

    def test_default_and_quick(self):
        found = self.compare("a.json", "a-quick.json")
        self.assertEqual(list(found), [row.name for row in
                                       reader.read(os.path.join(GOLDEN, "a.json")).rows])
        self.assertEqual({len(times) for times in found.values()}, {9})     # as the quick run has
        self.assert_readable(found)

    @unittest.skipUnless("GILBENCH" in os.environ, "needs the built gilbench, in $GILBENCH")
    def test_files_of_gilbench(self):
        """As gilbench writes them: the names do not depend on the number of runs and samples."""
        paths = []
        for name, options in (("default", ("--runs=2", "--samples=3", "--time=0.02")),
                              ("quick", ("--quick", "--runs=1", "--samples=2", "--time=0.01"))):
            paths.append(os.path.join(self.folder, f"{name}.json"))
            subprocess.run([os.environ["GILBENCH"], *options, "--mode=sequential,gil,threads",
                            "--lock=mutex", "--workers=1,2", f"--out={paths[-1]}"],
                           check=True, capture_output=True)
        found = self.compare(*paths)
        for path in paths:
            self.assertEqual(sorted(found), sorted(row.name for row in reader.read(path).rows))
        self.assertEqual(len(found), 5)
        self.assertEqual({len(times) for times in found.values()}, {2})
        self.assert_readable(found)


if __name__ == "__main__":
    unittest.main()
