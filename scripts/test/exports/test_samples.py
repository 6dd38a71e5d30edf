"""The export as CSV: RFC 4180, one line per sample, nothing lost."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, Case, call

# Prints, for the CSV file named on the command line: lines, columns, lines with a value, their sum,
# the sum of a counter, failed lines, and the values of two axes.
R = """x <- read.csv(commandArgs(TRUE)[1])
cat(nrow(x), ncol(x), sum(!is.na(x$value)), format(sum(x$value, na.rm = TRUE), digits = 17),
    sum(x$units, na.rm = TRUE), sum(x$failed != ""), "\\n")
cat(sort(unique(x$kernel)), "\\n", sep = "|")
cat(sort(unique(x$lock)), "\\n", sep = "|")
"""


class Samples(Case):
    def export(self, *files):
        done = call("export", "--to=csv", *files)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def lines(self, *files):
        return list(csv.DictReader(io.StringIO(self.export(*files), newline=""), strict=True))

    def test_golden(self):
        text = self.export("failed.json")
        self.assertEqual(text.count("\r\n"), text.count("\n"))      # as in RFC 4180
        self.assert_golden("export-failed.csv", text.replace("\r\n", "\n"))

    def test_every_number(self):
        """Each sample of the file is a line, with all its numbers as they were."""
        for name in ("a", "convoy", "bandwidth", "real"):
            with open(os.path.join(GOLDEN, f"{name}.json"), encoding="utf-8") as file:
                entries = json.load(file)["benchmarks"]
            lines = self.lines(f"{name}.json")
            self.assertEqual(len(lines), len(entries))
            ok = sorted(entry["real_time"] * {"s": 1, "ms": 1e-3}[entry["time_unit"]]
                        for entry in entries if not entry.get("error_occurred"))
            self.assertEqual(sorted(float(line["value"]) for line in lines if line["value"]), ok)
            units = sum(entry.get("units", 0) for entry in entries)
            self.assertEqual(sum(float(line.get("units") or 0) for line in lines), units)

    def test_columns(self):
        line = self.lines("c.json", "bandwidth.json")[0]
        self.assertEqual(" ".join(line), (
            "file machine verdict experiment row kernel mode workers lock runtime run round value "
            "unit better failed order units workers_counter packets_per_s packets lost duplicated "
            "throughput_kept"))
        self.assertEqual(
            [line[key] for key in ("file", "machine", "verdict", "experiment", "row", "mode",
                                   "workers", "run", "round", "unit", "better", "workers_counter")],
            ["c.json", "c", "disturbed", "times",
             "times/kernel:countdown/mode:sequential/workers:1", "sequential", "1", "1", "1", "s",
             "lower", "1"])

    def test_failed_samples_have_a_line(self):
        lines = [line for line in self.lines("failed.json") if line["failed"]]
        self.assertTrue(lines)
        for line in lines:
            self.assertEqual((line["value"], line["run"]), ("", ""))
            self.assertTrue(line["row"])

    def test_strange_texts(self):
        """Quotes, line ends and formulas, in names and in keys, and columns of the same name."""
        row = {"name": 'times/kernel:=1+1/mode:a,"b"/value:3/bare/workers:1', "real_time": 1,
               "time_unit": "s", "file": 2.5, "=x": -3, "a\nb": 4, "words": 5}
        failure = {**row, "error_occurred": True, "error_message": "=x\n,"}
        text = self.export(self.write(json.dumps({"benchmarks": [row, failure]})))
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual(len({len(line) for line in lines}), 1)
        found = [dict(zip(lines[0], line)) for line in lines[1:]]
        self.assertEqual(len(set(lines[0])), len(lines[0]))
        for key, value in (("kernel", "'=1+1"), ("mode", 'a,"b"'), ("value_axis", "3"),
                           ("words", "bare"), ("file_counter", "2.5"), ("'=x", "-3"),
                           (r"a\nb", "4"), ("words_counter", "5"), ("value", "1")):
            self.assertEqual(found[0][key], value, key)
        self.assertEqual(found[1]["failed"], r"'=x\n,")

    @unittest.skipUnless(shutil.which("Rscript"), "no Rscript: apt-get install r-base-core")
    def test_r_reads_it(self):
        script = self.write(R, "read.R")
        path = self.write(self.export("failed.json"), "x.csv")
        done = subprocess.run(["Rscript", "--vanilla", script, path], env=ENVIRONMENT,
                              capture_output=True, encoding="utf-8", check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = self.lines("failed.json")
        numbers, kernels, locks = done.stdout.splitlines()
        values = [float(line["value"]) for line in lines if line["value"]]
        expected = [len(lines), len(lines[0]), len(values), sum(values),
                    sum(float(line["units"] or 0) for line in lines),
                    sum(line["failed"] != "" for line in lines)]
        for one, other in zip(numbers.split(), expected, strict=True):
            self.assertAlmostEqual(float(one), other, 12)
        self.assertEqual(kernels, "|chase:size=64MiB|countdown|")
        self.assertEqual(locks, "|cpython2|cpython3|")


if __name__ == "__main__":
    unittest.main()
