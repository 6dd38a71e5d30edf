"""The table and the picture of machine: what they show and say, and of which rows."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made import document, failed
from support import Case, call, needs_scipy, without_gnuplot

COSTS = {"op:clock_read": 25e-9, "op:atomic_rmw": 5e-9, "op:cache_line/from:0/to:1": 200e-9,
         "op:system_call": 120e-9, "op:futex_wake/sleeper:none": 150e-9,
         "op:futex_wake/sleeper:one": 3e-6, "op:wakeup/core:same": 3.2e-6,
         "op:wakeup/core:other": 40e-6, "op:timer_slack/slack:default": 60e-6,
         "op:timer_slack/slack:least": 9e-6, "op:context_switch/between:threads": 1.6e-6,
         "op:context_switch/between:processes": 2.1e-6, "op:slice": 3e-3, "op:fork": 130e-6,
         "op:page_fault/page:small": 250e-9, "op:page_fault/page:huge": 90e-6}
NO_CORE = "skipped: it needs a second core, and gilbench may use only one"


def rows(costs=None, factor=1, runs=3):
    found = []
    for place, (name, seconds) in enumerate((costs or COSTS).items()):
        for run in range(1, runs + 1):
            for number in range(1, 4):
                value = factor * seconds * (1 + 0.004 * ((5 * run + 3 * number + place) % 7))
                found.append({"name": f"machine/{name}", "run_type": "iteration",
                              "time_unit": "ns", "real_time": 1e9 * value, "run": run,
                              "round": number, "p10_s": 0.95 * value, "p90_s": 1.2 * value,
                              "max_s": 3 * value, "values": 100})
    return found


def matrix(cores):
    return {**COSTS, **{f"op:cache_line/from:{one}/to:{other}": 1e-7 * (1 + other - one)
                        for one in range(cores) for other in range(one + 1, cores)}}


class Machine(Case):
    def table(self, some, **context):
        done = call("table", self.write(document(some, **context)), cwd=self.folder)
        self.assert_works(done)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        return done.stdout

    def test_golden(self):
        for name, costs in (("machine", COSTS), ("machine-matrix", matrix(8))):
            text = self.table(rows(costs)).replace(self.folder, "FOLDER")
            self.assert_golden(f"{name}.txt", text)

    def test_what_is_found(self):
        text = " ".join(self.table(rows()).split())
        self.assertIn("A context switch takes 1.6 us, a thread that is woken runs after 3.2 us on "
                      "the same core, after 40 us on another one, a cache line takes 202 ns from "
                      "core to core.", text)

    def test_nothing_is_found_of_a_disturbed_run(self):
        text = self.table(rows(), verdict="disturbed")
        self.assertIn("so nothing can be said about the machine", text)
        self.assertNotIn("A context switch takes", text)

    def test_what_a_machine_lacks_has_not_failed(self):
        some = [failed(one, NO_CORE) if "core:other" in one["name"] else one for one in rows()]
        text = self.table(some)
        self.assertRegex(text, r"wake-up on another core +none\n")
        self.assertIn("none: wake-up on another core: it needs a second core, and gilbench may use "
                      "only one", " ".join(text.split()))
        self.assertNotIn("failed", text)

    def test_failures(self):
        some = [failed(one, "crash") if "op:fork" in one["name"] else one for one in rows()]
        text = self.table(some)
        self.assertRegex(text, r"fork and wait +failed\n")
        self.assertIn("failed: fork and wait: 9 of 9 samples: crash", text)

    def test_a_matrix_of_many_cores_is_a_list(self):
        text = self.table(rows(matrix(9)))
        self.assertIn("cache line, core 7 to 8", text)
        self.assertNotIn("from 7", text)

    def test_operations_that_are_not_known(self):
        self.assertIn("op:trap on:fire", self.table(rows({"op:trap/on:fire": 1e-6})))

    def test_picture(self):
        with without_gnuplot():
            done = call("plot", "--out", self.folder, self.write(document(rows())))
        self.assertEqual(done.returncode, 0, done.stderr)

    @needs_scipy
    def test_machines_are_set_side_by_side(self):
        context = {"experiment.machine.value": "cost_s s lower"}
        one = self.write(document(rows(), **context), "one.json")
        lacking = [failed(row, NO_CORE) if "core:other" in row["name"] else row
                   for row in rows(factor=2)]
        other = self.write(document(lacking, machine="n", **context), "other.json")
        done = call("compare", one, other)
        self.assertEqual(done.returncode, 2, done.stderr)   # a row is not compared
        self.assertRegex(done.stdout, r"op:fork +1\d\d us +2\d\d us +2\.000 .* slower")
        self.assertIn("it needs a second core", done.stderr)


if __name__ == "__main__":
    unittest.main()
