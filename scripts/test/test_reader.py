"""Reading result files: every way a file can be broken, names, places."""

import json
import os
import unittest

from support import GOLDEN, Case, call

from gilbench import reader, results, views
from gilbench.command import ToolError
from gilbench.sheet import sheets_of

NAME = "times/kernel:countdown/mode:gil/lock:cpython3/workers:2/iterations:1/manual_time"
GOOD = {"name": NAME, "run_type": "iteration", "real_time": 0.3, "time_unit": "s"}


def document(*rows):
    return json.dumps({"context": {}, "benchmarks": rows})


class BrokenFiles(Case):
    """All commands share the reader; each message names the file and says what is wrong."""

    def assert_refused(self, text, *parts):
        path = self.write(text)
        done = call("table", path)
        self.assert_fails(done, f"table: {path}: ", *parts)
        self.assertEqual(done.stdout, "")

    def test_missing_file(self):
        self.assert_fails(call("table", "/nowhere/a.json"),
                          "table: /nowhere/a.json: No such file or directory")

    def test_folder(self):
        self.assert_fails(call("table", self.folder), "has no result files", status=2)
        self.assert_fails(call("slim", self.folder, "x"), "Is a directory")

    def test_empty(self):
        self.assert_refused("", "is empty", "gilbench --out=FILE")
        self.assert_refused(" \n\n", "is empty")

    def test_truncated(self):
        with open(os.path.join(GOLDEN, "small.json"), encoding="utf-8") as file:
            text = file.read()
        lines = text[:9000].count("\n") + 1
        self.assert_refused(text[:9000], f"line {lines}: ", "in the middle")
        self.assert_refused(text[:-4], "in the middle")

    def test_not_json(self):
        self.assert_refused("gil: 0.3 s\n", "line 1, column 1: not JSON")
        self.assert_refused('{"benchmarks": [\n1 2]}', "line 2, column 3: not JSON")
        self.assert_refused(b"\x89PNG\r\n\x1a\n", "byte 0 is not UTF-8")
        self.assert_refused("[" * 100000, "not readable as JSON")

    def test_other_shape(self):
        for text in ("3", "[]", "{}", '{"benchmarks": {}}'):
            self.assert_refused(text, "without a `benchmarks` list")
        self.assert_refused('{"benchmarks": [3]}', "entry 1 of `benchmarks` has no `name`")
        self.assert_refused('{"context": 3, "benchmarks": []}', "`context` is not an object")

    def test_no_rows(self):
        self.assert_refused(document(), f"no rows of {', '.join(views.known())}",
                            "no rows at all")
        self.assert_refused(document({**GOOD, "name": "BM_sort/8"}), "it has rows of BM_sort")

    def test_only_failed_rows(self):
        for failure in ({"error_occurred": True, "error_message": "worker 1 crashed"},
                        {"skipped": "SKIPPED_WITH_ERROR", "skip_message": "worker 1 crashed"}):
            self.assert_refused(document({**GOOD, **failure}), "all 1 samples of `times` failed",
                                NAME, "worker 1 crashed")

    def test_only_aggregates(self):
        self.assert_refused(document({**GOOD, "run_type": "aggregate"}), "are aggregates",
                            "--benchmark_report_aggregates_only")

    def test_names(self):
        for name, part in (("times/mode:gil/workers:1", "no `kernel:`"),
                           ("times/kernel:countdown/workers:1", "no `mode:`"),
                           ("times/kernel:countdown/mode:gil", "workers is missing"),
                           ("times/kernel:countdown/mode:gil/workers:two", "workers is two"),
                           ("times/kernel:countdown/mode:gil/workers:0", "workers is 0")):
            self.assert_refused(document({**GOOD, "name": name}), f"row {name}: ", part)

    def test_numbers(self):
        for key, value, part in (("real_time", 0, "real_time is 0; allowed are numbers above 0"),
                                 ("real_time", -1, "real_time is -1"),
                                 ("real_time", "fast", "real_time is fast"),
                                 ("real_time", 10 ** 400, "real_time is inf; allowed are finite"),
                                 ("wait_s", float("nan"), "wait_s is nan"),
                                 ("time_unit", "h", "time_unit is h; allowed are ns, us, ms, s")):
            self.assert_refused(document({**GOOD, key: value}), f"row {NAME}: ", part)

    def test_rows_beside_workers(self):
        for name, key, value, part in (
                ("convoy", "p50_s", None, "p50_s is missing"),
                ("convoy", "p99_s", 0, "p99_s is 0; allowed are numbers above 0"),
                ("convoy", "p50_s", float("nan"), "p50_s is nan"),
                ("bandwidth", "packets_per_s", 0, "packets_per_s is 0"),
                ("bandwidth", "packets_per_s", "many", "packets_per_s is many")):
            row = {**GOOD, "name": f"{name}/kernel:k/mode:gil/workers:0", "p50_s": 1.0,
                   "p99_s": 1.0, "packets_per_s": 1.0, key: value}
            if value is None:
                del row[key]
            self.assert_refused(document(row), f"row {row['name']}: ", part)
        name = "convoy/kernel:k/mode:gil/workers:-1"
        self.assert_refused(document({**GOOD, "name": name}), "workers is -1; allowed is a number "
                            "from 0")

    def test_control_characters_do_not_reach_the_terminal(self):
        self.assert_refused(document({**GOOD, "name": "times/\x1b[2J\nmode:gil"}),
                            r"times/\x1b[2J\n")


