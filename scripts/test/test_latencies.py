"""Percentiles of the messages of several samples, their intervals, and where these come from."""

import json
import math
import os
import re
import shutil
import unittest

from support import ENVIRONMENT, GOLDEN, Case, call, needs_scipy, run

from gilbench import reader
from gilbench.command import ToolError
from gilbench.parts import latencies
from gilbench.stats import library


def sample(values, run=1, number=1, count=None, bound=math.inf):
    return latencies.Messages(("f", run), number, count or len(values), list(values), bound)


@needs_scipy
class Percentiles(unittest.TestCase):
    def test_of_all_messages(self):
        halves = [sample(range(1, 51)), sample(range(51, 101), number=2)]
        for part, value in ((0.5, 50), (0.501, 51), (0.99, 99), (0.999, 100), (1, 100)):
            self.assertEqual(latencies.percentile(halves, part).value, value)
        self.assertEqual(latencies.percentile(halves, 0.5).n, 2)

    def test_values_stand_for_several_messages(self):
        thinned = [sample([1, 2, 3, 4], count=40), sample([10, 11], number=2)]
        self.assertEqual([latencies.percentile(thinned, part).value
                          for part in (10 / 42, 11 / 42, 40 / 42, 41 / 42, 1)], [1, 2, 4, 10, 11])

    def test_bounds(self):
        some = [sample([1, 2, 3, 4]), sample([5, 6, 7, 8], number=2, bound=7)]
        self.assertFalse(latencies.percentile(some, 6 / 8).bound)
        self.assertTrue(latencies.percentile(some, 7 / 8).bound)

    def test_interval_is_that_of_the_samples(self):
        """The same messages say less if those of a sample resemble each other."""
        ordered = [float(value) for value in range(1, 401)]
        alike = [sample(ordered[20 * number:20 * number + 20], number=number)
                 for number in range(20)]
        mixed = [sample(ordered[number::20], number=number) for number in range(20)]
        wide, narrow = (latencies.percentile(some, 0.5) for some in (alike, mixed))
        self.assertEqual(wide.value, narrow.value)
        self.assertGreater(wide.spread, 5 * narrow.spread)

    def test_one_sample_has_no_interval(self):
        self.assertIsNone(latencies.percentile([sample([1, 2, 3])], 0.5).spread)

    def test_runs_are_the_units_from_three_on(self):
        """Samples that are alike in a run, and differ between runs, count as one."""
        for runs, freedom in ((2, 39), (3, 2), (10, 9)):
            some = [sample([run, run + 0.5], run, number)
                    for run in range(1, runs + 1) for number in range(1, 40 // runs + 1)]
            self.assertEqual(latencies.percentile(some, 0.5).estimate.freedom,
                             freedom if runs > 2 else len(some) - 1)

    def test_a_fixed_seed(self):
        some = [sample([number, number + 1, 2 * number], number=number) for number in range(1, 9)]
        self.assertEqual(latencies.percentile(some, 0.9), latencies.percentile(some[::-1], 0.9))

    def test_p999_needs_messages_and_samples(self):
        self.assertTrue(latencies.enough_for_p999([sample([1], count=369)] * 10))
        self.assertFalse(latencies.enough_for_p999([sample([1], count=368)] * 10))
        self.assertFalse(latencies.enough_for_p999([sample([1], count=1000)] * 9))

    def test_coverage(self):
        """Of 300 intervals of 5 runs, whose messages differ between runs and samples."""
        numpy = library("numpy")
        chance = numpy.random.default_rng(5)

        def measured(runs):
            return [sample(sorted(chance.exponential(shift, 20)), run, number)
                    for run in range(runs) for common in [chance.normal(0, 0.05)]
                    for number in range(4)
                    for shift in [math.exp(common + chance.normal(0, 0.2))]]

        true = numpy.quantile(numpy.concatenate([one.values for one in measured(5000)]), 0.99)
        intervals = [latencies.percentile(measured(5), 0.99).estimate.interval(0.95)
                     for _ in range(300)]
        covered = sum(low <= true <= high for low, high in intervals) / len(intervals)
        self.assertGreaterEqual(covered, 0.93)
        self.assertLessEqual(covered, 0.98)


@needs_scipy
class Files(Case):
    """The table and the lines it reads."""

    def setUp(self):
        super().setUp()
        for name in ("messages.json", "messages.hgrm"):
            shutil.copy(os.path.join(GOLDEN, name), self.folder)
        self.result = os.path.join(self.folder, "messages.json")
        self.file = os.path.join(self.folder, "messages.hgrm")

    def edit(self, pattern, text):
        with open(self.file, encoding="utf-8") as file:
            before = file.read()
        after, count = re.subn(pattern, text, before, count=1)
        self.assertEqual(count, 1)
        self.write(after, "messages.hgrm")

    def table(self, *options):
        done = call("table", *options, self.result)
        self.assert_works(done)
        return done.stdout.replace(self.folder + "/", "")

    def assert_medians(self, *parts):
        """The table says why it has the medians of the samples' percentiles instead."""
        text = " ".join(self.table().split())
        self.assertIn("medians over the samples", text)
        for part in parts:
            self.assertIn(part, text)

    def test_golden(self):
        self.assert_golden("messages.txt", self.table())

    def test_csv(self):
        lines = [line.split(",") for line in self.table("--format=csv").splitlines()]
        self.assertEqual({line[3] for line in lines if line[5] == "p99.9" and line[6]}, {"threads"})
        bounds = [line for line in lines if line[3] == "gil ruby_handoff" and line[5] == "p99"]
        self.assertRegex(bounds[0][6], "^>[0-9]+ ms$")

    def test_missing(self):
        os.remove(self.file)
        self.assert_medians("messages.hgrm: is missing; gilbench writes the distributions")
        self.assertIn(" >", self.table())     # the bounds are known nevertheless

    def test_older(self):
        with open(self.file, encoding="utf-8") as file:
            rest = [line for line in file if not line.startswith("# sample")]
        self.write("".join(rest), "messages.hgrm")
        self.assert_medians("messages.hgrm: has no latencies of single samples")

    def test_of_another_result(self):
        self.edit("run=2 round=1 messages=20", "run=2 round=1 messages=21")
        self.assert_medians("has other samples than the result file")
        self.edit("# sample: run=2 round=1 .*\n", "")
        self.assert_medians("has other samples than the result file")

    def test_row_missing(self):
        self.edit("# row: .*/mode:threads/workers:1", "# row: convoy/kernel:other")
        self.assert_medians("messages.hgrm: the percentiles of row convoy/", "are missing")

    def piped(self, **further):
        with open(self.result, encoding="utf-8") as file:
            done = run("table", "/dev/stdin", stdin=file, env={**ENVIRONMENT, **further})
        self.assert_works(done)
        return done.stdout

    def test_not_kept(self):
        """As gilbench shows it without --out."""
        self.assertEqual(self.piped(GILBENCH_DISTRIBUTIONS=self.file).split("\nfile ")[0],
                         self.table().split("\nfile ")[0])
        self.assertIn("computed: the distributions are not kept without --out",
                      " ".join(self.piped().split()))

    def test_garbage(self):
        for line in ("run=1 round=1 messages=20:", "run=1 round=1 messages=20: 1 x",
                     "run=1 round=1 messages=20 from=3: 1", "run=1 messages=20: 1", "",
                     "run=1 round=1 messages=20: 1..2"):
            shutil.copy(os.path.join(GOLDEN, "messages.hgrm"), self.folder)
            self.edit("# sample: run=1 round=1 .*", f"# sample: {line}")
            self.assert_medians("allowed are lines of `# sample: run=R round=R messages=N: VALUE")
        for values in ("2 1", "0 1", "1 2 3", f"1 {31 * '9'}"):
            shutil.copy(os.path.join(GOLDEN, "messages.hgrm"), self.folder)
            self.edit("# sample: run=1 round=1 .*",
                      f"# sample: run=1 round=1 messages=2: {values}")
            self.assert_medians("allowed are ")

    def test_compared_values(self):
        """fidelity takes the percentile of all messages, and judges it unless it is a bound."""
        rows = {row.name: row for row in reader.read(self.result).rows}
        name = "convoy/kernel:countdown/mode:gil/lock:{}/workers:1"
        own = [rows[name.format("cpython3")]]
        p99 = latencies.measure(0.99, "p99_s")({"k": own}, "k")
        self.assertEqual(p99.n, 20)
        self.assertNotAlmostEqual(p99.value, own[0].counter("p99_s"))
        unread = {"k": [rows[name.format("ruby_handoff")]]}
        self.assertEqual([latencies.overrun(part)(unread, "k") for part in (0.05, 0.99)],
                         ["", "overrun"])
        os.remove(self.file)
        self.assertEqual(latencies.measure(0.99, "p99_s")({"k": own}, "k").by_run.keys(),
                         {(self.result, run) for run in range(1, 6)})
        self.assertEqual(latencies.overrun(0.05)(unread, "k"), "overrun")
        with self.assertRaises(ToolError):
            latencies.of_row(own[0])

    def test_late_samples(self):
        """A mark from a tenth of the samples on."""
        self.assertRegex(self.table(), r"\ngil mutex .*\^\n")
        with open(self.result, encoding="utf-8") as file:
            document = json.load(file)
        next(row for row in document["benchmarks"] if row["sent_late"])["sent_late"] = 0.0
        self.write(json.dumps(document), "messages.json")
        self.assertNotIn("^", self.table())


if __name__ == "__main__":
    unittest.main()
