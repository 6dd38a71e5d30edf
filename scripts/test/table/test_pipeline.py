"""The table of pipeline: what it shows and says, and of which rows."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made import document, failed
from support import Case, call, without_gnuplot

OWN, REAL = "processes", "real/runtime:cpython-3.11.2"


def entry(mode, stages, reader, run, number):
    """A sample: each further stage costs a millisecond, and half of what passes in a second."""
    factor = 1 + 0.01 * ((7 * run + 3 * number + stages) % 5)
    first_s = (stages + (0.5 if mode == REAL else 0)) * 1e-3 * factor
    rate = 4e9 * 0.5 ** stages / factor
    size = 2 ** 26 if reader == "reads" else 2 ** 24
    return {"name": f"pipeline/mode:{mode}/stages:{stages}/reader:{reader}",
            "run_type": "iteration", "time_unit": "ms", "run": run, "round": number,
            "real_time": 1e3 * (first_s + size / rate) + 0.5, "first_byte_s": first_s,
            "bytes_per_s": rate, "bytes": size, "stop_s": 2e-4 * stages * factor}


def rows(modes=(OWN, REAL), stages=(1, 2, 3, 4)):
    return [entry(mode, count, reader, run, number) for mode in modes for count in stages
            for reader in ("reads", "closes") for run in range(1, 4) for number in range(1, 4)]


class Pipeline(Case):
    def table(self, some, **context):
        done = call("table", self.write(document(some, **context)), cwd=self.folder)
        self.assert_works(done)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        return done.stdout

    def test_golden(self):
        text = self.table(rows())
        self.assert_golden("pipeline.txt", text.replace(self.folder, "FOLDER"))

    def test_what_is_found(self):
        text = " ".join(self.table(rows()).split())
        self.assertIn("processes: 4 programs in a row move 245M bytes per second, 0.12 times as "
                      "many as 1; each further program delays the first byte by 1.0 ms.", text)
        self.assertIn("real cpython-3.11.2: 4 programs in a row", text)

    def test_nothing_is_found_of_a_disturbed_run(self):
        text = self.table(rows(), verdict="disturbed")
        self.assertIn("so nothing can be said about pipelines", text)
        self.assertNotIn("in a row", text)

    def test_one_number_of_stages(self):
        text = self.table(rows(stages=(2,)))
        self.assertNotIn("in a row", text)
        self.assertIn("processes, 2 stages", text)

    def test_rows_that_are_missing_or_failed(self):
        some = rows((OWN,), (1, 2))
        reason = "stage 2 of 2 was killed by signal 9 (Killed)"
        some = [failed(one, reason) if "stages:2/reader:reads" in one["name"] else one
                for one in some if "stages:1/reader:closes" not in one["name"]]
        text = self.table(some)
        self.assertRegex(text, r"processes, 2 stages +failed! ")
        self.assertIn(f"failed: processes stages:2 reader:reads: 9 of 9 samples: {reason}",
                      " ".join(text.split()))

    def test_few_bytes_have_no_rate(self):
        some = rows((OWN,))
        for one in some:
            del one["bytes_per_s"]
        self.assertNotIn("in a row", self.table(some))

    def test_csv_has_the_numbers(self):
        done = call("table", "--format=csv", self.write(document(rows())))
        self.assert_works(done)
        self.assertRegex(done.stdout, r'processes, 1 stage"?,read to the end,bytes/s,[0-9.]+,B/s')

    def test_picture(self):
        with without_gnuplot():
            done = call("plot", "--out", self.folder, self.write(document(rows())))
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
