"""The files scripts/plot writes: pictures that are whole, tables as expected."""

import os
import resource
import unittest
import xml.etree.ElementTree

from support import ENVIRONMENT, Case, run


def limit(size):
    """Let no file of the child grow beyond a size, as on a disk that fills up."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class Plot(Case):
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
