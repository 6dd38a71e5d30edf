"""The table of transport: order of the rows, shares of memcpy, the answer, and what is missing."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import Case, call  # noqa: E402

US = {"memcpy": 2.0, "memcpy_remote": 8.0, "queue": 1.0, "ring": 10.0, "pipe": 40.0}
MODES = {"memcpy": "sequential", "cbor": "sequential", "queue": "threads"}


def name_of(way, size, op="stream", data="raw", runtime=""):
    mode = MODES.get(way, "processes") if not runtime else "real-processes"
    runtime = f"/runtime:{runtime}" if runtime else ""
    return f"transport/mode:{mode}{runtime}/op:{op}/way:{way}/data:{data}/size:{size}"


def samples(name, time, count=3):
    return [{"name": name, "real_time": time + 0.001 * number, "time_unit": "us"}
            for number in range(count)]


def rows():
    """Two sizes of raw streams, a round trip, a structured message, a real interpreter."""
    found = []
    for size, factor in (("1MiB", 16), ("64KiB", 1)):
        for way, time in US.items():
            found += samples(name_of(way, size), time * factor)
    found += samples(name_of("ring", "64KiB", op="round_trip"), 21.0)
    found += samples(name_of("ring", "64KiB", data="nested"), 700.0)
    found += samples(name_of("pipe", "64KiB", runtime="cpython-3.11.2"), 55.0)
    return found


class Transport(Case):
    def table(self, benchmarks, *options, **context):
        path = self.write(json.dumps({"context": context, "benchmarks": benchmarks}))
        done = call("table", *options, path)
        self.assert_works(done)
        return done.stdout

    def test_rows_and_columns(self):
        lines = self.table(rows()).splitlines()
        place = next(number for number, line in enumerate(lines) if line.split()[:1] == ["memcpy"])
        self.assertEqual(lines[place - 1].split(), ["64KiB", "1MiB"])
        self.assertEqual(
            [" ".join(line.split()) for line in lines[place:place + 10]],
            ["memcpy 2.00 us 32.0 us", "memcpy_remote 8.00 us 128 us", "queue 1.00 us 16.0 us",
             "ring 10.0 us 160 us", "pipe 40.0 us 640 us", "cpython-3.11.2 pipe 55.0 us",
             "ring, nested 700 us", "ring, round trip 21.0 us", "ring, % of memcpy 20 % 20 %",
             "ring, % of memcpy_remote 80 % 80 %"])

    def test_width(self):
        for line in self.table(rows()).splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_answer(self):
        text = " ".join(self.table(rows()).split())
        self.assertIn("A message of 64KiB takes 1.00 us over the queue, 10.0 us over the ring and "
                      "40.0 us over the pipe. The ring reaches 20 % of memcpy and 80 % of a memcpy "
                      "of what another core has written.", text)

    def test_without_the_ring(self):
        text = self.table([row for row in rows() if "way:ring" not in row["name"]])
        self.assertNotIn("The ring reaches", text)
        self.assertNotIn("% of memcpy", text)

    def test_failed_rows(self):
        failed = {"name": name_of("socket", "64KiB"), "error_occurred": True,
                  "error_message": "the socket broke: the receiver ended early"}
        text = " ".join(self.table([*rows(), failed]).split())
        self.assertIn("socket failed! ", text)
        self.assertIn("failed: socket, 64KiB: 1 of 1 samples: the socket broke: the receiver ended "
                      "early", text)

    def test_all_failed(self):
        path = self.write(json.dumps({"benchmarks": [
            {"name": name_of("ring", "64B"), "error_occurred": True, "error_message": "no room"}]}))
        done = call("table", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("all 1 samples of `transport` failed; the first, ", done.stderr)

    def test_without_the_library(self):
        self.assertIn("built without libcbor", self.table(rows(), serialisation="none"))
        self.assertNotIn("built without", self.table(rows(), serialisation="libcbor 0.8.0"))

    def test_csv_has_the_numbers(self):
        text = self.table(rows(), "--format=csv")
        self.assertIn(",transport,,ring,64KiB,time,1.0001e-05,s,", text.replace("000000000000", ""))


if __name__ == "__main__":
    unittest.main()
