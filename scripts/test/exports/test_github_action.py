"""The export for github-action-benchmark, held against what its documentation says of the format.

A list of objects with name, unit, value, and as the user likes range and extra, all texts except
for the value; `range` as `± NUMBER` in the unit of the value.
"""

import json
import os
import re
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "table")]
from made import FEW, document, entries, failed
from support import GOLDEN, Case, call, needs_scipy

from gilbench import reader, runs


def mixed(**directions):
    """A file of experiments with different better directions."""
    return document(({"name": f"{name}/lock:x", "real_time": 2, "time_unit": "s"}
                     for name in directions),
                    **{f"experiment.{name}.value": f"v 1 {better}"
                       for name, better in directions.items()})


@needs_scipy
class GithubAction(Case):
    def export(self, *arguments):
        done = call("export", "--to=github-action", *arguments)
        self.assert_works(done)
        return self.checked(done.stdout)

    def checked(self, text):
        """The entries of a file, checked against the documentation."""
        found = json.loads(text)
        self.assertIsInstance(found, list)
        for entry in found:
            self.assertLessEqual({"name", "unit", "value"}, entry.keys())
            self.assertLessEqual(entry.keys(), {"name", "unit", "value", "range", "extra"})
            self.assertIsInstance(entry["value"], float)
            self.assertTrue(all(isinstance(value, str) for key, value in entry.items()
                                if key != "value"))
            if "range" in entry:
                self.assertRegex(entry["range"], r"^\u00b1 [0-9.e+-]+$")
        self.assertEqual(len({entry["name"] for entry in found}), len(found))
        return found

    def test_golden(self):
        done = call("export", "--to=github-action", "c.json")
        self.assert_works(done)
        self.assert_golden("export-c.github-action", done.stdout)

    def test_values(self):
        rows = {row.name: row for row in reader.read(os.path.join(GOLDEN, "a.json")).rows}
        found = self.export("a.json")
        self.assertEqual([entry["name"] for entry in found], list(rows))
        for entry in found:
            logs = list(runs.y_of(rows[entry["name"]]).values())
            lo, hi = map(runs.exp, runs.t_bounds(logs))
            self.assertEqual(entry["unit"], "ns/op")
            self.assertAlmostEqual(entry["value"] / (1e9 * (lo * hi) ** 0.5), 1, 4)
            half = float(re.sub("[^0-9.e-]", "", entry["range"]))
            self.assertAlmostEqual((entry["value"] + half) / (1e9 * hi), 1, 3)
        self.assertEqual(found[0]["extra"], "verdict: ok\nmachine: a\n5 runs, 25 samples")

    def test_names_of_older_files(self):
        self.assertEqual(self.export("small.json")[0]["name"],
                         "times/kernel:countdown/mode:sequential/workers:1")

    def test_few_runs_have_no_range(self):
        found = self.export(self.write(document(entries(FEW, runs=2))))
        self.assertFalse([entry for entry in found if "range" in entry])

    def test_the_verdict_is_kept(self):
        self.assertIn("verdict: disturbed: other programs used 0.4 of a CPU",
                      self.export("c.json")[0]["extra"])

    def test_failed_samples(self):
        rows = list(entries(FEW, runs=2, rounds=2))
        rows = [failed(row) if "workers:2" in row["name"] or place == 0 else row
                for place, row in enumerate(rows)]
        path = self.write(document(rows))
        done = call("export", "--to=github-action", path)
        self.assertEqual((done.returncode, done.stderr), (
            0, f"export: {path}: left out: 1 row without a sample that succeeded\n"))
        found = self.checked(done.stdout)
        self.assertEqual(len(found), 2)
        self.assertTrue(found[0]["extra"].endswith(
            "\n1 of 4 samples failed: worker 1 was killed by signal 9"))

    def test_lower_bounds_are_said(self):
        row = {"name": "convoy/kernel:k/mode:gil/lock:x/workers:1", "real_time": 4,
               "time_unit": "s", "p50_s": 4.0, "p99_s": 4.0}
        path = self.write(document([row, {**row, "censored_from_s": 3.0}]))
        done = call("export", "--to=github-action", path)
        self.assertEqual((done.returncode, done.stderr), (
            0, f"export: {path}: samples of 1 row are only lower bounds, as messages were never "
            "read\n"))
        entry, = self.checked(done.stdout)
        self.assertTrue(entry["extra"].endswith(
            "\n1 of 2 samples are only lower bounds, as messages were never read"))

    def test_mixed_directions(self):
        path = self.write(mixed(slow="lower", rate="higher", size="-"))
        self.assert_fails(call("export", "--to=github-action", path),
                          "lower is better in slow and higher is better in rate",
                          "choose it with --better=lower or --better=higher", status=2)
        neither = "size (neither direction is better)"
        for better, name, others in (("lower", "slow", ("rate (higher is better)", neither)),
                                     ("higher", "rate", ("slow (lower is better)", neither))):
            done = call("export", "--to=github-action", f"--better={better}", path)
            self.assertEqual(done.returncode, 0)
            self.assertEqual([entry["name"] for entry in self.checked(done.stdout)],
                             [f"{name}/lock:x"])
            self.assertEqual(done.stderr, "".join(f"export: {path}: left out: 1 row of {other}\n"
                                                  for other in others))

    def test_direction_that_is_not_there(self):
        self.assert_fails(call("export", "--to=github-action", "--better=higher", "a.json"),
                          "a.json: no row has a value of which higher is better", status=2)
        self.assert_fails(call("export", "--to=github-action", self.write(mixed(size="-"))),
                          "neither direction is better in any experiment", status=2)

    def test_the_same_row_twice(self):
        self.assert_fails(call("export", "--to=github-action", "a.json", "b.json"),
                          "b.json: has the row times/kernel:countdown/mode:sequential/workers:1, "
                          "as a.json does", status=2)


if __name__ == "__main__":
    unittest.main()
