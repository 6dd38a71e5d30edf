"""The text of scripts/table, byte for byte, and its behaviour as a command."""

import json
import os
import re
import subprocess
import unittest

from support import SCRIPTS, Case, call, run


class Table(Case):
    def test_golden(self):
        for name in ("small", "large", "failed", "aggregates", "hybrid", "same", "real",
                     "convoy", "bandwidth"):
            with self.subTest(name):
                done = call("table", f"{name}.json")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assert_golden(f"{name}.txt", done.stdout)
                self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_more_workers_than_places(self):
        for name, head, legend in (("small", " 4* workers", "cores (2)"),
                                   ("hybrid", " 4* workers", "hardware threads (3)"),
                                   ("same", " 2* workers", "cores (1)")):
            with self.subTest(name):
                text = call("table", f"{name}.json").stdout
                self.assertEqual(re.search(r" [0-9]+\* workers", text)[0], head)
                self.assertIn(f"\n* more workers than {legend}\n", text)

    def test_real_rows_have_their_own_baseline(self):
        lines = call("table", "real.json").stdout.splitlines()
        # Twice the work of its baseline, in twice the time: that is 1.00x.
        line = next(line for line in lines if line.startswith("processes cpython-3.11.2"))
        self.assertEqual(re.findall(r"[0-9.]+x", line), ["1.00x", "0.52x", "0.53x"])
        place = next(number for number, line in enumerate(lines) if line.startswith("real ruby"))
        self.assertTrue(lines[place + 1].startswith("ruby_waitq for ruby-3.1.7"))

    def test_longer_regions_are_said(self):
        text = call("table", "real.json").stdout
        self.assertIn("ruby_waitq, ruby-3.1.7 and its model", text)
        self.assertIn("regions of 2.0 s, 20 switch", text)
        self.assertNotIn("regions of", call("table", "small.json").stdout)

    def test_marks_of_convoy(self):
        text = call("table", "convoy.json").stdout
        for part in ("1 lost of 2000 messages", "^ sent late", "failed!",
                     "? not all arrived", "k = 2: 1 of 5 samples: deadline of 20 s passed"):
            self.assertIn(part, text)

    def test_all_of_one_experiment_failed(self):
        rows = [{"name": "times/kernel:k/mode:gil/workers:1", "error_occurred": True,
                 "error_message": "crash"},
                {"name": "bandwidth/kernel:k/mode:gil/workers:0", "real_time": 1e-4,
                 "time_unit": "s", "packets_per_s": 1e4}]
        done = call("table", self.write(json.dumps({"benchmarks": rows})))
        self.assert_fails(done, "all 1 samples of `times` failed", "crash")
        self.assertIn("10.0k", done.stdout)

    def test_several_files(self):
        done = call("table", "small.json", "aggregates.json")
        self.assertEqual(done.returncode, 0)
        self.assertIn("file     small.json\n", done.stdout)
        self.assertIn("file     aggregates.json\n", done.stdout)
        self.assertEqual(done.stdout.count("for comparison"), 1)

    def test_a_broken_file_does_not_hide_the_others(self):
        done = call("table", "/nowhere", "small.json")
        self.assert_fails(done, "table: /nowhere: No such file")
        self.assertIn("file     small.json\n", done.stdout)

    def test_help_has_an_example(self):
        done = call("table", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("example:\n  scripts/table results/", done.stdout)

    def test_usage(self):
        self.assertEqual(call("table").returncode, 2)
        self.assertEqual(call("table", "--colour", "small.json").returncode, 2)


class Output(Case):
    def test_closed(self):
        done = subprocess.run(["sh", "-c", '"$0" small.json >&-', os.path.join(SCRIPTS, "table")],
                              cwd=os.path.join(SCRIPTS, "test", "golden"), check=False,
                              capture_output=True, encoding="utf-8")
        self.assert_fails(done, "table: standard output: closed")

    def test_broken_pipe(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            self.assert_fails(run("table", "small.json", stdout=pipe),
                              "table: standard output: Broken pipe")

    def test_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.assert_fails(run("table", "small.json", stdout=full),
                              "table: standard output: No space left on device")


if __name__ == "__main__":
    unittest.main()
