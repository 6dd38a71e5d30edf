"""What views take from a result file, and experiments that have no view of their own."""

import json
import unittest

from support import Case, call

from gilbench import experiment, views
from gilbench.experiment import Declaration, Quantity

CONTEXT = {"experiment.wakeups.summary": "how often a waiting thread is woken",
           "experiment.wakeups.value": "rate 1/s higher",
           "experiment.wakeups.axes": "kernel mode lock every workers",
           "experiment.wakeups.counters": "futile 1 lower, p99_s s lower"}


def rows_of(name, workers=(1, 2), unit="ms"):
    return [{"name": f"{name}/kernel:k/mode:gil/lock:{lock}/every:1ms/workers:{count}",
             "real_time": 1000.0 * (count + sample), "time_unit": unit}
            for lock in ("a", "b") for count in workers for sample in range(3)]


class Generic(Case):
    def table(self, rows, context, *options):
        path = self.write(json.dumps({"context": context, "benchmarks": rows}))
        return call("table", *options, path)

    def test_experiment_without_a_module(self):
        failed = {"name": "wakeups/kernel:k/mode:gil/lock:b/every:1ms/workers:2",
                  "error_occurred": True, "error_message": "stuck"}
        done = self.table([*rows_of("wakeups"), failed], CONTEXT)
        self.assert_works(done)
        for part in ("kernel   k, experiment wakeups, 3 samples per row",
                     "                  workers 1       workers 2",
                     "                rate spread     rate spread",
                     "gil a every:1ms 2.00  ±50 %     3.00  ±34 %",
                     "how often a waiting thread is woken",
                     "cells: median of rate in 1/s (higher is better), ±",
                     "failed: gil b every:1ms workers:2: 1 of 4 samples: stuck"):
            self.assertIn(" ".join(part.split()), " ".join(done.stdout.split()))

    def test_without_workers_or_kernel(self):
        rows = [{"name": f"cost/op:{op}", "real_time": 2.0, "time_unit": "us"} for op in "xy"]
        done = self.table(rows, {"experiment.cost.value": "time s lower"})
        self.assertIn("op:x   2.00 us", done.stdout)
        self.assertIn("(lower is better)", done.stdout)

    def test_what_nothing_is_known_of_is_not_shown(self):
        done = self.table([*rows_of("wakeups"), *rows_of("other")], CONTEXT)
        self.assertIn("not shown: rows of other\n", done.stdout)

    def test_every_time_unit(self):
        for unit, text in (("ns", "2.00 us"), ("us", "2.00 ms"), ("ms", "2.00 s"), ("s", "2000 s")):
            done = self.table(rows_of("times", unit=unit), {})
            self.assertIn(text, done.stdout)

    def test_csv_has_the_numbers(self):
        lines = self.table(rows_of("wakeups"), CONTEXT, "--format=csv").stdout.splitlines()
        self.assertIn(",wakeups,k,gil a every:1ms,workers 1,rate,2.0,1/s,", lines[1])


class Finding(unittest.TestCase):
    def test_by_name(self):
        self.assertLessEqual({"bandwidth", "convoy", "primitives", "times"}, set(views.known()))
        self.assertNotIn("generic", views.known())
        for name in ("times", "convoy"):
            self.assertEqual(type(views.view_of(name)).__module__, f"gilbench.views.{name}")

    def test_strange_names(self):
        for name in ("other", "", "../times", "times.x", "__init__", "Times", "os", "\ud800"):
            self.assertEqual(type(views.view_of(name)).__module__, "gilbench.views.generic")

    def test_declarations(self):
        default = Declaration(value=Quantity("time", "s", "lower"), distribution="latency s")
        found = experiment.declared("f", CONTEXT, "wakeups", default)
        self.assertEqual(found.value, Quantity("rate", "1/s", "higher"))
        self.assertEqual(found.axes, ("kernel", "mode", "lock", "every", "workers"))
        self.assertEqual(found.counters["p99_s"], Quantity("p99_s", "s", "lower"))
        self.assertEqual(found.distribution, "latency s")
        self.assertEqual(experiment.declared("f", {}, "wakeups", default), default)


if __name__ == "__main__":
    unittest.main()
