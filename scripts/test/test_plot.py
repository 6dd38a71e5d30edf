"""The files scripts/plot writes: pictures that are whole, tables as expected."""

import json
import os
import resource
import shutil
import sys
import unittest
import xml.etree.ElementTree

from support import ENVIRONMENT, GOLDEN, SCRIPTS, Case, run

sys.path.insert(0, SCRIPTS)
from gilbench import hgrm         # noqa: E402  (found only with the line above)
from gilbench import results      # noqa: E402


def limit(size):
    """Let no file of the child grow beyond a size, as on a disk that fills up."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class Drawing(Case):
    """Draws golden data, and checks that the pictures are whole."""

    def content(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def plot(self, name):
        """Draw golden data; the names of what was written."""
        done = run("plot", f"--out={self.folder}", f"{name}.json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        names = sorted(os.listdir(self.folder))
        self.assertEqual(done.stdout.split("\n")[:-1],
                         [os.path.join(self.folder, name) for name in names])
        for name in names:
            self.check(name)
        return names

    def check(self, name):
        """A picture is whole and has the size of a slide."""
        content = self.content(name)
        if name.endswith(".png"):
            self.assertEqual(content[:16], b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")
            self.assertEqual((int.from_bytes(content[16:20], "big"),
                              int.from_bytes(content[20:24], "big")), (1600, 1000))
        elif name.endswith(".svg"):
            root = xml.etree.ElementTree.fromstring(content)
            self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")


class Plot(Drawing):
    def test_one_kernel(self):
        self.assertEqual(self.plot("small"), ["speedup.dat", "speedup.png", "speedup.svg",
                                              "times.dat", "times.png", "times.svg"])
        for name in ("speedup", "times"):
            self.assert_golden(f"small-{name}.dat", self.content(f"{name}.dat").decode())
        picture = self.content("speedup.svg").decode()
        for text in ("gil cpython2", "gil cpython3", "threads", "processes cpython3", "ideal",
                     "countdown on small, 2 cores", "more workers", "workers"):
            self.assertTrue(text in picture, text)

    def test_many_workers(self):
        self.plot("large")
        for name in ("speedup", "times"):
            self.assert_golden(f"large-{name}.dat", self.content(f"{name}.dat").decode())

    def test_more_workers_than_places(self):
        for name, kind in (("hybrid", "hardware threads"), ("same", "cores")):
            with self.subTest(name):
                self.plot(name)
                self.assertTrue(f">than {kind}<" in self.content("speedup.svg").decode())
                self.assertTrue(f"more workers than {kind}<" in self.content("times.svg").decode())

    def test_failed_rows_and_several_kernels(self):
        names = self.plot("failed")
        self.assertEqual(len(names), 12)
        for name in ("speedup-countdown", "times-countdown", "times-chase-size=64MiB"):
            self.assert_golden(f"failed-{name}.dat", self.content(f"{name}.dat").decode())
        self.assertIn("4 ? ? ? 0", self.content("times-countdown.dat").decode())
        self.assertTrue(b"failed" in self.content("times-countdown.svg"))

    def test_writes_beside_the_file(self):
        with open(os.path.join(os.path.dirname(__file__), "golden", "small.json"), "rb") as file:
            path = self.write(file.read())
        self.assertEqual(run("plot", path).returncode, 0)
        self.assertIn("times.svg", os.listdir(self.folder))

    def test_makes_the_folder(self):
        self.folder = os.path.join(self.folder, "new", "deep")
        self.plot("aggregates")

    def test_without_sequential_there_is_no_speedup(self):
        path = self.write('{"benchmarks": [{"name": "times/kernel:k/mode:gil/workers:1", '
                          '"run_type": "iteration", "real_time": 1, "time_unit": "s"}]}')
        self.assert_fails(run("plot", path), "needs a sequential row")
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["result.json", "times.dat", "times.png", "times.svg"])

    def test_strange_names_are_only_text(self):
        name = "times/kernel:k/mode:gil/lock:a\\\"b'$(id)`{_^@x}/workers:"
        rows = ", ".join(f'{{"name": "{name}{workers}", "real_time": 1, "time_unit": "s"}}'
                         for workers in (1, 2))
        base = '{"name": "times/kernel:k/mode:sequential", "real_time": 1, "time_unit": "s"}'
        path = self.write(f'{{"benchmarks": [{rows}, {base}]}}')
        done = run("plot", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(b"$(id)`{_^@x}" in self.content("speedup.svg"))


class Beside(Drawing):
    """The pictures of files with real runtimes, of convoy and of bandwidth."""

    def test_times(self):
        names = self.plot("real")
        self.assertEqual([name for name in names if name.endswith(".dat")],
                         ["speedup-real.dat", "speedup.dat", "times-real.dat", "times.dat"])
        for name in ("speedup-real", "times-real", "times"):
            self.assert_golden(f"real-{name}.dat", self.content(f"{name}.dat").decode())

    def test_convoy(self):
        names = self.plot("convoy")
        self.assertEqual([name for name in names if name.endswith(".svg")],
                         [f"convoy-{k}{end}.svg" for k in (1, 2, 4) for end in ("-real", "")])
        self.assert_golden("convoy-convoy-1.dat", self.content("convoy-1.dat").decode())
        picture = self.content("convoy-1-real.svg").decode()
        for text in ("real cpython-3.11.2", "ruby_waitq for ruby-3.1.7", "99.9 %", "100 ms"):
            self.assertTrue(text in picture, text)
        self.assertFalse("gil ruby_waitq" in self.content("convoy-4.svg").decode())

    def test_bandwidth(self):
        self.plot("bandwidth")
        self.assert_golden("bandwidth-bandwidth.dat", self.content("bandwidth.dat").decode())
        self.assertTrue("30.6k/s  39 %" in self.content("bandwidth.svg").decode())

    def test_many_lines_get_a_taller_picture(self):
        rows = [{"name": f"bandwidth/kernel:k/mode:gil/lock:l{lock}/workers:{k}", "time_unit": "s",
                 "real_time": 1e-4, "packets_per_s": 1e4} for lock in range(15) for k in range(4)]
        path = self.write(json.dumps({"benchmarks": rows}))
        self.assertEqual(run("plot", path).returncode, 0)
        content = self.content("bandwidth.png")
        self.assertEqual(int.from_bytes(content[20:24], "big"), 15 * (4 * 20 + 16))


class Percentiles(Case):
    """The files beside a result of convoy."""

    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(GOLDEN, "convoy.hgrm"), os.path.join(self.folder, "a.hgrm"))
        with open(os.path.join(GOLDEN, "convoy.json"), encoding="utf-8") as file:
            rows = [row for row in json.load(file)["benchmarks"] if "workers:1/" in row["name"]]
        self.result = self.write(json.dumps({"benchmarks": rows}), "a.json")
        self.file = os.path.join(self.folder, "a.hgrm", "gil_cpython3_workers-1.hgrm")
        with open(self.file, encoding="utf-8") as file:
            self.text = file.read()

    def assert_refused(self, text, *parts):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        self.assert_fails(run("plot", f"--out={self.folder}/new", self.result), self.file, *parts)
        # The pictures that do not need it are there.
        self.assertEqual([name for name in sorted(os.listdir(os.path.join(self.folder, "new")))
                          if name.endswith(".svg")],
                         ["convoy-1-real.svg"])

    def test_missing(self):
        os.remove(self.file)
        self.assert_fails(run("plot", self.result), self.file, "percentiles of row convoy/kernel:",
                          "are missing", "keep them together")

    def test_no_folder(self):
        shutil.rmtree(os.path.join(self.folder, "a.hgrm"))
        self.assert_fails(run("plot", self.result), "the folder", "a.hgrm is missing")

    def test_truncated(self):
        self.assert_refused(self.text[:len(self.text) // 2], "is it truncated?")
        self.assert_refused("", "is empty")

    def test_garbage(self):
        mark = "#[Max = 1, Total count = 1]\n"
        for line, part in (("fast 0.5 3 2", "line 1: allowed are lines of"),
                           ("3.0 0.5", "line 1: allowed are lines of"),
                           ("nan 0.5 3 2", "line 1: allowed are values and counts above 0"),
                           ("0 0.5 3 2", "line 1: allowed are values"),
                           ("3.0 1.5 3 2", "line 1: allowed are values"),
                           ("3.0 0.5 3 2\n2.0 0.6 4 2", "must not fall"),
                           ("", "no line with a value")):
            self.assert_refused(f"{line}\n{mark}", part)

    def test_names(self):
        parts = {"kernel": "countdown", "mode": "gil", "lock": "cpython3:interval=500us",
                 "runtime": "cpython-3.11.2#2", "workers": "1", "every": "1ms"}
        name = "gil_cpython3-interval=500us_cpython-3.11.2-2_workers-1_every-1ms.hgrm"
        row = results.Row("", "convoy", parts)
        self.assertEqual(hgrm.name_of(row, "countdown"), name)
        self.assertEqual(hgrm.name_of(row, "primes"), f"countdown_{name}")
        self.assertEqual(hgrm.folder_of("a/b.json"), "a/b.hgrm")


class Failures(Case):
    def test_two_files_for_one_folder(self):
        done = run("plot", f"--out={self.folder}", "small.json", "large.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("one folder", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_full_disk(self):
        for size in (0, 100, 3000, 20000):
            with self.subTest(size):
                done = run("plot", f"--out={self.folder}", "small.json", preexec_fn=limit(size))
                self.assert_fails(done, "plot: ")
                self.assertEqual(os.listdir(self.folder), [])

    def test_folder_that_cannot_be_made(self):
        path = self.write("")
        self.assert_fails(run("plot", f"--out={path}/x", "small.json"), f"plot: {path}",
                          "Not a directory")

    def test_no_gnuplot(self):
        environment = {**ENVIRONMENT, "PATH": self.folder}
        self.assert_fails(run("plot", f"--out={self.folder}", "small.json", env=environment),
                          "plot: gnuplot: not found", "gnuplot-nox")

    def test_broken_file(self):
        self.assert_fails(run("plot", "/nowhere"), "plot: /nowhere: No such file")


if __name__ == "__main__":
    unittest.main()
