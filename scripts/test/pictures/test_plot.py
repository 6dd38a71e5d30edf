"""The files that scripts/plot writes: pictures that are complete, tables as expected."""

import json
import os
import shutil
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, Case, call, run, without_gnuplot


class Drawing(Case):
    """Draws golden data."""

    def tables(self, name):
        """Write the tables of the pictures only; their names."""
        with without_gnuplot():
            done = call("plot", f"--out={self.folder}", f"{name}.json")
        self.assert_works(done)
        return sorted(os.listdir(self.folder))

    def assert_tables(self, name, *stems):
        for stem in stems:
            self.assert_golden(f"{name}-{stem}.dat", self.content(f"{stem}.dat").decode())

    def plot(self, *files, out=None):
        """Draw for real; the names of what was written, after checking it."""
        out = out or self.folder
        done = call("plot", f"--out={out}", *files)
        self.assert_works(done)
        names = sorted(os.listdir(out))
        self.assertEqual(done.stdout.split("\n")[:-1], [os.path.join(out, name) for name in names])
        for name in names:
            self.check(name, self.content(os.path.join(out, name)))
        return names

    def check(self, name, content):
        """A picture is complete and has the size of a slide."""
        if name.endswith(".png"):
            self.assertEqual(content[:16], b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")
            self.assertEqual((int.from_bytes(content[16:20], "big"),
                              int.from_bytes(content[20:24], "big")), (1600, 1000))
        elif name.endswith(".svg"):
            root = xml.etree.ElementTree.fromstring(content)
            self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")


class Times(Drawing):
    def test_one_kernel(self):
        self.assertEqual(self.plot("small.json"), ["speedup.dat", "speedup.png", "speedup.svg",
                                                   "times.dat", "times.png", "times.svg"])
        self.assert_tables("small", "speedup", "times")
        picture = self.content("speedup.svg").decode()
        for text in ("gil cpython2", "gil cpython3", "threads", "processes cpython3", "ideal",
                     "countdown on small, 2 cores", "more workers", "workers"):
            self.assertTrue(text in picture, text)

    def test_many_workers(self):
        self.tables("large")
        self.assert_tables("large", "speedup", "times")

    def test_more_workers_than_places(self):
        self.plot("hybrid.json")
        self.assertTrue(">than hardware threads<" in self.content("speedup.svg").decode())
        self.assertTrue("more workers than hardware threads<" in self.content("times.svg").decode())

    def test_failed_rows_and_several_kernels(self):
        self.assertEqual(len(self.tables("failed")), 4)
        self.assert_tables("failed", "speedup-countdown", "times-countdown",
                           "times-chase-size=64MiB")
        self.assertIn("4 ? ? ? 0", self.content("times-countdown.dat").decode())

    def test_real_runtimes_have_pictures_of_their_own(self):
        self.assertEqual(self.tables("real"),
                         ["speedup-real.dat", "speedup.dat", "times-real.dat", "times.dat"])
        self.assert_tables("real", "speedup-real", "times-real", "times")

    def test_kernels_with_similar_names(self):
        rows = [{"name": f"times/kernel:{kernel}/mode:{mode}/workers:1", "real_time": 1,
                 "time_unit": "s"} for kernel in ("a:b", "a b", "A-b", "x" * 300, "real", "x-real")
                for mode in ("sequential", "gil", "real/runtime:r")]
        names = self.tables(self.write(json.dumps({"benchmarks": rows}))[:-5])
        self.assertEqual(len({name.lower() for name in names} - {"result.json"}), 6 * 4)


class OtherExperiments(Drawing):
    def test_convoy(self):
        self.assertEqual(self.tables("convoy"),
                         [f"convoy-{k}{end}.dat" for k in (1, 2, 4) for end in ("-real", "")])
        self.assert_golden("convoy-convoy-1.dat", self.content("convoy-1.dat").decode())
        self.assertFalse("gil ruby_waitq" in self.content("convoy-4.dat").decode())

    def test_bandwidth(self):
        names = self.plot("bandwidth.json")
        self.assertEqual(len(names), 6)
        self.assert_tables("bandwidth", "bandwidth")
        self.assertTrue("30.6k/s  39 %" in self.content("bandwidth.svg").decode())

    def test_many_series_get_a_taller_picture(self):
        rows = [{"name": f"bandwidth/kernel:k/mode:gil/lock:l{lock}/workers:{k}", "time_unit": "s",
                 "real_time": 1e-4, "packets_per_s": 1e4} for lock in range(15) for k in range(4)]
        path = self.write(json.dumps({"benchmarks": rows}))
        self.assert_works(call("plot", path))
        content = self.content("bandwidth.png")
        self.assertEqual(int.from_bytes(content[20:24], "big"), 15 * (4 * 20 + 16))

    def test_experiment_without_pictures(self):
        path = self.write('{"benchmarks": [{"name": "primitives/op:x", "real_time": 1, '
                          '"time_unit": "ns"}]}')
        self.assert_fails(call("plot", path),
                          "no rows of an experiment that can be drawn; it has rows of primitives")


class Places(Drawing):
    """Where pictures are written."""

    def test_beside_the_file(self):
        path = shutil.copy(os.path.join(GOLDEN, "small.json"), self.folder)
        with without_gnuplot():
            self.assert_works(call("plot", path))
        self.assertIn("times.dat", os.listdir(self.folder))

    def test_makes_the_folder(self):
        self.folder = os.path.join(self.folder, "new", "deep")
        self.tables("aggregates")

    def test_without_sequential_there_is_no_speedup(self):
        path = self.write('{"benchmarks": [{"name": "times/kernel:k/mode:gil/workers:1", '
                          '"run_type": "iteration", "real_time": 1, "time_unit": "s"}]}')
        self.assert_fails(call("plot", path), "needs a sequential row")
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["result.json", "times.dat", "times.png", "times.svg"])

    def test_two_files_with_the_same_pictures(self):
        done = call("plot", f"--out={self.folder}", "small.json", "large.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("small.json and large.json would write the same pictures", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_two_files_with_different_pictures(self):
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={self.folder}", "small.json", "convoy.json"))
        self.assertLess({"times.dat", "convoy-1.dat"}, {*os.listdir(self.folder)})

    def test_folder_that_cannot_be_made(self):
        path = self.write("")
        self.assert_fails(call("plot", f"--out={path}/x", "small.json"), f"plot: {path}",
                          "Not a directory")

    def test_no_gnuplot(self):
        environment = {**ENVIRONMENT, "PATH": self.folder}
        self.assert_fails(run("plot", f"--out={self.folder}", "small.json", env=environment),
                          "plot: gnuplot: not found", "gnuplot-nox")

    def test_broken_file(self):
        self.assert_fails(call("plot", "/nowhere"), "plot: /nowhere: No such file")


if __name__ == "__main__":
    unittest.main()
