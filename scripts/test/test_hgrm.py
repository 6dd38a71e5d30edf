"""The distributions beside a result of convoy: a folder of files, or one file."""

import json
import os
import shutil
import time
import unittest

from support import GOLDEN, Case, call, without_gnuplot

from gilbench import hgrm, reader
from gilbench.parts import percentiles


class Percentiles(Case):
    """Files that are missing or broken."""

    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(GOLDEN, "convoy.hgrm"), os.path.join(self.folder, "a.hgrm"))
        with open(os.path.join(GOLDEN, "convoy.json"), encoding="utf-8") as file:
            rows = [row for row in json.load(file)["benchmarks"] if "workers:1/" in row["name"]]
        self.result = self.write(json.dumps({"benchmarks": rows}), "a.json")
        self.file = os.path.join(self.folder, "a.hgrm", "gil_cpython3_workers-1.hgrm")
        with open(self.file, encoding="utf-8") as file:
            self.text = file.read()

    def plot(self, *options):
        with without_gnuplot():
            return call("plot", *options, self.result)

    def assert_refused(self, text, *parts):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        self.assert_fails(self.plot(f"--out={self.folder}/new"), self.file, *parts)
        # The pictures that do not need the file are there.
        self.assertEqual(os.listdir(os.path.join(self.folder, "new")), ["convoy-1-real.dat"])

    def test_missing(self):
        os.remove(self.file)
        self.assert_fails(self.plot(), self.file, "percentiles of row convoy/kernel:",
                          "are missing", "keep them together")

    def test_no_folder(self):
        shutil.rmtree(os.path.join(self.folder, "a.hgrm"))
        self.assert_fails(self.plot(), "a.hgrm: is missing")

    def test_truncated(self):
        self.assert_refused(self.text[:len(self.text) // 2], "is it truncated?")
        self.assert_refused("", "is empty")

    def test_garbage(self):
        mark = "#[Max = 1, Total count = 1]\n"
        for line, part in (("fast 0.5 3 2", "line 1: allowed are lines of"),
                           ("3.0 0.5", "line 1: allowed are lines of"),
                           ("nan 0.5 3 2", "line 1: allowed are values and counts above 0"),
                           ("1e300 0.5 3 2", "line 1: allowed are values"),
                           (f"3.0 0.5 1{400 * '0'} 2", "line 1: allowed are values"),
                           ("0 0.5 3 2", "line 1: allowed are values"),
                           ("3.0 1.5 3 2", "line 1: allowed are values"),
                           ("3.0 0.5 3 2\n2.0 0.6 4 2", "must not fall"),
                           ("", "no line with a value")):
            self.assert_refused(f"{line}\n{mark}", part)

    def test_percentiles_close_to_0(self):
        began = time.monotonic()
        for part in ("0.00000000000000023", "0.0000001", "0"):
            curve = hgrm.curve_of("x", f"1.0 {part} 1 1.0\n#[Max = 1]\n")
            self.assertEqual(len(percentiles.lines(curve, reader.read(self.result).rows[0])), 1)
        self.assertLess(time.monotonic() - began, 60)   # it would never end

    def test_ends_before_lower_bounds(self):
        text = "10.0 0.5 5 2\n20.0 0.9 9 10\n30.0 1.0 10 inf\n#[Max = 30.000, Total count = 10]\n"
        for bound, count in (("40.000", 3), ("30.000", 2), ("10.001", 1), ("5.000", 1)):
            curve = hgrm.curve_of("x", f"{text}#[Censored =           4, from   =    {bound}]\n")
            self.assertEqual(len(curve), count)


class Names(unittest.TestCase):
    def test_names(self):
        parts = {"kernel": "countdown", "mode": "gil", "lock": "cpython3:interval=500us",
                 "runtime": "cpython-3.11.2#2", "workers": "1", "every": "1ms"}
        name = "gil_cpython3-interval=500us_cpython-3.11.2-2_workers-1_every-1ms.hgrm"
        self.assertEqual(hgrm.name_of(parts, "countdown"), name)
        self.assertEqual(hgrm.name_of(parts, "primes"), f"countdown_{name}")
        self.assertEqual(hgrm.beside("a/b.json"), "a/b.hgrm")


if __name__ == "__main__":
    unittest.main()
