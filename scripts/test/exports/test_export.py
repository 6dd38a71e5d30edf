"""scripts/export as a command: what it refuses, where it writes, and Markdown."""

import json
import os
import shutil
import stat
import subprocess
import sys
import unittest
from unittest import mock

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "table")]
from made import FEW, document, entries, failed
from support import GOLDEN, Case, call, needs_scipy, run, working_in

from gilbench import latest

FORMATS = ("csv", "markdown", "benchstat", "github-action")


def content(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


@needs_scipy
class Refused(Case):
    """Bad input: one line, exit status 2, and nothing written."""

    def assert_refused(self, *files, parts):
        out = os.path.join(self.folder, "out")
        for name in FORMATS:
            with self.subTest(name):
                for options in ((), (f"--out={out}",)):
                    done = call("export", f"--to={name}", *options, *files)
                    self.assert_fails(done, *parts, status=2)
                    self.assertEqual(done.stdout, "")
                    self.assertFalse(os.path.exists(out))

    def test_no_results(self):
        self.assert_refused(self.folder, parts=[f"export: {self.folder}: has no result files"])
        self.assert_refused("/nowhere.json", parts=["/nowhere.json: No such file"])

    def test_no_result_file(self):
        self.assert_refused(self.write("{"), parts=["the file ends in the middle"])
        self.assert_refused(self.write("name,value\n"), parts=["not JSON"])
        self.assert_refused(self.write("[]"), parts=["JSON without a `benchmarks` list"])

    def test_no_rows(self):
        self.assert_refused(self.write(document([])), parts=["the file has no rows at all"])
        row = {"name": "unknown/lock:x", "real_time": 1, "time_unit": "s"}
        self.assert_refused(self.write(document([row])),
                            parts=["no rows of bandwidth, ", "it has rows of unknown"])

    def test_all_samples_failed(self):
        path = self.write(document(failed(row, "crash") for row in entries(FEW, runs=2, rounds=2)))
        self.assert_refused(path, parts=["all 12 samples failed; the first, times/kernel:countdown/"
                                         "mode:sequential/workers:1: crash"])

    def test_the_same_file_twice(self):
        self.assert_refused("a.json", "./a.json", parts=["./a.json: is the same file as a.json"])

    def test_a_bad_file_among_good_ones(self):
        self.assert_refused("a.json", "/nowhere.json", parts=["/nowhere.json: No such file"])

    def test_usage(self):
        for arguments, part in ((("small.json",), "--to"),
                                (("--to=xml", "small.json"), "invalid choice: 'xml'"),
                                (("--to=csv", "--better=lower", "small.json"),
                                 "--better is for --to=github-action"),
                                (("--to=csv", "--out=", "small.json"), "--out: '' names no file"),
                                (("--to=csv", "--out=x/", "small.json"), "names no file")):
            done = call("export", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(part, done.stderr)


@needs_scipy
class Output(Case):
    """Where the text goes."""

    def test_file(self):
        out = os.path.join(self.folder, "new", "x.csv")
        done = call("export", "--to=csv", f"--out={out}", "small.json")
        self.assertEqual(done, (0, f"{out}\n", ""))
        self.assertEqual(content(out), call("export", "--to=csv", "small.json").stdout)
        self.assertEqual(os.listdir(os.path.dirname(out)), ["x.csv"])

    def test_an_older_file_is_replaced_through_its_link(self):
        path, link = self.write("old", "x.md"), os.path.join(self.folder, "link")
        os.symlink("x.md", link)
        self.assert_works(call("export", "--to=markdown", f"--out={link}", "small.json"))
        self.assertTrue(os.path.islink(link))
        self.assertIn("| gil cpython3 |", content(path))

    def test_an_older_file_stays_if_nothing_can_be_written(self):
        path = self.write("old", "x.csv")
        with mock.patch("os.replace", side_effect=OSError(28, "No space left on device", path)):
            self.assert_fails(call("export", "--to=csv", f"--out={path}", "small.json"),
                              f"{path}: No space left on device", status=2)
        self.assertEqual((content(path), os.listdir(self.folder)), ("old", ["x.csv"]))

    def test_never_over_a_result(self):
        path = os.path.join(self.folder, "times.json")
        shutil.copy(os.path.join(GOLDEN, "small.json"), path)
        self.assert_fails(call("export", "--to=csv", f"--out={path}", path),
                          "times.json: is one of the files to export", status=2)
        self.assertEqual(content(path), content(os.path.join(GOLDEN, "small.json")))

    def test_full(self):
        for name in FORMATS:
            with open("/dev/full", "w", encoding="utf-8") as full:
                self.assert_fails(run("export", f"--to={name}", "small.json", stdout=full),
                                  "export: standard output: No space left on device", status=2)
        self.assert_fails(call("export", "--to=csv", "--out=/dev/full", "small.json"),
                          "export: /dev/full: No space left on device", status=2)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))

    def test_no_file_there(self):
        self.assert_fails(call("export", "--to=csv", f"--out={self.folder}", "small.json"),
                          f"{self.folder}: Is a directory", status=2)
        self.assert_fails(call("export", "--to=csv", "--out=/dev/null/x", "small.json"),
                          "export: /dev/null: is not a folder", status=2)

    def test_broken_pipe(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            self.assert_fails(run("export", "--to=csv", "small.json", stdout=pipe),
                              "export: standard output: Broken pipe", status=2)

    def test_help(self):
        done = call("export", "--help")
        self.assert_works(done)
        for name in FORMATS:
            self.assertIn(f"\n  {name} ", done.stdout)


@needs_scipy
class Input(Case):
    """Folders, and the newest result where no file is named."""

    def test_folder(self):
        for name in ("small", "bandwidth"):
            shutil.copy(os.path.join(GOLDEN, f"{name}.json"), self.folder)
        text = call("export", "--to=csv", self.folder).stdout
        self.assertEqual(text.count(os.path.join(self.folder, "small.json")), 88)
        self.assertIn(",bandwidth,", text)

    def test_newest(self):
        os.makedirs(os.path.join(self.folder, "results", "m", "latest"))
        self.write(document(entries(FEW)), "results/m/latest/times.json")
        with mock.patch.object(latest, "REPOSITORY", self.folder), working_in(self.folder):
            self.assertIn("# file: results/m/latest/times.json\n",
                          call("export", "--to=benchstat", cwd=self.folder).stdout)

    def test_rows_of_which_nothing_is_known_are_said(self):
        unknown = {"name": "unknown/lock:x", "real_time": 1, "time_unit": "s"}
        path = self.write(document([unknown, *entries(FEW)]))
        for name in FORMATS:
            done = call("export", f"--to={name}", path)
            self.assertEqual((done.returncode, done.stderr), (
                0, f"export: {path}: left out: rows of unknown, of which the file does not say "
                "what they measure\n"))


@needs_scipy
class Markdown(Case):
    def test_golden(self):
        done = call("export", "--to=markdown", "c.json")
        self.assert_works(done)
        self.assert_golden("export-c.markdown", done.stdout)
        self.assertIn("- verdict: disturbed\n", done.stdout)

    def test_an_experiment_of_which_all_samples_failed(self):
        rows = [*entries(FEW), {"name": "bandwidth/kernel:k/mode:gil/workers:0",
                                 "error_occurred": True, "error_message": "crash"}]
        done = call("export", "--to=markdown", self.write(json.dumps({"benchmarks": rows})))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("all 1 samples of `bandwidth` failed"), 1)
        self.assertIn("| gil cpython3 |", done.stdout)
        self.assertIn(r"all 1 samples of \`bandwidth\` failed", done.stdout)

    @unittest.skipUnless(shutil.which("cmark-gfm"), "no cmark-gfm: apt-get install cmark-gfm")
    def test_github_shows_it(self):
        """By the parser that GitHub uses: tables with all their cells, and no markup from names."""
        row = {"name": "times/kernel:k/mode:a|b<i>&*_`/workers:1", "real_time": 1,
               "time_unit": "s"}
        text = call("export", "--to=markdown", "c.json", self.write(document([row]))).stdout
        done = subprocess.run(["cmark-gfm", "-e", "table", "--unsafe"], input=text, check=True,
                              capture_output=True, encoding="utf-8")
        self.assertEqual(done.stdout.count("<table>"), 3)
        for part in ("<li>verdict: disturbed</li>", "<td>gil cpython2</td>\n<td align=\"right\">"
                     "419 ms 1.06x \u00b12 %</td>", "<td>a|b&lt;i&gt;&amp;*_`</td>"):
            self.assertIn(part, done.stdout)
        self.assertNotIn("<i>", done.stdout)


if __name__ == "__main__":
    unittest.main()
