"""Test the maps of tasks/pool.py: order, items that fail, workers that die, and its words."""

import os
import signal
import sys
import time
import unittest
import unittest.mock

sys.dont_write_bytecode = True      # no __pycache__ in the source tree
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "programs"))
from tasks import pool

PARENT = os.getpid()
WORKERS = 2
ITEMS = 40
OF_PROCESSES = ("Pool", "ProcessPoolExecutor")


class Odd:
    """An item with which the task fails."""

    def __sub__(self, other):
        raise ValueError("an odd item")

    def __repr__(self):
        return "odd"


class Deadly:
    """An item with which the worker is killed."""

    def __sub__(self, other):
        if os.getpid() != PARENT:
            os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("computed by no worker")


class Program:
    """Stands for the connection to gilbench."""

    class Failure(Exception):
        pass

    now = staticmethod(time.monotonic_ns)

    def __init__(self):
        self.lines = []

    def start(self):
        self.lines.append("start")

    def ready(self):
        self.lines.append("ready")

    def value(self, name, number):
        self.lines.append((name, number))


def words(api, chunk=4, turns=10):
    workers = 1 if api == "map" else WORKERS
    return [api, str(workers), str(ITEMS), str(chunk), str(turns)]


class Maps(unittest.TestCase):
    def create(self, api, chunk=4):
        found = pool.POOLS[api](WORKERS, chunk)
        self.addCleanup(found.close)
        return found

    def test_one_value(self):
        for api in pool.POOLS:
            for chunk in (0, 1, 3, 1000):
                with self.subTest(api=api, chunk=chunk):
                    program = Program()
                    pool.parse(words(api, chunk))(program)
                    self.assertEqual(program.lines[:2], ["start", "ready"])
                    (name, number), = program.lines[2:]
                    self.assertEqual(name, "map_ns")
                    self.assertGreater(number, 0)

    def test_results_are_in_order(self):
        for api in pool.POOLS:
            with self.subTest(api):
                self.assertEqual(self.create(api).map(range(ITEMS)), list(range(ITEMS)))

    def test_other_results_are_refused(self):
        with self.assertRaisesRegex(pool.Failed, "^1 results of 2 items$"):
            pool.check([0], range(2))
        with self.assertRaisesRegex(pool.Failed, "^item 0 has the result 1; right is 0$"):
            pool.check([1, 0], range(2))

    def test_an_item_fails(self):
        for api in pool.POOLS:
            with self.subTest(api):
                own = self.create(api)
                with self.assertRaisesRegex(
                        pool.Failed, r"^item odd failed: ValueError\('an odd item'\)$"):
                    own.map([0, 1, Odd(), 3])
                self.assertEqual(own.map(range(ITEMS)), list(range(ITEMS)))

    def test_a_worker_dies(self):
        for api in OF_PROCESSES:
            with self.subTest(api), self.assertRaisesRegex(
                    pool.Failed, "^a worker died; which items it had is not known"):
                self.create(api, 1).map([0, 1, Deadly(), 3])

    def test_a_pool_that_cannot_be_made(self):
        def refuse(_workers, _chunk):
            raise OSError("no semaphore")

        with unittest.mock.patch.dict(pool.POOLS, {"Pool": refuse}):
            with self.assertRaisesRegex(Program.Failure, "^no semaphore$"):
                pool.parse(words("Pool"))(Program())


class Words(unittest.TestCase):
    def test_allowed(self):
        for api in pool.POOLS:
            pool.parse(words(api, 0, 0))

    def test_refused(self):
        for wrong in ([], ["Pool"], ["Queue", "1", "1", "1", "1"], ["map", "2", "1", "1", "1"],
                      ["Pool", "0", "1", "1", "1"], ["Pool", "1", "0", "1", "1"],
                      ["Pool", "1", "1", "-1", "1"], ["Pool", "1", "1", "1", "x"],
                      ["Pool", "1", "1", "1", "1", "1"], ["Pool", "1", "1", "", "1"]):
            with self.subTest(wrong), self.assertRaisesRegex(ValueError, "ProcessPoolExecutor"):
                pool.parse(wrong)


if __name__ == "__main__":
    unittest.main()
