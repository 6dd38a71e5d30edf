"""The answer in words: what it says of runs of many kinds, and what it does not say."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made import QUIET, REAL, document, entries, failed
from support import Case, call, needs_scipy

from gilbench import reader, runs
from gilbench.parts.answer import answer
from gilbench.parts.claims import FASTER, SAME, SLOWER, UNCLEAR, claim
from gilbench.sheet import sheets_of



def only(*modes, rows=None):
    """The rows of some modes."""
    return {mode: ratios for mode, ratios in (rows or QUIET).items()
            if mode.split("/")[0] in modes}


@needs_scipy
class Answer(Case):
    def answer(self, rows, **context):
        result = reader.read(self.write(document(rows, **context)))
        return list(answer(result, sheets_of(result, "times")[0]))

    def test_quiet_run(self):
        self.assertEqual(self.answer(entries(QUIET)), [
            "Two and four threads take 1.65 and 2.40 times as long as one under CPython 2's lock, "
            "and as long as one (within 4 %) under CPython 3's lock.",
            "Two and four free threads or processes are 1.88 to 1.96 times as fast as one on 2 "
            "cores."])

    def test_stands_above_the_table_and_below_the_verdict(self):
        text = call("table", self.write(document(entries(QUIET)))).stdout
        self.assertTrue(text.startswith("verdict  ok\n\nTwo and four threads take 1.65 and 2.40 "
                                        "times as long as one under CPython 2's\nlock, "))
        self.assertLess(text.index("free threads or"), text.index("gil cpython2"))

    def test_disturbed_run(self):
        self.assertEqual(self.answer(entries(QUIET), verdict="disturbed"), [
            "The run was disturbed (see above), so nothing can be said about locks and threads."])

    def test_single_core(self):
        rows = {"sequential": {1: 1.0}, "gil/lock:cpython2": {2: 1.2, 4: 1.3},
                "threads": {2: 1.0, 4: 1.0}}
        self.assertEqual(self.answer(entries(rows), places="1", cores="1"), [
            "On one core, two and four threads take 1.20 to 1.30 times as long as one under CPython "
            "2's lock.",
            "What free threads gain from several cores cannot be said: all workers shared one "
            "core."])

    def test_unclear_for_two_reasons_on_unknown_cores(self):
        rows = [failed(entry) if "threads/workers:2" in entry["name"] else
                {**entry, "real_time": entry["real_time"] * entry["run"]}
                if "threads/workers:4" in entry["name"] else entry
                for entry in entries(only("sequential", "threads"))]
        self.assertEqual(self.answer(rows, places="", cores="")[1],
                         "Of two free threads nothing can be said (all samples failed); of four "
                         "free threads nothing can be said (the intervals include 1); processes "
                         "were not measured.")

    def test_what_is_unclear_of_one_lock_is_not_said_of_another(self):
        noisy = ("cpython2/workers:2", "cpython3/workers:2", "cpython3/workers:4")
        rows = [{**entry, "real_time": entry["real_time"] * entry["run"] ** 2 / 5}
                if entry["name"].endswith(noisy) else entry
                for entry in entries(only("sequential", "gil"))]
        self.assertRegex(self.answer(rows)[0],
                         r"^Four threads take 2\.\d+ times as long as one under CPython 2's lock; of "
                         r"two threads under CPython 2's lock nothing can be said \(the intervals "
                         r"include 1\); of two and four threads under CPython 3's lock nothing can "
                         r"be said \(the intervals include 1\)\.$")

    def test_only_some_modes(self):
        said = self.answer(entries(only("sequential", "gil")))
        self.assertEqual(said[1:], ["Free threads and processes were not measured."])
        said = self.answer(entries(only("sequential", "threads")))
        self.assertEqual(said, ["Threads that share a lock were not measured.", said[1]])
        self.assertTrue(said[1].endswith(" on 2 cores; processes were not measured."))
        self.assertEqual(self.answer(entries(only("gil", "threads"))), [
            "The sequential run was not measured, so there is nothing to compare locks, free "
            "threads and processes with."])
        self.assertEqual(self.answer(entries({"sequential": {1: 1.0}, "threads": {1: 1.0}})), [
            "Only one worker was measured, so nothing can be said about several."])

    def test_other_numbers_of_workers(self):
        said = self.answer(entries({"sequential": {1: 1}, "gil/lock:mutex": {3: 5, 16: 9, 64: 9}}))
        self.assertTrue(said[0].startswith("Three and 16 threads take 5."), said[0])
        self.assertTrue(said[0].endswith(" under a plain mutex."), said[0])

    def test_failed_rows(self):
        rows = [failed(row) if "lock:cpython2/workers:4" in row["name"]
                and "gil" in row["name"] else row for row in entries(QUIET)]
        self.assertIn("; of four threads under CPython 2's lock nothing can be said (all samples "
                      "failed).", self.answer(rows)[0])
        rows = [failed(row) if "sequential" in row["name"] else row for row in entries(QUIET)]
        self.assertIn("The sequential run failed", self.answer(rows)[0])

    def test_interpreters(self):
        self.assertEqual(self.answer(entries({**QUIET, **REAL}))[2:], [
            "Two and four threads of real interpreters take 1.08 to 1.12 times as long as one in "
            "CPython 3.11.2, and as long as one (within 3 %) in Ruby 3.1.7."])
        self.assertEqual(self.answer(entries(REAL))[0],
                         "Lock models, free threads and processes were not measured.")

    def test_one_sample(self):
        said = self.answer(entries(QUIET, runs=1, rounds=1))
        self.assertEqual(said[0], "Of two and four threads under CPython 2's lock and under "
                         "CPython 3's lock nothing can be said (a single sample has no interval).")

    def test_wide_intervals(self):
        said = self.answer(entries({"sequential": {1: 1.0}, "gil/lock:cpython2": {2: 1.05}},
                                   noise=0.2, runs=1, rounds=3))
        self.assertRegex(said[0], r"^Of two threads under CPython 2's lock nothing can be said "
                         r"\(the interval, 0\.[0-9]+ to [1-9]\.[0-9]+ times as long, includes 1\)")

    def test_short_regions(self):
        rows = [{**row, "quanta": 3.0} if "cpython3" in row["name"] else row
                for row in entries(QUIET)]
        self.assertIn("under CPython 3's lock nothing can be said (the region spans fewer than 20 "
                      "switch intervals)", self.answer(rows)[0])

    def test_many_locks_are_put_together(self):
        rows = {"sequential": {1: 1.0}, **{f"gil/lock:x{number}": {2: 2.0 + number, 4: 9.0}
                                           for number in range(5)}}
        self.assertRegex(self.answer(entries(rows))[0],
                         r"^Two and four threads take 2\.[0-9]+ to 5\.[0-9]+ and [0-9. to]+ times as "
                         "long as one under the lock x0, the lock x1, the lock x2, the lock x3 and "
                         "the lock x4.$")


class Claims(unittest.TestCase):
    def test_kinds(self):
        for ratio, lo, hi, kind in (
                (1.65, 1.6, 1.7, SLOWER), (0.5, 0.49, 0.51, FASTER), (1.02, 1.01, 1.03, SAME),
                (1.03, 0.98, 1.08, SAME), (1.04, 1.02, 1.08, SLOWER), (1.0, 0.85, 1.2, UNCLEAR),
                (1.2, None, None, UNCLEAR), (1.0, 0.5, 1.0, UNCLEAR)):
            self.assertEqual(claim(runs.Ratio(ratio, lo, hi)).kind, kind, (ratio, lo, hi))

    def test_numbers_have_the_decimals_that_the_interval_supports(self):
        for ratio, lo, hi, text in ((1.654, 1.6, 1.7, "1.65"), (1.654, 1.3, 2.0, "1.7"),
                                    (12.34, 12.3, 12.4, "12.3"), (120.4, 119, 121, "120")):
            self.assertEqual(claim(runs.Ratio(ratio, lo, hi)).number(False), text)
        self.assertEqual(claim(runs.Ratio(0.5, 0.49, 0.51)).number(True), "2.00")

    def test_within(self):
        self.assertEqual(claim(runs.Ratio(1.0, 0.97, 1.02)).within, 4)
        self.assertEqual(claim(runs.Ratio(1.0, 1.0, 1.0)).within, 1)


if __name__ == "__main__":
    unittest.main()
