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


def stretched(entry):
    """Make a sample a little longer, so that the file is no copy."""
    entry["real_time"] *= 1.001
    return True


class Compared(Case):
    def compare(self, *arguments):
        done = call("compare", *arguments)
        self.assert_works(done)
        return done.stdout.replace(self.folder, "FOLDER")

    def compare_partly(self, *arguments):
        """What is printed although something cannot be compared, and the lines that say what."""
        done = call("compare", *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertTrue(done.stdout)
        return done.stdout, done.stderr.replace(self.folder, "FOLDER").splitlines()

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
        self.assertIn("file     a.json: a, 5 runs; verdict: ok", text)
        self.assertIn("A        its odd runs: 3 runs\nB        its even runs: 2 runs\n", text)
        self.assertIn("No verdicts on odd against even runs: they need 3 of each", text)

    def test_any_experiment(self):
        other = self.changed("convoy", stretched)
        text, _ = self.compare_partly("convoy.json", other)
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

    def test_rows_outside_the_runs(self):
        """They have a ratio and no verdict, which is no failure."""
        rows = [{"name": "primitives/op:loop", "run": run, "round": 1, "time_unit": "ns",
                 "real_time": 1 + run / 100} for run in (1, 2, 3)]
        rows.append({"name": "primitives/op:native", "time_unit": "ns", "real_time": 2.0})
        paths = [self.write(json.dumps({"benchmarks": some}), f"{name}.json") for name, some in (
            ("x", rows), ("y", [{**row, "real_time": 1.001 * row["real_time"]} for row in rows]))]
        self.assertEqual(verdicts(self.compare("--format=csv", *paths)),
                         {("primitives", "op:loop"): "same within 5 %",
                          ("primitives", "op:native"): "-"})
        self.assertIn("not measured in each run, so without a verdict: primitives op:native\n",
                      self.compare(*paths))
        self.assertNotIn("op:native", self.compare("--self", paths[0]))

    def test_nothing_differs(self):
        """Then there is no empty table."""
        for option, after in (("text", "\n\nA and B are"), ("markdown", "\n\n\nA and B are"),
                              ("html", "</p>\n<p>A and B are")):
            text = self.compare(f"--format={option}", "a.json", "a-again.json")
            self.assertIn("as far as the files say: nothing" + after, text)

    def test_folders(self):
        for folder, name in (("x", "a"), ("y/latest", "b")):
            os.makedirs(os.path.join(self.folder, folder))
            self.write(json.dumps(golden(name)), f"{folder}/times.json")
        text = self.compare(os.path.join(self.folder, "x"), os.path.join(self.folder, "y"))
        self.assertIn("B is 11 % ±5 % faster than A", text)
        self.assertIn("B        FOLDER/y: b, 5 runs; verdict: ok", text)


@needs_scipy
class Partly(Compared):
    """What keeps rows from a verdict is said, with exit status 2, and the rest is compared."""

    def test_few_runs(self):
        for runs, words in ((1, "1 run"), (2, "2 runs")):
            other = self.changed("a", lambda entry, runs=runs: entry["run"] <= runs)
            line = (f"changed.json: has {words}; with fewer than 3 there are ratios but no "
                    "verdicts; measure with --runs=5")
            text, lines = self.compare_partly("--format=markdown", "a.json", other)
            self.assertEqual(lines, [f"compare: FOLDER/{line}"])
            self.assertIn(line, text)
            self.assertIn("There are no intervals and no verdict: fewer than 3 runs.", text)
            text, _ = self.compare_partly("--format=csv", "a.json", other)
            self.assertEqual(set(verdicts(text).values()), {"-"})

    def test_no_variance(self):
        """Of one side, too: its noise is unknown, not none."""
        paths = [self.changed("a", lambda entry: entry.update(real_time=value) is None, name)
                 for name, value in (("x.json", 400), ("y.json", 500))]
        reason = ("countdown sequential, 1 worker, and 11 more rows: all runs gave the same value, "
                  "which tells nothing of how far runs lie apart, so there is no verdict")
        text, lines = self.compare_partly("--format=markdown", *paths)
        self.assertEqual(lines, [f"compare: FOLDER/{name}.json: {reason}" for name in "xy"])
        self.assertIn("1.250 - - -", text)
        text, lines = self.compare_partly("--format=csv", paths[0], "b.json")
        self.assertEqual(lines, [f"compare: FOLDER/x.json: {reason}"])
        self.assertEqual(verdicts(text)["times", "gil cpython2, 2 workers"], "-")

    def test_rows_with_few_runs(self):
        other = self.changed("b", lambda entry: entry["run"] <= 2
                             or "cpython3/workers:4" not in entry["name"])
        text, lines = self.compare_partly("--format=csv", "a.json", other)
        self.assertEqual(lines, ["compare: FOLDER/changed.json: countdown gil cpython3, 4 workers: "
                                 "fewer than 3 runs, so there is no verdict"])
        found = verdicts(text)
        self.assertEqual(found["times", "gil cpython3, 4 workers"], "-")
        self.assertEqual(found["times", "gil cpython3, 2 workers"], "faster")

    def test_runs_without_a_row(self):
        """No run has all rows that the score needs."""
        other = self.changed("a", lambda entry: entry["run"] % 2 == (
            "cpython2/workers:2" in entry["name"]))
        text, _ = self.compare_partly("--format=markdown", "a.json", other)
        self.assertIn("Nothing can be said of lock-bound programs: no run has a value", text)

    def test_lower_bounds(self):
        """Of messages that were not read in time, nobody knows which machine has the longer ones."""
        other = self.changed("messages", stretched)
        text, lines = self.compare_partly("--format=markdown", "messages.json", other)
        self.assertIn("gil ruby_handoff, k = 1; 20 of 20 samples are only lower bounds", lines[0])
        text = text.replace("\\_", "_")
        self.assertNotIn("| gil ruby_handoff", text)
        self.assertIn("| gil mutex, k = 1", text)

    def test_rows_of_one_file_and_failures(self):
        def change(entry):
            if "cpython3/workers:4" in entry["name"]:
                entry.update(error_occurred=True, error_message="killed by signal 9")
            return "threads" not in entry["name"]

        text, lines = self.compare_partly("--format=markdown", "a.json", self.changed("b", change))
        self.assertIn("not in B: countdown threads, 1 worker; countdown threads, 2 workers; "
                      "countdown threads, 4 workers\n", text)
        self.assertIn("B: countdown gil cpython3, 4 workers: 25 of 25 samples failed: killed by "
                      "signal 9", text)
        self.assertIn("No score for countdown: ", text)
        self.assertIn("changed.json has no samples of gil cpython3 with 4 workers.\n", text)
        self.assertEqual(lines, [
            "compare: FOLDER/changed.json: lacks a row of another file: countdown threads, 1 "
            "worker, and 2 more rows",
            "compare: FOLDER/changed.json: a row is not compared: countdown gil cpython3, 4 "
            "workers; 25 of 25 samples failed: killed by signal 9"])

    def test_some_failures(self):
        """A row some samples of which failed is compared."""
        other = self.changed("b", lambda entry: entry["round"] > 1 or entry.update(
            error_occurred=True, error_message="killed") is None)
        self.assertIn("B: countdown threads, 4 workers: 5 of 25 samples failed: killed",
                      self.compare("--format=markdown", "a.json", other))

    def test_unread_messages(self):
        """Latencies that are only lower bounds are not compared; those below the bound are."""
        def change(entry):
            if "lock:ruby_waitq/workers" in entry["name"] and entry["real_time"]:
                entry["censored_from_s"] = entry["real_time"] * (
                    0.9 if "workers:2" in entry["name"] else 1.1)
            return True

        other = self.changed("convoy", change)
        text, lines = self.compare_partly("--format=csv", "convoy.json", other)
        rows = {row for _, row in verdicts(text)}
        self.assertNotIn("gil ruby_waitq, k = 2", rows)
        self.assertIn("gil ruby_waitq, k = 1", rows)
        self.assertIn("changed.json: a row is not compared: countdown gil ruby_waitq, k = 2, and 1 "
                      "more row; 4 of 5 samples are only lower bounds", "\n".join(lines))

    def test_experiments_of_one_machine(self):
        for folder, names in (("x", ("a", "convoy")), ("y", ("b",))):
            os.makedirs(os.path.join(self.folder, folder))
            for name in names:
                document = golden(name)
                document["context"]["gilbench_version"] = "1"
                self.write(json.dumps(document), f"{folder}/{name}.json")
        paths = [os.path.join(self.folder, folder) for folder in "xy"]
        for pair in (paths, paths[::-1]):
            _, lines = self.compare_partly(*pair)
            self.assertEqual(lines[-1], "compare: FOLDER/y: has no rows of `convoy`, which "
                             "FOLDER/x has")

    def test_self_with_two_runs(self):
        path = self.changed("a", lambda entry: entry["run"] <= 2)
        text, lines = self.compare_partly("--self", path)
        self.assertIn("noise floor: unknown from 2 runs", text)
        self.assertEqual(lines, ["compare: FOLDER/changed.json: has 2 runs; its noise floor needs "
                                 "3; measure with --runs=5"])


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

    def test_copy_of_a_file(self):
        copy = self.changed("a", lambda entry: True)
        self.assert_refused(("a.json", copy), "changed.json: has the same samples as a.json")

    def test_other_kernel(self):
        other = self.changed("b", lambda entry: entry.update(
            name=entry["name"].replace("countdown", "other")) is None)
        self.assert_refused(("a.json", other), "changed.json: has the kernel other in `times`")

    def test_all_failed(self):
        other = self.changed("b", lambda entry: entry.update(
            error_occurred=True, error_message="no memory") is None)
        for files in (("a.json", other), (other, "a.json")):
            self.assert_refused(files, "all 300 samples of `times` failed; the first, "
                                "times/kernel:countdown/mode:sequential/workers:1: no memory")
        self.assert_refused(("--self", other), "changed.json: all 300 samples of `times` failed")

    def test_no_row_in_both(self):
        """The messages of a convoy at another pace are other work."""
        other = self.changed("convoy", lambda entry: entry.update(
            name=entry["name"].replace("/iterations", "/every:2ms/iterations")) is None)
        self.assert_refused(("convoy.json", other), "changed.json: no row has samples both here "
                            "and in convoy.json; not in B: countdown gil cpython3, k = 0")

    def test_self_without_a_row_in_both_halves(self):
        path = self.changed("a", lambda entry: entry["run"] == 1 and "sequential" in entry["name"]
                            or entry["run"] == 2 and "threads" in entry["name"])
        self.assert_refused(("--self", path), "even runs: no row has samples both here and in "
                            f"{path}, odd runs; not in B: countdown sequential, 1 worker")
        rows = [{"name": f"{name}/lock:a", "run": run, "time_unit": "s", "real_time": 1.0}
                for run, name in enumerate(("hops", "jumps"), 1)]
        path = self.write(json.dumps({"benchmarks": rows, "context": {
            f"experiment.{name}.value": "steps 1/s higher" for name in ("hops", "jumps")}}))
        self.assert_refused(("--self", path), "even runs: no row has samples both here and in "
                            f"{path}, odd runs; not in B: hops a")

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
