"""The table and the picture of order, and what they say in words."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import Case, call, without_gnuplot

NAME = "order/kernel:k/mode:{}/workers:{}"


def sample(mode, workers, **more):
    return {"name": NAME.format(mode, workers), "real_time": 5.0, "time_unit": "us", "marks": 100.0,
            "lost": 0.0, "run_p50": 1.0, "run_p90": 2.0, "run_max": 3.0,
            "workers": float(workers), **more}


class Order(Case):
    def table(self, rows, **context):
        return call("table", self.write(json.dumps({"context": context, "benchmarks": rows})))

    def test_golden(self):
        done = call("table", "order.json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_golden("order.txt", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)

    def answer(self, rows, **context):
        done = self.table(rows, **context)
        self.assert_works(done)
        return " ".join(done.stdout.split())

    def test_losses(self):
        lossless = [sample("gil/lock:cpython3", 2), sample("threads", 2)]
        self.assertIn(" No mark was lost. ", self.answer(lossless))
        losing = [sample("gil/lock:cpython3", 2), sample("threads", 2, lost=50.0)]
        self.assertIn("50 % of the marks were lost without a lock and no mark was lost anywhere "
                      "else.", self.answer(losing))

    def test_one_worker_has_no_order(self):
        self.assertNotIn("follow each other for 5", self.answer([sample("threads", 1)]))

    def test_a_disturbed_run_says_nothing(self):
        text = self.answer([sample("threads", 2)], verdict="disturbed")
        self.assertIn("nothing can be said about the order of marks", text)

    def test_without_samples(self):
        failed = {"name": NAME.format("threads", 2), "error_occurred": True,
                  "error_message": "stuck"}
        self.assert_fails(self.table([failed]), "samples of `order` failed", "stuck")

    def test_picture(self):
        with without_gnuplot():
            done = call("plot", f"--out={self.folder}", "order.json")
        self.assert_works(done)
        self.assertEqual(os.listdir(self.folder), ["order.dat"])
        self.assert_golden("order-order.dat", self.content("order.dat").decode())


if __name__ == "__main__":
    unittest.main()
