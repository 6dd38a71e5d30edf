"""start: its table, byte for byte, what it says was found, and its picture."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import GOLDEN, Case, call, without_gnuplot


def row(parts, seconds, index=0):
    return {"name": f"start/{parts}", "real_time": 1e6 * seconds, "time_unit": "us",
            "run_type": "iteration", "repetition_index": index}


THREAD = row("mode:threads/way:thread", 10e-6)
FORK = row("mode:processes/way:fork", 70e-6)


class Start(Case):
    def table(self, *rows, **context):
        path = self.write(json.dumps({"context": context, "benchmarks": rows}))
        done = call("table", path)
        self.assert_works(done)
        return " ".join(done.stdout.split())

    def test_golden(self):
        done = call("table", "start.json")
        self.assert_works(done)
        self.assert_golden("start.txt", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)

    def test_answer(self):
        text = self.table(THREAD, FORK, row("mode:real/runtime:pypy-7.3.9/way:Process.fork", 7e-3))
        for part in ("Starting a thread takes 10.0 us, a forked process 7.00x as long.",
                     "Beside gilbench's own ways, pypy-7.3.9 takes 100x (Process.fork).",
                     "pypy-7.3.9 Process.fork 7.00 ms ±? 700x 100x"):
            self.assertIn(part, text)

    def test_memory(self):
        small, huge = (row(f"mode:processes/way:fork/pages:{pages}/memory:2GiB", seconds)
                       for pages, seconds in (("small", 8e-3), ("huge", 80e-6)))
        self.assertIn("A fork over 2GiB of touched memory takes 8.00 ms in small pages, and "
                      "80.0 us in huge ones.", self.table(THREAD, small, huge))
        self.assertIn("A fork over 2GiB of touched memory takes 8.00 ms. ", self.table(small))
        self.assertNotIn("A fork over", self.table(THREAD, huge))

    def test_nothing_is_said_of_what_was_not_measured(self):
        self.assertNotIn("Starting a thread", self.table(FORK))
        self.assertIn("Starting a thread takes 10.0 us. ", self.table(THREAD))

    def test_disturbed(self):
        text = self.table(THREAD, FORK, verdict="disturbed")
        self.assertIn("so nothing can be said about starts.", text)
        self.assertNotIn("Starting a thread", text)

    def test_failed(self):
        failed = {**FORK, "error_occurred": True, "error_message": "could not fork"}
        text = self.table(THREAD, failed)
        self.assertIn("fork failed!", text)
        self.assertIn("failed: processes way:fork: 1 of 1 samples: could not fork", text)

    def test_picture(self):
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={self.folder}",
                                   os.path.join(GOLDEN, "start.json")))
        self.assert_golden("start.dat", self.content("start.dat").decode())


if __name__ == "__main__":
    unittest.main()
