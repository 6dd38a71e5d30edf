"""The table and the picture of cancel, and what they say in words."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import Case, call, without_gnuplot

NAME = "cancel/kernel:k/mode:{}/workers:{}/way:{}"
LATENCIES = """# row: {}
       Value     Percentile TotalCount 1/(1-Percentile)

      10.000 1.000000000000          3            inf
#[Mean    =       10.000, StdDeviation   =        0.000]
#[Max     =       10.000, Total count    =            3]
#[Buckets =            1, SubBuckets     =            1]
# sample: run=1 round=1 messages=3: 5.000 7.000 90.000
"""


def sample(mode, workers, way="flag", **more):
    return {"name": NAME.format(mode, workers, way), "real_time": 7.0, "time_unit": "us",
            "p50_s": 7e-6, "p99_s": 8e-6, "stops": 3.0, "workers": float(workers), "run": 1.0,
            "round": 1.0, **more}


class Cancel(Case):
    def table(self, rows, **context):
        done = call("table", self.write(json.dumps({"context": context, "benchmarks": rows})))
        self.assert_works(done)
        return " ".join(done.stdout.split())

    def test_golden(self):
        done = call("table", "cancel.json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_golden("cancel.txt", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)

    def test_answer(self):
        text = self.table([sample("gil/lock:cpython3", 1), sample("threads", 1),
                           sample("processes/lock:cpython3", 1, "sigterm"),
                           sample("processes/lock:cpython3", 1, "sigkill")])
        self.assertIn("Beside 1 CPU-bound thread, a thread that is asked to stop takes 7.0 us "
                      "under CPython 3's lock and 7.0 us without a lock (p50). A process takes "
                      "7.0 us by SIGKILL and 7.0 us by SIGTERM.", text)

    def test_few_stops(self):
        self.assertIn("~ fewer than 100 stops", self.table([sample("threads", 0)]))
        self.assertNotIn("~ fewer than 100 stops", self.table([sample("threads", 0, stops=100.0)]))

    def test_percentiles_of_all_stops(self):
        """Of the distribution, if it is there; otherwise those of the samples."""
        row = sample("threads", 1)
        self.assertIn("7.00 us 8.00 us~", self.table([row]))
        self.write(LATENCIES.format(row["name"]), "result.hgrm")
        text = self.table([row])
        self.assertIn("7.00 us 90.0 us~", text)
        self.assertIn("of all stops of a row together; 3 to 3 stops per row", text)

    def test_a_disturbed_run_says_nothing(self):
        text = self.table([sample("threads", 1)], verdict="disturbed")
        self.assertIn("nothing can be said about stopping workers", text)

    def test_without_samples(self):
        failed = {"name": NAME.format("threads", 1, "flag"), "error_occurred": True,
                  "error_message": "stuck"}
        done = call("table", self.write(json.dumps({"benchmarks": [failed]})))
        self.assert_fails(done, "samples of `cancel` failed", "stuck")

    def test_picture(self):
        with without_gnuplot():
            done = call("plot", f"--out={self.folder}", "cancel.json")
        self.assert_works(done)
        self.assertEqual(os.listdir(self.folder), ["cancel.dat"])
        self.assert_golden("cancel-cancel.dat", self.content("cancel.dat").decode())


if __name__ == "__main__":
    unittest.main()
