"""scripts/compare: what it prints of known differences, and what it refuses."""

import csv
import io
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import GOLDEN, Case, call, needs_scipy


def golden(name):
    with open(os.path.join(GOLDEN, f"{name}.json"), encoding="utf-8") as file:
        return json.load(file)


def verdicts(text, column="B/A"):
    """{(experiment, row): verdict} of what --format=csv prints."""
    return {(line["experiment"], line["row"]): line["value"]
            for line in csv.DictReader(io.StringIO(text))
            if (line["column"], line["field"]) == (column, "verdict")}


class Compared(Case):
    def compare(self, *arguments):
        done = call("compare", *arguments)
        self.assert_works(done)
        return done.stdout.replace(self.folder, "FOLDER")

    def changed(self, name, change, file="changed.json"):
        """The path of a golden file with changed entries; those for which change() is false go."""
        document = golden(name)
        document["benchmarks"] = [entry for entry in document["benchmarks"] if change(entry)]
        return self.write(json.dumps(document), file)


@needs_scipy
class Printed(Compared):
    def test_golden(self):
        for others in (("b",), ("a-again",), ("c",), ("a-quick",), ("a-again", "b", "c")):
            with self.subTest(others):
                text = self.compare("a.json", *(f"{other}.json" for other in others))
                self.assert_golden(f"compare-a-{'-'.join(others)}.txt", text)
                self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_sentences(self):
        for other, sentence in (
                ("b", "B is 11 % ±5 % faster than A for lock-bound programs; its locks cost the "
                 "same within 5 %, and its CPU is 11 % ±4 % faster."),
                ("c", "A is 15 % ±4 % faster than B for lock-bound programs; its locks cost 13 % "
                 "±2 % less, and its CPU is as fast within 5 %.")):
            self.assertIn(sentence, self.compare("--format=markdown", "a.json", f"{other}.json"))

    def test_order_of_the_sides(self):
        """The other way round all ratios are inverted, and the same machine is faster."""
        there, back = (self.compare("--format=csv", *pair) for pair in
                       (("a.json", "c.json"), ("c.json", "a.json")))
        swapped = {"faster": "slower", "slower": "faster", "higher": "lower", "lower": "higher",
                   "cost more": "cost less", "cost less": "cost more"}
        self.assertEqual({row: swapped.get(word, word) for row, word in verdicts(there).items()},
                         verdicts(back))
        self.assertIn("B is 15 % ±4 % faster than A for lock-bound programs; its locks cost 13 % "
                      "±2 % less", self.compare("--format=markdown", "c.json", "a.json"))

    def test_three_machines(self):
        text = self.compare("--format=csv", "a.json", "b.json", "c.json")
        self.assertEqual(verdicts(text, "cost of the locks"), {("score", "B/A"): "same",
                                                               ("score", "C/A"): "cost more"})
        for column, word in (("B/A", "faster"), ("C/A", "slower")):
            self.assertEqual(verdicts(text, column)["times", "gil cpython2, 2 workers"], word)

    def test_limits(self):
        self.assertIn("same within 8 %", self.compare("--same=8", "a.json", "a-again.json"))
        found = verdicts(self.compare("--floor=14", "--format=csv", "a.json", "b.json"))
        self.assertEqual({word for (experiment, _), word in found.items()
                          if experiment == "times"}, {"~"})
        for option in ("--floor=x", "--floor=-1", "--same=100", "--same=nan", "--format=pdf"):
            self.assertEqual(call("compare", option, "a.json", "b.json").returncode, 2)

    def test_never_says_that_there_is_no_difference(self):
        """With so little known, nothing is the same and nothing differs."""
        noisy = self.changed("a-quick", lambda entry: entry["round"] == 1 and entry.update(
            real_time=entry["real_time"] * (1, 2, 0.5)[int(entry["run"]) - 1]) is None)
        found = verdicts(self.compare("--format=csv", "a-quick.json", noisy))
        self.assertEqual({word for (experiment, _), word in found.items()
                          if experiment == "times"}, {"~"})
        self.assertIn("Which of A and B is faster for lock-bound programs is not shown",
                      self.compare("a-quick.json", noisy))

    def test_disturbed(self):
        text = self.compare("--format=markdown", "a.json", "c.json")
        self.assertIn("verdict: disturbed: other programs used 0.4 of a CPU", text)
        self.assertIn("Caution: B was disturbed", text)

    def test_self(self):
        text = self.compare("--self", "a.json")
        self.assertIn("noise floor: 14.2 % (5 runs)", text)
        self.assertIn("A        a.json, odd runs: a, 3 runs; verdict: ok", text)
        self.assertIn("No verdicts: B has fewer than 3 runs", text)

    def test_any_experiment(self):
        other = self.changed("convoy", lambda entry: True)
        text = self.compare("convoy.json", other)
        self.assertIn("countdown: p50_s", text)
        self.assertNotIn("slow-down", text)

    def test_directions(self):
        """An experiment without a view: what is better comes from the file."""
        document = {"context": {"experiment.hops.value": "hops 1/s higher",
                                "experiment.hops.axes": "lock"}, "benchmarks": [
            {"name": f"hops/lock:{lock}", "run": run, "round": 1, "time_unit": "s",
             "real_time": value * (1 + run / 1000)}
            for lock, value in (("a", 10), ("b", 20)) for run in (1, 2, 3)]}
        first = self.write(json.dumps(document), "first.json")
        for entry in document["benchmarks"]:
            entry["real_time"] *= 1.5
        other = self.write(json.dumps(document), "other.json")
        self.assertEqual(verdicts(self.compare("--format=csv", first, other)),
                         {("hops", "a"): "better", ("hops", "b"): "better"})
        document["context"]["experiment.hops.value"] = "hops 1/s -"
        for path in (first, other):
            with open(path, encoding="utf-8") as file:
                text = file.read().replace("1/s higher", "1/s -")
            self.write(text, os.path.basename(path))
        self.assertEqual(verdicts(self.compare("--format=csv", first, other)),
                         {("hops", "a"): "higher", ("hops", "b"): "higher"})

    def test_folders(self):
        for folder, name in (("x", "a"), ("y/latest", "b")):
            os.makedirs(os.path.join(self.folder, folder))
            self.write(json.dumps(golden(name)), f"{folder}/times.json")
        text = self.compare(os.path.join(self.folder, "x"), os.path.join(self.folder, "y"))
        self.assertIn("B is 11 % ±5 % faster than A", text)
        self.assertIn("B        FOLDER/y: b, 5 runs; verdict: ok", text)