class Reading(Case):
    def read(self, *rows):
        return reader.read(self.write(document(*rows)))

    def test_units(self):
        for unit, value in (("ns", 3e8), ("us", 3e5), ("ms", 300), ("s", 0.3)):
            row, = self.read({**GOOD, "real_time": value, "time_unit": unit}).rows
            self.assertAlmostEqual(row.samples[0].seconds, 0.3)

    def test_name_parts(self):
        for name, workers, label in (
                ("mode:sequential", 1, "sequential"),
                ("mode:sequential/workers:1/iterations:1/threads:3", 1, "sequential"),
                ("mode:gil/lock:cpython3:interval=500us/workers:2/iterations:1/manual_time", 2,
                 "gil cpython3:interval=500us"),
                ("mode:real/runtime:cpython-3.11.2/workers:4/repeats:2", 4, "real cpython-3.11.2"),
                ("mode:gil/lock:mutex/workers:4/io:5ms/iterations:1", 4, "gil mutex io:5ms")):
            row, = self.read({**GOOD, "name": f"times/kernel:chase:size=64MiB/{name}"}).rows
            self.assertEqual((row.workers, row.series.label), (workers, label))
            self.assertEqual(row.parts["kernel"], "chase:size=64MiB")

    def test_order_of_series(self):
        modes = ("real/runtime:x", "processes/lock:b", "gil/lock:b10", "gil/lock:b9", "threads",
                 "interpreters/lock:b", "sequential", "new")
        result = self.read(*({**GOOD, "name": f"times/kernel:k/mode:{mode}/workers:1"}
                             for mode in modes))
        sheet, = sheets_of(result, "times")
        self.assertEqual([series.label for series in sheet.series],
                         ["sequential", "gil b9", "gil b10", "threads", "processes b",
                          "interpreters b", "real x", "new"])

    def test_aggregates_are_left_out(self):
        result = reader.read(os.path.join(GOLDEN, "aggregates.json"))
        self.assertEqual({len(row.samples) for row in result.rows}, {10})
        self.assertLess(max(sample.seconds for row in result.rows for sample in row.samples), 2)

    def test_everything_in_the_context_is_optional(self):
        result = reader.read(self.write(json.dumps({"benchmarks": [GOOD]})))
        self.assertEqual((result.machine, result.cores), ("unknown machine", None))

    def test_places(self):
        for context, places, kind in (
                ({}, None, "cores"), ({"cores": "2"}, 2, "cores"),
                ({"cores": "2", "pin": "pu"}, 2, "cores"),
                ({"cores": "2", "places": "2", "pin": "core"}, 2, "cores"),
                ({"cores": "2", "places": "1", "pin": "same"}, 1, "cores"),
                ({"cores": "2", "places": "4", "pin": "pu"}, 4, "hardware threads"),
                ({"cores": "2", "places": "4", "pin": "none"}, 4, "hardware threads")):
            result = results.Result("", (), context, [], {})
            self.assertEqual((result.places, result.kind_of_place), (places, kind))

    def test_kinds_of_core(self):
        for topology, kinds in (("", 1), ("packages 1, cores 8, PUs 12, kinds of core 1", 1),
                                ("packages 1, cores 8, PUs 12, kinds of core 2", 2)):
            result = results.Result("", (), {"topology": topology}, [], {})
            self.assertEqual(result.kinds_of_core, kinds)

    def test_error_is_a_tool_error(self):
        with self.assertRaises(ToolError):
            reader.read("/nowhere")


if __name__ == "__main__":
    unittest.main()
