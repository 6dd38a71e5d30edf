"""The files that scripts/plot writes: pictures that are complete, tables as expected.

One test draws all formats, the others SVG only, which is faster.
"""

import json
import os
import shutil
import sys
import unittest
import xml.etree.ElementTree
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, Case, call, run, without_gnuplot
from gilbench.pictures import gnuplot


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

    def plot(self, *arguments, out=None):
        """Draw SVG for real; the names of what was written, after checking it."""
        out = out or self.folder
        done = call("plot", f"--out={out}", "--format=svg", *arguments)
        self.assert_works(done)
        names = sorted(os.listdir(out))
        self.assertEqual(done.stdout.split("\n")[:-1], [os.path.join(out, name) for name in names])
        for name in names:
            self.check(name, self.content(os.path.join(out, name)))
        return names

    def declared(self, *rows):
        """A file with rows of an experiment that has no view of its own."""
        rows = [{"real_time": 0, "time_unit": "ns", **row} for row in rows]
        return self.write(json.dumps({"context": {"experiment.handover.value": "time s lower"},
                                      "benchmarks": rows}))

    def check(self, name, content):
        """A picture is complete and as wide as a slide."""
        if name.endswith(".png"):
            self.assertEqual(content[:16], b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")
            self.assertEqual(int.from_bytes(content[16:20], "big"), 1600)
        elif name.endswith(".svg"):
            root = xml.etree.ElementTree.fromstring(content)
            self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")


class Times(Drawing):
    def test_one_kernel(self):
        self.assertEqual(self.plot("small.json"), ["speedup.dat", "speedup.svg", "times.dat",
                                                   "times.svg"])
        self.assert_tables("small", "speedup", "times")
        picture = self.content("speedup.svg").decode()
        for text in ("gil cpython2", "gil cpython3", "threads", "processes cpython3", "ideal",
                     "shaded: more workers than cores (2)", "workers", "verdict: unknown"):
            self.assertTrue(f">{text}<" in picture, text)

    def test_many_workers(self):
        self.tables("large")
        self.assert_tables("large", "speedup", "times")

    def test_failed_rows_and_several_kernels(self):
        self.assertEqual(len(self.tables("failed")), 5)
        self.assert_tables("failed", "speedup-countdown", "times-countdown",
                           "times-chase-size=64MiB")
        self.assertIn("4 ? ? ? 0", self.content("times-countdown.dat").decode())

    def test_real_runtimes_have_pictures_of_their_own(self):
        self.assertEqual(self.tables("real"),
                         ["speedup-real.dat", "speedup.dat", "times-real.dat", "times.dat"])
        self.assert_tables("real", "speedup-real", "times-real", "times")

    def test_kernels_with_similar_names(self):
        made = [{"name": f"times/kernel:{kernel}/mode:{mode}/workers:1", "real_time": 1,
                 "time_unit": "s"} for kernel in ("a:b", "a b", "A-b", "x" * 300, "real", "x-real")
                for mode in ("sequential", "gil", "real/runtime:r")]
        names = self.tables(self.write(json.dumps({"benchmarks": made}))[:-5])
        self.assertEqual(len({name.lower() for name in names} - {"result.json"}), 6 * 4)


class OtherExperiments(Drawing):
    def test_convoy(self):
        self.assertEqual(self.tables("convoy"),
                         [f"convoy-{k}{end}.dat" for k in (1, 2, 4) for end in ("-real", "")])
        self.assert_golden("convoy-convoy-1.dat", self.content("convoy-1.dat").decode())
        self.assertFalse("gil ruby_waitq" in self.content("convoy-4.dat").decode())

    def test_latency_of_one_message(self):
        name = "convoy/kernel:k/mode:gil/lock:cpython3/workers:1"
        path = self.write(json.dumps({"benchmarks": [
            {"name": name, "real_time": 5, "time_unit": "ms", "p50_s": 0.005, "p99_s": 0.005,
             "messages": 1}]}))
        self.write(f"# row: {name}\n5000.0 0.0 1 1.0\n5000.0 1.0 1\n#[Max = 5000.0]\n",
                   "result.hgrm")
        self.plot(path, out=os.path.join(self.folder, "out"))
        self.assertIn("\n1 0.005 ? ? ?\n", self.content("out/convoy-1.dat").decode())

    def test_bandwidth(self):
        self.assertEqual(self.tables("bandwidth"), ["bandwidth-real.dat", "bandwidth.dat"])
        self.assert_tables("bandwidth", "bandwidth")

    def test_pictures_that_would_be_too_high(self):
        made = [{"name": f"times/kernel:k/mode:{mode}/workers:1", "real_time": 1, "time_unit": "s"}
                for mode in ("sequential", *range(2000))]
        path = self.write(json.dumps({"benchmarks": made}))
        with without_gnuplot():
            done = call("plot", path)
        self.assert_fails(done, f"plot: {path}: no picture of ", "times: ",
                          " pixels high, at most 30000 can be drawn")
        self.assertNotIn("times.dat", os.listdir(self.folder))

    def test_primitives(self):
        self.tables("failed")
        self.assertEqual(self.content("primitives.dat").decode().count("\n# "), 2 + 2)

    def test_any_experiment_has_a_picture(self):
        path = self.declared({"name": "handover/lock:l/workers:2", "real_time": 1},
                             {"name": "handover/lock:l/workers:4", "real_time": 300})
        self.plot(path, out=os.path.join(self.folder, "out"))
        picture = self.content("out/handover.svg").decode()
        for text in ("Time from 1.00 ns (l workers:2) to 300 ns (l workers:4)", "2 workers"):
            self.assertTrue(f">{text}<" in picture, text)

    def test_all_rows_failed(self):
        path = self.declared({"name": "handover/op:x", "error_occurred": True,
                              "error_message": "no"})
        self.assert_fails(call("plot", path), "no picture of handover: all rows failed")


class Options(Drawing):
    def test_rows_and_what_they_are_compared_with(self):
        out = f"--out={self.folder}"
        with without_gnuplot():
            self.assert_works(call("plot", out, "--rows=lock:cpython3/workers:2", "small.json"))
        table = self.content("times.dat").decode()
        self.assertEqual([line[2:] for line in table.split("\n") if line.startswith("# ")][3:],
                         ["sequential", "gil cpython3", "processes cpython3"])
        self.assertEqual(self.content("speedup.dat").decode().count("\n2 "), 2)
        self.assertNotIn("\n4 ", table)

    def test_rows_that_do_not_exist(self):
        self.assert_fails(call("plot", f"--out={self.folder}", "--rows=lock:x", "small.json"),
                          "plot: small.json: no row's name matches --rows=lock:x; names are such "
                          "as times/kernel:countdown/mode:sequential/workers:1")

    def test_bad_expression(self):
        done = call("plot", "--rows=(", "small.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("argument --rows: '(' is not a regular expression", done.stderr)

    def test_title_and_all_formats(self):
        path = self.declared({"name": "handover/op:y", "real_time": 1})
        out = os.path.join(self.folder, "out")
        names = self.plot("--format=png", "--format=pdf", "--title=One <&> two", path, out=out)
        self.assertEqual(names, [f"handover.{end}" for end in ("dat", "pdf", "png", "svg")])
        picture = xml.etree.ElementTree.fromstring(self.content("out/handover.svg"))
        self.assertIn("One <&> two", picture.itertext())
        self.assertTrue(self.content("out/handover.pdf").startswith(b"%PDF-"))

    def test_default_formats(self):
        path = self.declared({"name": "handover/op:y", "real_time": 1})
        with mock.patch.object(gnuplot, "draw") as draw:
            self.assert_works(call("plot", path))
        self.assertEqual(list(draw.call_args.args[3]), ["svg", "png"])

    def test_folder(self):
        shutil.copy(os.path.join(GOLDEN, "small.json"), self.folder)
        shutil.copy(os.path.join(GOLDEN, "bandwidth.json"), self.folder)
        with without_gnuplot():
            self.assert_works(call("plot", self.folder))
        self.assertLess({"times.dat", "bandwidth.dat"}, {*os.listdir(self.folder)})

    def test_without_file_the_newest(self):
        latest = os.path.join(self.folder, "results", "m", "latest")
        os.makedirs(latest)
        path = shutil.copy(os.path.join(GOLDEN, "small.json"), latest)
        os.utime(path, (2 ** 32, 2 ** 32))
        with without_gnuplot():
            self.assert_works(call("plot", cwd=self.folder))
        self.assertIn("times.dat", os.listdir(latest))


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
        self.assert_fails(call("plot", "--format=svg", path), "needs a sequential row")
        self.assertEqual(sorted(os.listdir(self.folder)), ["result.json", "times.dat",
                                                           "times.svg"])

    def test_two_files_with_the_same_pictures(self):
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={self.folder}", "small.json", "large.json",
                                   "convoy.json"))
        self.assertEqual({name for name in os.listdir(self.folder) if "convoy" not in name},
                         {f"{stem}-{what}.dat" for stem in ("small", "large")
                          for what in ("speedup", "times")})
        self.assertIn("convoy-1.dat", os.listdir(self.folder))

    def test_folders_of_two_machines(self):
        folders = [os.path.join(self.folder, name) for name in ("one", "two")]
        for folder, name in zip(folders, "ab"):
            os.mkdir(folder)
            shutil.copy(os.path.join(GOLDEN, f"{name}.json"), os.path.join(folder, "times.json"))
        out = os.path.join(self.folder, "out")
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={out}", *folders))
        self.assertEqual(set(os.listdir(out)),
                         {f"{machine}-{what}{group}.dat" for machine in "ab"
                          for what in ("speedup", "times") for group in ("", "-real")})

    def test_folders_of_two_machines_with_several_files(self):
        paths = []
        for name in "ab":
            folder = os.path.join(self.folder, name)
            os.mkdir(folder)
            paths += [shutil.copy(os.path.join(GOLDEN, f"{name}.json"), os.path.join(folder, file))
                      for file in ("times.json", "more.json")]
        out = os.path.join(self.folder, "out")
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={out}", "--rows=mode:gil", *paths))
        self.assertEqual(set(os.listdir(out)),
                         {f"{machine}-{stem}-{what}.dat" for machine in "ab"
                          for stem in ("times", "more") for what in ("speedup", "times")})

    def test_two_files_of_one_name_and_machine(self):
        path = shutil.copy(os.path.join(GOLDEN, "small.json"),
                           os.path.join(self.folder, "small.json"))
        done = call("plot", f"--out={self.folder}", "small.json", path)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"small.json and {path} would write the same pictures", done.stderr)
        self.assertEqual(os.listdir(self.folder), ["small.json"])

    def test_two_files_with_different_pictures(self):
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={self.folder}", "small.json", "convoy.json"))
        self.assertLess({"times.dat", "convoy-1.dat"}, {*os.listdir(self.folder)})

    def test_folder_that_cannot_be_made(self):
        path = self.write("")
        self.assert_fails(call("plot", f"--out={path}/x", "small.json"), f"plot: {path}",
                          "Not a directory")
        self.assert_fails(call("plot", f"--out={path}", "small.json"), f"plot: {path}: is not a folder")

    def test_no_gnuplot(self):
        environment = {**ENVIRONMENT, "PATH": self.folder}
        self.assert_fails(run("plot", f"--out={self.folder}", "small.json", env=environment),
                          "plot: gnuplot: not found", "gnuplot-nox")

    def test_broken_file(self):
        self.assert_fails(call("plot", "/nowhere"), "plot: /nowhere: No such file")


if __name__ == "__main__":
    unittest.main()