@needs_scipy
class Few(Compared):
    """What keeps rows from having a verdict is said, and the rest is compared."""

    def test_one_run(self):
        other = self.changed("a", lambda entry: entry["run"] == 1)
        text = self.compare("--format=markdown", "a.json", other)
        self.assertIn("No verdicts: B has fewer than 3 runs", text)
        self.assertIn("There are no intervals and no verdict: fewer than 3 runs.", text)
        self.assertEqual(set(verdicts(self.compare("--format=csv", "a.json", other)).values()),
                         {"-"})

    def test_no_variance(self):
        paths = [self.changed("a", lambda entry: entry.update(real_time=value) is None, name)
                 for name, value in (("x.json", 400), ("y.json", 500))]
        text = self.compare("--format=markdown", *paths)
        self.assertIn("No verdict on some rows: all runs gave the same value", text)
        self.assertIn("1.250 - - -", text)

    def test_runs_without_a_row(self):
        """No run has all rows that the score needs."""
        other = self.changed("a", lambda entry: entry["run"] % 2 == (
            "cpython2/workers:2" in entry["name"]))
        self.assertIn("Nothing can be said of lock-bound programs: no run has a value",
                      self.compare("--format=markdown", "a.json", other))

    def test_lower_bounds(self):
        """Of messages that were not read in time, nobody knows which machine has the longer ones."""
        other = self.changed("messages", lambda entry: True)
        text = self.compare("--format=markdown", "messages.json", other).replace("\\_", "_")
        self.assertIn("not compared: gil ruby_handoff, k = 1: in A, messages were not read in time, "
                      "so its p50 is only a lower bound", text)
        self.assertNotIn("| gil ruby_handoff", text)
        self.assertIn("| gil mutex, k = 1", text)

    def test_rows_of_one_file_and_failures(self):
        def change(entry):
            if "cpython3/workers:4" in entry["name"]:
                entry.update(error_occurred=True, error_message="killed by signal 9")
            return "threads/workers:4" not in entry["name"]

        text = self.compare("--format=markdown", "a.json", self.changed("b", change))
        self.assertIn("only in A: threads, 4 workers", text)
        self.assertIn("failed in B: gil cpython3, 4 workers: 25 of 25 samples: killed by signal 9",
                      text)
        self.assertIn("no score for countdown: ", text)
        self.assertIn("changed.json has no samples of gil cpython3 with 4 workers\n", text)


@needs_scipy
class Refused(Compared):
    """Bad input: one line, exit status 2, nothing printed."""

    def assert_refused(self, arguments, *parts):
        done = call("compare", *arguments)
        self.assert_fails(done, *parts, status=2)
        self.assertEqual(done.stdout, "")

    def test_files(self):
        self.assert_refused(("a.json", "small.json"), "small.json: is of gilbench 0.1, a.json of")
        self.assert_refused(("a.json", "a.json"), "a.json: is the same file as a.json")
        self.assert_refused(("a.json", self.folder), f"{self.folder}: has no result files")
        self.assert_refused(("convoy.json", "real.json"), "has rows of times, but convoy.json of")
        self.assert_refused(("--self", "small.json"), "small.json: has one run")

    def test_other_kernel(self):
        other = self.changed("b", lambda entry: entry.update(
            name=entry["name"].replace("countdown", "other")) is None)
        self.assert_refused(("a.json", other), "changed.json: has the kernel other in `times`")

    def test_all_failed(self):
        other = self.changed("b", lambda entry: entry.update(
            error_occurred=True, error_message="no memory") is None)
        self.assert_refused(("a.json", other), "no row has samples in both; failed in B: "
                            "sequential, 1 worker: 25 of 25 samples: no memory")

    def test_other_value(self):
        document = golden("b")
        document["context"]["experiment.times.value"] = "time ns lower"
        other = self.write(json.dumps(document))
        self.assert_refused(("a.json", other), "measures time in ns, lower is better in `times`")

    def test_numbers_of_files(self):
        for arguments, part in (((), "required: FILE"), (("a.json",), "one FILE was given"),
                                (("--self", "a.json", "b.json"), "--self needs one FILE"),
                                (("a.json",) * 27, "at most 26")):
            done = call("compare", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(part, done.stderr)

    def test_broken_file(self):
        done = call("compare", "a.json", "/nowhere")
        self.assert_fails(done, "compare: /nowhere: No such")
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
