"""The text of scripts/table, byte for byte, and its behaviour as a command."""

import json
import os
import re
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made import QUIET, REAL, document, entries
from support import SCRIPTS, Case, call, run, working_in

from gilbench import latest, textgrid


class Table(Case):
    def test_golden(self):
        for name in ("small", "large", "failed", "aggregates", "hybrid", "same", "real",
                     "convoy", "bandwidth"):
            with self.subTest(name):
                done = call("table", f"{name}.json")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assert_golden(f"{name}.txt", done.stdout)
                self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)

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
        self.assertIn("\nruby_waitq: regions of 2.0 s, 20 switch intervals, 5 samples\n", text)
        self.assertIn("\nruby-3.1.7 and its model, ruby_handoff for ruby-3.4.1: regions of 2.0 s",
                      text)
        self.assertNotIn("regions of", call("table", "small.json").stdout)

    def test_marks_of_convoy(self):
        text = call("table", "convoy.json").stdout
        for part in ("1 lost of 2000 messages", "^ p99 sent late", "failed!",
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
        self.assertEqual(done.stdout.count("verdict  unknown"), 2)

    def test_a_broken_file_does_not_hide_the_others(self):
        done = call("table", "/nowhere", "small.json")
        self.assert_fails(done, "table: /nowhere: No such file")
        self.assertIn("file     small.json\n", done.stdout)

    def test_help_has_an_example(self):
        done = call("table", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("example:\n  scripts/table results/", done.stdout)

    def test_usage(self):
        self.assertEqual(call("table", "--colour", "small.json").returncode, 2)


class Cells(Case):
    """What stands in the cells of `times`, and their marks."""

    def lines(self, rows, **context):
        """The lines of the table of some rows."""
        done = call("table", self.write(document(rows, **context)))
        self.assert_works(done)
        return done.stdout.splitlines()

    def row(self, lines, label):
        return next(line for line in lines if line.startswith(label + " "))

    def test_multiple_is_that_of_the_rounds(self):
        """Every other round is slow for all rows: the ratios of the rounds are not."""
        rows = list(entries({"sequential": {1: 1.0}, "threads": {2: 0.5}}, 1, noise=0.001))
        for row in rows:
            row["real_time"] *= 1 + 0.5 * (row["round"] % 2)
        self.assertTrue(self.row(self.lines(rows), "threads").endswith(" 0.50x ±1 %"))
        for row in rows:
            if "threads" in row["name"]:
                row["round"] += 1
        self.assertFalse(self.row(self.lines(rows), "threads").endswith(" ±1 %"))

    def test_other_work_is_scaled_and_marked(self):
        rows = [{**row, "units": 5e6, "real_time": 5 * row["real_time"]} if "cpython3" in row["name"]
                else row for row in entries({"sequential": {1: 1.0}, "gil/lock:cpython3": {2: 1.0}},
                                            noise=1e-5)]
        lines = self.lines(rows)
        self.assertEqual(self.row(lines, "gil cpython3").split(),
                         ["gil", "cpython3", "400", "ms", "1.00x", "±1", "%="])
        self.assertIn("= did more or less work than the first row; the time is scaled to that "
                      "row's", lines)

    def test_interpreters_have_no_times(self):
        lines = self.lines(entries(REAL, noise=1e-5))
        self.assertEqual(self.row(lines, "real ruby-3.1.7").split()[2:], "1.00x 1.01x ±1 % 1.02x "
                         "±1 %".split())
        lines = self.lines(entries({"real/runtime:ruby-3.1.7": {2: 5.0}}, noise=1e-5))
        self.assertTrue(self.row(lines, "real ruby-3.1.7").endswith(" 2.00 s -#"))

    def test_pace_that_does_not_fit(self):
        lines = self.lines(entries(REAL, noise=1e-5))
        self.assertIn(" 1.00x%", self.row(lines, "cpython3 for cpython-3.11.2"))
        self.assertIn("% cpython3 for cpython-3.11.2: with 1 worker the model takes 1.10 times as "
                      "long", " ".join(lines))
        near = {**REAL, "gil/lock:cpython3/runtime:cpython-3.11.2": {1: 1.04, 2: 1.0}}
        self.assertFalse([line for line in self.lines(entries(near, noise=1e-5)) if "1.00x%" in line])

    def test_lecture_where_it_compares(self):
        for rows, kernel, expected in (
                (QUIET, "countdown", 1), (QUIET, "primes", 0),
                ({"sequential": {1: 1}, "gil/lock:cpython3": {2: 1}}, "countdown", 0)):
            lines = self.lines({**row, "name": row["name"].replace("countdown", kernel)}
                               for row in entries(rows))
            self.assertEqual(sum("lecture" in line for line in lines), expected)

    def test_noise_floor(self):
        lines = self.lines(entries(QUIET))
        self.assertEqual(sum(line.startswith("noise floor: ") and "% (5 runs)" in line
                             for line in lines), 1)
        self.assertIn("noise floor: unknown from 2 runs; from 3 runs on (--runs), the table says "
                      "how", self.lines(entries(QUIET, runs=2)))


class Width(Case):
    def width(self, columns):
        with mock.patch.dict(os.environ, {"COLUMNS": columns} if columns else {}):
            return max(map(len, call("table", "large.json").stdout.splitlines()))

    def test_as_the_environment_says(self):
        self.assertLessEqual(self.width(""), 80)
        self.assertIn(self.width("160"), range(120, 161))
        self.assertLessEqual(self.width("60"), 60)
        self.assertLessEqual(self.width("nonsense"), 80)

    def test_as_the_terminal(self):
        with mock.patch("os.get_terminal_size", return_value=os.terminal_size((66, 24))), \
                mock.patch("sys.stdout") as stdout:
            stdout.isatty.return_value = True
            self.assertEqual(textgrid.line_width(), 66)


class Newest(Case):
    def test_without_a_file(self):
        os.makedirs(os.path.join(self.folder, "results", "m", "latest"))
        self.write(document(entries(QUIET)), "results/m/latest/times.json")
        with mock.patch.object(latest, "REPOSITORY", self.folder), working_in(self.folder):
            self.assertIn("\nfile     results/m/latest/times.json\n",
                          call("table", cwd=self.folder).stdout)

    def test_nothing_to_show(self):
        with mock.patch.object(latest, "REPOSITORY", self.folder):
            self.assert_fails(call("table", cwd=self.folder), "no FILE given", status=2)


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
