"""scripts/fidelity: verdicts on known differences, what it refuses, its picture; the rule."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import GOLDEN, Case, call, needs_scipy, without_gnuplot

from gilbench import series

ALL = ("real.json", "convoy.json", "bandwidth.json")
MODEL, REAL = "mode:gil/lock:cpython3/runtime:cpython-3.11.2", "mode:real/runtime:cpython-3.11.2"


def times(what, workers, *seconds, **more):
    name = f"times/kernel:countdown/{what}/workers:{workers}"
    return [{"name": name, "run_type": "iteration", "time_unit": "s", "real_time": value, **more}
            for value in seconds]


@needs_scipy
class Fidelity(Case):
    def fidelity(self, *arguments, status=0, draw=False):
        options = [f"--out={self.folder}"] if draw else ["--no-pictures"]
        done = call("fidelity", *options, *arguments)
        self.assertEqual((done.returncode, done.stderr), (status, ""))
        self.assertLessEqual(max(map(len, done.stdout.splitlines()[:-3])), 80)
        return done.stdout.replace(self.folder, "FOLDER")

    def result(self, *rows, name="a.json", **context):
        context = {"machine": "m", "cores": "2", "pin": "core", **context}
        return self.write(json.dumps({"context": context, "benchmarks": rows}), name)

    def verdicts(self, text, what):
        """The verdicts of all lines about a quantity, without their marks."""
        return [re.search(r"[0-9-](?: %|x|) ([a-z ]+[a-z])[^a-z]*$", line)[1]
                for line in text.splitlines() if line.startswith(" " + what)]

    def test_golden(self):
        self.assert_golden("fidelity.txt", self.fidelity(*ALL))

    def test_picture(self):
        self.fidelity(*ALL, draw=True)
        with open(os.path.join(self.folder, "fidelity.dat"), encoding="utf-8") as file:
            self.assert_golden("fidelity.dat", file.read())

    def test_known_differences(self):
        text = self.fidelity(*ALL)
        self.assertEqual(self.verdicts(text, "slow-down, 4"),
                         ["alike", "alike", "differs"])
        self.assertEqual(self.verdicts(text, "convoy p50, k = 1"),
                         ["alike", "undecided", "differs"])
        self.assertEqual(self.verdicts(text, "packet share, k = 4"),
                         ["alike", "too few packets", "too few packets"])
        self.assertEqual(set(self.verdicts(text, "convoy p50, k = 0")), {"for reference"})
        self.assertIn("ruby_handoff for ruby-3.4.1: no row of the real runtime", text)
        self.assertIn("ocaml-4.13.1: no row of a model for it", text)
        for label in ("cpython3 for cpython-3.11.2: alike (5 to 12 samples a line)",
                      "pypy for pypy-7.3.11: undecided (2 samples a line)",
                      "ruby_waitq for ruby-3.1.7: differs (5 samples a line)"):
            self.assertIn(f"\n{label}\n", text)
        self.assertIn("models: 1 alike, 1 differs, 1 undecided\nlines: 26 alike, 2 differs, "
                      "1 undecided, 6 for reference, 4 too few packets", text)
        self.assertIn("geometric mean of model / real 1.045 (95 % interval 1.034 to 1.056) over 6 "
                      "lines, alike within 7 %", text.replace("\n  ", " "))

    def test_strict(self):
        self.fidelity("--strict", *ALL, status=1)
        alike_rows = [row for what in (MODEL, REAL) for workers in (1, 2)
                      for row in times(what, workers, 1.0, 1.01, 1.02)]
        self.fidelity("--strict", self.result(*alike_rows))

    def test_time_is_per_unit_of_work(self):
        rows = [*times(REAL, 1, 1.0, 1.1, 1.0, units=10), *times(REAL, 2, 2.0, 2.2, 2.0, units=20),
                *times(MODEL, 1, 3.0, 3.3, 3.0, units=7), *times(MODEL, 2, 3.0, 3.3, 3.0, units=7)]
        text = self.fidelity(self.result(*rows))
        self.assertIn("1.00x    1.00x 1.000 ", text)

    def test_rows_from_several_files(self):
        model = [*times(MODEL, 1, 1, 1.1, 1.2), *times(MODEL, 2, 1, 1.1, 1.2)]
        real = [*times(REAL, 1, 1, 1.1, 1.2), *times(REAL, 2, 1, 1.1, 1.2)]
        a, b = self.result(*model), self.result(*real, name="b.json")
        self.assertEqual(len(self.verdicts(self.fidelity(a, b), "slow-down")), 1)

    def test_pinned_and_unpinned_are_not_mixed(self):
        rows = [row for what in (MODEL, REAL) for workers in (1, 2)
                for row in times(what, workers, 1, 1.1, 1.2)]
        a, b = self.result(*rows), self.result(*rows, name="b.json", pin="none")
        with without_gnuplot():
            text = self.fidelity(a, b, draw=True)
        self.assertIn("on m, pin core\n", text)
        self.assertIn("on m, pin none\n", text)
        self.assertEqual(text.count("\nlines: "), 2)
        self.assertTrue({"fidelity-core.dat", "fidelity-none.dat"} <= {*os.listdir(self.folder)})

    def test_missing_and_failed_rows_are_said(self):
        rows = [*times(MODEL, 1, 1, 1, 1), *times(MODEL, 2, 1, 1, 1), *times(REAL, 1, 1, 1, 1),
                *times(REAL, 2, 1, 1, 1), *times(MODEL, 4, 1), *times(REAL, 3, 1),
                *times(REAL, 2, 0, error_occurred=True, error_message="killed by signal 9")]
        text = self.fidelity(self.result(*rows))
        for part in ("times, 4 workers: no row of the runtime", "3 workers: no row of the model",
                     "2 workers: 1 of 4 samples of the runtime failed: killed by signal 9",
                     "! of the model or the runtime"):
            self.assertIn(part, text.replace("\n  ", " "))

    def test_no_baseline(self):
        rows = [*times(MODEL, 2, 1, 1, 1), *times(REAL, 2, 1, 1, 1), *times(REAL, 1, 1, 1, 1)]
        done = call("fidelity", self.result(*rows))
        self.assert_fails(done, "no model has samples beside a real runtime")
        self.assertIn("times: no row of the model with 1 worker", done.stdout)

    def test_one_sample(self):
        rows = [row for what in (MODEL, REAL) for workers in (1, 2)
                for row in times(what, workers, 1)]
        text = self.fidelity(self.result(*rows))
        self.assertEqual(self.verdicts(text, "slow-down"), ["undecided"])
        self.assertIn(" 1.000 -            15 % undecided\n", text)

    def test_no_noise(self):
        """Samples that are all equal were not measured; they do not show that two are alike."""
        rows = [row for what in (MODEL, REAL) for workers in (1, 2)
                for row in times(what, workers, 1, 1, 1)]
        self.assertEqual(self.verdicts(self.fidelity(self.result(*rows)), "slow-down"),
                         ["undecided"])

    def test_unread_messages_are_not_judged(self):
        rows = [{"name": f"convoy/kernel:countdown/{what}/workers:1", "time_unit": "s",
                 "real_time": value, "p50_s": value, "p99_s": value,
                 "unread": float(what == REAL and value > 1)}
                for what in (MODEL, REAL) for value in (1.0, 1.01, 1.02)]
        self.assertEqual(self.verdicts(self.fidelity(self.result(*rows)), "convoy p50"),
                         ["overrun"])

    def test_pace_that_does_not_fit(self):
        rows = [row for what, pace in ((MODEL, 1.2), (REAL, 1)) for workers in (1, 2)
                for row in times(what, workers, pace, 1.01 * pace, 1.02 * pace)]
        self.assertIn("cpython3 for cpython-3.11.2: with 1 worker the model takes 1.20 times as long",
                      self.fidelity(self.result(*rows)))

    def test_verdicts_of_the_runs(self):
        rows = [row for what in (MODEL, REAL) for workers in (1, 2)
                for row in times(what, workers, 1, 1.01, 1.02)]
        a = self.result(*rows, verdict="ok")
        b = self.result(*rows, name="b.json", **{
            "verdict": "disturbed", "finding.1": "disturbed: a busy loop; end it"})
        text = self.fidelity(a)
        self.assertIn("\nverdict: ok\n", text)
        text = self.fidelity(a, b).replace("\n  ", " ")
        self.assertIn("a.json: verdict: ok\n", text)
        self.assertIn("b.json: verdict: disturbed: a busy loop; end it\n", text)

    def test_refused(self):
        self.assert_fails(call("fidelity", "small.json"), "no rows of real interpreters",
                          "--interpreter=COMMAND")
        self.assert_fails(call("fidelity", "real.json", "real.json"),
                          "is the same file as real.json")
        self.assert_fails(call("fidelity", "real.json", "large.json"), "large.json: is of another "
                          "machine than real.json: machine is large, and not small")
        self.assert_fails(call("fidelity", "/nowhere"), "fidelity: /nowhere: No such file")
        with open(os.path.join(GOLDEN, "real.json"), encoding="utf-8") as file:
            self.assert_fails(call("fidelity", self.write(file.read()[:20000])), "in the middle")

    def test_help_has_the_rule(self):
        text = call("fidelity", "--help").stdout
        for part in ("undecided (N)", "example:\n  scripts/fidelity ", "90 % interval"):
            self.assertIn(part, text)


class Labels(unittest.TestCase):
    def test_labels(self):
        parts = {"mode": "gil", "lock": "cpython3:interval=500us:polls=3",
                 "runtime": "cpython-3.9.18:interval=500us#2"}
        self.assertEqual(series.series_of(parts).label,
                         "cpython3:polls=3 for cpython-3.9.18:interval=500us#2")


if __name__ == "__main__":
    unittest.main()
