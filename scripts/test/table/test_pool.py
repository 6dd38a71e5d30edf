"""pool: its table and picture, byte for byte; from which length of a task on a pool pays."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_pool
from made import document, failed
from support import Case, call, without_gnuplot

from gilbench.views import view_of
from gilbench.views.pool import GAIN, Pool


def entry(name, times, run):
    """The sample that a run has of a row."""
    seconds = times[run - 1]
    return {"name": f"pool/{name}", "run_type": "iteration", "time_unit": "s", "run": run,
            "round": 1, "real_time": seconds, "items_per_s": 1 / seconds, "items": 1000}


def entries(rows, runs=5):
    """Rows from {name: seconds per item, the same in each run, or a list}."""
    return [entry(name, times if isinstance(times, list) else [times] * runs, run)
            for name, times in rows.items() for run in range(1, runs + 1)]


class Golden(Case):
    def test_table(self):
        done = call("table", "pool.json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_golden("pool.txt", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)

    def test_picture(self):
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={self.folder}", "pool.json"))
        self.assertEqual(os.listdir(self.folder), ["pool.dat"])
        self.assert_golden("pool-pool.dat", self.content("pool.dat").decode())

    def test_pays_from(self):
        """Where the costs say, within the noise that the data has."""
        for what, label in (("mode:threads/workers:2", "threads"),
                            ("mode:processes/lock:cpython3/workers:2", "processes cpython3")):
            speed_up, per_chunk, per_item = make_pool.POOLS[what]
            own = per_chunk + per_item
            expected = (GAIN * own - make_pool.LOOP) / (1 - GAIN / speed_up)
            line = next(line for line in call("table", "pool.json").stdout.splitlines()
                        if line.startswith(f"{label}, 1 "))
            number, unit = line.split()[-2:]
            self.assertEqual(unit, "ns")
            self.assertAlmostEqual(float(number) / 1e9 / expected, 1, delta=0.1)


class PaysFrom(Case):
    def text(self, rows):
        lines = call("table", self.write(document(entries(rows)))).stdout.splitlines()
        line = next(line for line in lines if line.startswith("threads, 1 "))
        return re.split(r"  +", line)[-1]

    def rows(self, lengths):
        """Pairs of no pool and the pool, by the length of a task."""
        return {f"{what}/task:{task}": seconds for task, pair in lengths.items()
                for what, seconds in zip(("mode:sequential", "mode:threads/workers:2/chunk:1"), pair)}

    def test_all_texts(self):
        for lengths, expected in (
                ({"0ns": (1e-9, 5e-9), "10us": (1e-5, 1.1e-5)}, "never"),
                ({"0ns": (2e-9, 1e-9), "10us": (1e-5, 5e-6)}, "always"),
                ({"1us": (1e-6, 5e-7), "10us": (1e-5, 5e-6)}, "<= 1.0 us"),
                # Slower by 0.05 us at 0, faster by 0.05 us at 1 us.
                ({"0ns": (1e-9, 51e-9 / GAIN), "1us": (1e-6, 0.95e-6 / GAIN)}, "500 ns"),
                # A single length at which it does not pay counts for all shorter ones.
                ({"0ns": (2e-9, 1e-9), "1us": (1e-6, 1e-6), "2us": (2e-6, 1e-6)}, "1.0 us"),
                # A gain of less than 5 % is none.
                ({"0ns": (1e-9, 5e-9), "10us": (1e-5, 0.96e-5)}, "never"),
                # The runs do not agree on whether it is faster.
                ({"10us": (1e-5, [2e-6, 9e-6, 9e-6, 3e-5, 3e-6])}, "unclear")):
            with self.subTest(expected):
                found = self.text(self.rows(lengths))
                if expected == "1.0 us":
                    self.assertRegex(found, r"^1\.[0-9] us$")
                else:
                    self.assertEqual(found, expected)

    def test_without_no_pool(self):
        self.assertEqual(self.text({"mode:threads/workers:2/chunk:1/task:1us": 1e-6}), "-")

    def test_strange_lengths(self):
        rows = self.rows({"0ns": (2e-9, 1e-9), "soon": (1e-6, 5e-7), "1us": (1e-6, 5e-7)})
        self.assertEqual(self.text(rows), "always")


class Words(Case):
    def lines(self, rows, **context):
        done = call("table", self.write(document(rows, **context)))
        self.assert_works(done)
        return done.stdout

    def test_disturbed(self):
        text = self.lines(entries({"mode:sequential/task:10us": 1e-5,
                                   "mode:threads/workers:2/chunk:256/task:10us": 5e-6}),
                          verdict="disturbed")
        self.assertIn("nothing can be said about pools", text)
        self.assertNotIn("times as fast", text)

    def test_several_numbers_of_workers(self):
        text = self.lines(entries({"mode:sequential/task:10us": 1e-5,
                                   "mode:threads/workers:2/chunk:256/task:10us": 5e-6,
                                   "mode:threads/workers:4/chunk:256/task:10us": 5e-6}))
        self.assertIn("\nthreads x2, 256 ", text)
        self.assertIn("\nthreads x4, 256 ", text)
        self.assertIn("free threads (4 workers, 100 % of ideal)", " ".join(text.split()))

    def test_failed_rows(self):
        rows = entries({"mode:sequential/task:10us": 1e-5,
                        "mode:threads/workers:2/chunk:1/task:10us": 5e-6})
        rows = [failed(row, "item 3 failed") if "threads" in row["name"] else row for row in rows]
        text = self.lines(rows)
        self.assertRegex(text, r"\nthreads, 1 +failed! ")
        self.assertIn("5 of 5 samples: item 3 failed", " ".join(text.split()))

    def test_view(self):
        self.assertEqual(type(view_of("pool")).__module__, "gilbench.views.pool")
        self.assertEqual(Pool("threads", {"chunk": "1"}).label, "threads, 1")


if __name__ == "__main__":
    unittest.main()
