"""The export for benchstat, read by a parser of the documented grammar.

It follows golang.org/design/14313-benchmark-format and, for the lines `Unit`,
golang.org/issue/43744.
"""

import os
import re
import statistics
import sys
import unittest
from typing import NamedTuple

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "table")]
from made import FEW, document, entries, failed
from support import GOLDEN, Case, call

from gilbench import reader, runs


class Line(NamedTuple):
    """A result line, with what the configuration lines above it say."""

    name: str
    iterations: int
    values: dict
    facts: dict


class BadLine(Exception):
    """A line that begins like one of the format, and is none."""


def result_line(line, facts):
    name, *fields = line.split()
    if len(fields) < 3 or len(fields) % 2 == 0 or not re.fullmatch("[0-9]+", fields[0]):
        raise BadLine(line)
    if int(fields[0]) >= 2 ** 63 or re.search("-[0-9]+$", name):    # a number of processors
        raise BadLine(line)
    return Line(name, int(fields[0]),
                {unit: float(value) for value, unit in zip(fields[1::2], fields[2::2])},
                dict(facts))


def parse(text):
    """The Lines of a text, and {unit: better direction}."""
    found, facts, better = [], {}, {}
    for line in text.split("\n"):
        key, colon, value = line.partition(":")
        if line.startswith("Benchmark"):
            found.append(result_line(line, facts))
        elif line.startswith("Unit "):
            _, unit, *pairs = line.split()
            direction = dict(pair.split("=") for pair in pairs)["better"]
            if direction not in ("lower", "higher") or better.get(unit, direction) != direction:
                raise BadLine(line)
            better[unit] = direction
        elif colon and key[:1].islower() and not re.search(r"\s|[A-Z]", key) \
                and (not value or value[0] in " \t"):
            facts[key] = value.strip()
            if not value.strip():
                del facts[key]
    return found, better


class Benchstat(Case):
    def export(self, *files):
        done = call("export", "--to=benchstat", *files)
        self.assertEqual(done.returncode, 0, done.stderr)
        return parse(done.stdout)

    def test_golden(self):
        done = call("export", "--to=benchstat", "c.json")
        self.assert_works(done)
        self.assert_golden("export-c.benchstat", done.stdout)

    def test_a_line_for_each_run(self):
        lines, better = self.export("a.json")
        self.assertEqual(better, {"ns/op": "lower"})
        result = reader.read(os.path.join(GOLDEN, "a.json"))
        for row in result.rows:
            name = "BenchmarkTimes/" + row.name.split("/", 1)[1].replace(":", "=")
            found = [line for line in lines if line.name == name]
            self.assertEqual(len(found), 5, name)
            for line, logarithm in zip(found, runs.y_of(row).values()):
                self.assertAlmostEqual(line.values["ns/op"] / (1e9 * runs.exp(logarithm)), 1)
                self.assertEqual(line.iterations, 5 * 28000000)     # units of work

    def test_other_work_is_the_same_time_per_unit(self):
        """A quick run does half the work in half the time, which is no difference."""
        default, quick = ({line.name: line.values["ns/op"] for line in self.export(file)[0]}
                          for file in ("a.json", "a-quick.json"))
        self.assertEqual(default.keys(), quick.keys())
        ratio = statistics.median(quick[name] / default[name] for name in default)
        self.assertAlmostEqual(ratio, 1, 1)

    def test_facts(self):
        lines, _ = self.export("a.json", "c.json", self.write(document(entries(FEW))))
        facts = [facts for place, facts in enumerate(line.facts for line in lines)
                 if facts not in [line.facts for line in lines[:place]]]
        self.assertEqual(facts, [
            {"machine": "a", "cpu": "Example 3000 at 2.4 GHz", "pin": "core", "verdict": "ok",
             "gilbench-version": "0.2.0"},
            {"machine": "c", "cpu": "Example 3000 at 2.4 GHz", "pin": "core",
             "verdict": "disturbed", "gilbench-version": "0.2.0"},
            {"machine": "m", "pin": "core", "verdict": "ok"}])

    def test_units(self):
        lines, better = self.export("convoy.json", "bandwidth.json")
        self.assertEqual(better, {"p50-ns": "lower", "packet-ns": "lower"})
        result = reader.read(os.path.join(GOLDEN, "convoy.json"))
        line = next(line for line in lines if line.name.startswith("BenchmarkConvoy"))
        self.assertAlmostEqual(line.values["p50-ns"] / (1e9 * result.rows[0].summary.median), 1)

    def test_declared_units(self):
        for value, unit, shown in (
                ("op_s s lower", "ns/op", 4e6), ("rate_per_s 1/s higher", "rate/s", 0.004),
                ("part 1 -", "part", 0.004), ("size B lower", "size-B", 0.004)):
            with self.subTest(value):
                row = {"name": "rate/lock:x", "real_time": 4, "time_unit": "ms"}
                (line,), better = self.export(self.write(document(
                    [row], **{"experiment.rate.value": value})))
                self.assertEqual((line.name, line.values), ("BenchmarkRate/lock=x", {unit: shown}))
                self.assertEqual(better, {unit: value.split()[2]} if value[-1] != "-" else {})

    def test_strange_names(self):
        names = ("times/kernel:k/mode:a b/workers:1", "times/kernel:k/workers:1/mode:real-2",
                 "times/kernel:k/mode:x\ny\u2003z/workers:1")
        lines, _ = self.export(self.write(document(
            {"name": name, "real_time": 1, "time_unit": "s", "units": 1e30} for name in names)))
        self.assertEqual([line.name for line in lines], [
            "BenchmarkTimes/kernel=k/mode=a_b/workers=1",
            "BenchmarkTimes/kernel=k/workers=1/mode=real_2",
            r"BenchmarkTimes/kernel=k/mode=x\ny\u2003z/workers=1"])

    def test_failed_rows_are_said(self):
        rows = list(entries(FEW, runs=2, rounds=2))
        rows[-1] = failed(rows[-1])
        path = self.write(document(rows))
        done = call("export", "--to=benchstat", path)
        self.assertEqual((done.returncode, done.stderr), (
            0, f"export: {path}: benchstat does not see the lines `# failed`, which are about 1 of "
            "3 rows\n"))
        self.assertIn("\n# failed: BenchmarkTimes/kernel=countdown/mode=gil/lock=cpython3/"
                      "workers=2: 1 of 4 samples failed: worker 1 was killed by signal 9\n",
                      done.stdout)
        self.assertEqual(len(parse(done.stdout)[0]), 6)

    def test_lower_bounds_are_said(self):
        row = {"name": "convoy/kernel:k/mode:gil/lock:x/workers:1", "real_time": 4,
               "time_unit": "s", "p50_s": 4.0, "p99_s": 4.0}
        path = self.write(document([row, {**row, "censored_from_s": 3.0}]))
        done = call("export", "--to=benchstat", path)
        self.assertEqual((done.returncode, done.stderr), (
            0, f"export: {path}: samples of 1 row are only lower bounds, as messages were never "
            "read\n"))
        self.assertIn("\n# bounds: BenchmarkConvoy/kernel=k/mode=gil/lock=x/workers=1: 1 of 2 "
                      "samples are only lower bounds",
                      done.stdout)


if __name__ == "__main__":
    unittest.main()
