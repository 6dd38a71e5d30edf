"""Files that are no result files, and results that are hostile: always one line and status 1."""

import json
import os
import stat
import subprocess
import time
import unittest

from support import GOLDEN, SCRIPTS, Case, call, needs_scipy, run

ROW = {"name": "times/kernel:k/mode:gil/workers:1", "real_time": 1.0, "time_unit": "s"}


def text_of(*rows, **context):
    return json.dumps({"context": context, "benchmarks": rows})


class Files(Case):
    def assert_refused(self, path, *parts):
        self.assert_fails(call("table", path, cwd=self.folder), *parts)

    def test_special_files(self):
        os.mkfifo(os.path.join(self.folder, "fifo"))
        os.symlink("nowhere", os.path.join(self.folder, "broken"))
        for path, part in (("fifo", "is not a regular file"), ("broken", "No such file"),
                           ("/dev/full", "is not a regular file"),
                           ("/dev/zero", "is not a regular file"),
                           ("a\0b", "embedded null"), ("x" * 5000, "File name too long")):
            self.assert_refused(path, part)

    def test_large_file(self):
        path = self.write("{")
        os.truncate(path, 1 << 40)
        self.assert_refused(path, "is larger than 256 MiB")

    @unittest.skipIf(os.geteuid() == 0, "root can read everything")
    def test_unreadable_file(self):
        path = self.write("{}")
        os.chmod(path, stat.S_IWUSR)
        self.assert_refused(path, "Permission denied")

    def test_gzip(self):
        self.assert_refused(self.write(b"\x1f\x8b\x08\0\0\0\0\0"), "is compressed by gzip")

    def test_names_that_are_not_utf8(self):
        name = b"\xff\x1b[2J.json".decode(errors="surrogateescape")
        self.write(text_of(ROW), name)
        done = run("table", name, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(r"file     \udcff\x1b[2J.json", done.stdout)
        self.assert_refused("no" + name, r"no\udcff\x1b[2J.json: No such file")

    @needs_scipy
    def test_the_same_file_twice(self):
        path = os.path.join(self.folder, "link.json")
        try:
            os.link(os.path.join(GOLDEN, "real.json"), path)
        except OSError as error:
            self.skipTest(f"no hard link: {error}")
        self.assert_fails(call("fidelity", "--no-pictures", "real.json", path),
                          "is the same file as real.json")
        with open(path, "rb") as file:
            self.assert_fails(call("fidelity", "--no-pictures", path,
                                   f"/dev/fd/{file.fileno()}"), "is the same file as")


class Content(Case):
    def assert_refused(self, text, *parts):
        self.assert_fails(call("table", self.write(text)), *parts)

    def test_hostile_json(self):
        for text, part in (("[" * 100000, "not readable as JSON"),
                           ('{"benchmarks": ' + "[" * 900 + "]" * 900 + "}", "has no `name`"),
                           ('{"a": 1, "a": 2, "benchmarks": []}', "the key `a` twice"),
                           ('{"benchmarks": [], "a": ' + "1" * 5000 + "}", "not readable as JSON"),
                           ('{"benchmarks": [], "a": NaN}', "no rows at all")):
            self.assert_refused(text, part)

    def test_hostile_rows(self):
        deep = [0]
        for _ in range(500):
            deep = [deep]
        for changes, part in (({"time_unit": []}, "time_unit is a list"),
                              ({"time_unit": {}}, "time_unit is a dict"),
                              ({"real_time": deep}, "real_time is a list"),
                              ({"real_time": 1.7e308}, "real_time is 1.7e+308; allowed are finite"),
                              ({"real_time": 5e-324}, "real_time is 5e-324; allowed are finite"),
                              ({"real_time": float("inf")}, "real_time is inf"),
                              ({"units": 0}, "units is 0; allowed are numbers above 0"),
                              ({"units": -1.0}, "units is -1.0"),
                              ({"units": "x"}, "units is x"),
                              ({"name": "times/kernel:a/kernel:b/mode:gil/workers:1"},
                               "a key occurs twice in the name"),
                              ({"error_occurred": True, "error_message": deep}, "no reason given")):
            self.assert_refused(text_of({**ROW, **changes}), part)

    def test_numbers_of_many_digits_in_names(self):
        for lock in ("1" * 5000, "0" * 5000, "\u0661", "\ud800", "]]>"):
            done = call("table", self.write(text_of(
                ROW, {**ROW, "name": f"times/kernel:{lock}/mode:gil/lock:{lock}/workers:1"})))
            self.assertEqual((done.returncode, done.stderr), (0, ""), lock)

    def test_hostile_declarations(self):
        for key, value in (("value", "x"), ("value", "a b c d"), ("value", "time s sideways"),
                           ("counters", "a b"), ("counters", "a s lower, b")):
            self.assert_refused(text_of(ROW, **{f"experiment.times.{key}": value}),
                                "context: experiment.times: '", "lower|higher|-")

    def test_a_precision_that_is_no_number(self):
        for precision, part in (("0.019", "known within \u00b11.9 %"), ("x", ""), ("", "")):
            done = call("table", self.write(text_of(ROW, score_precision=precision)))
            self.assert_works(done)
            self.assertIn(part or "machine", done.stdout)
            self.assertEqual("known within" in done.stdout, bool(part))

    def test_a_kernel_of_which_all_rows_failed(self):
        rows = [{**ROW, "name": "times/kernel:countdown/mode:sequential/workers:1"},
                {"name": "times/kernel:chase/mode:sequential/workers:1", "error_occurred": True,
                 "error_message": "x"}]
        done = call("table", self.write(text_of(*rows)))
        self.assert_works(done)
        self.assertRegex(done.stdout, "sequential +1.00 s")
        self.assertIn("kernel   chase, no samples, no sequential row", done.stdout)
        self.assertIn("failed: sequential, 1 worker: 1 of 1 samples: x", done.stdout)

    def test_parts_in_another_order(self):
        names = ("times/kernel:k/mode:gil/lock:a/io:1/x:2/workers:1",
                 "times/kernel:k/lock:a/mode:gil/x:2/workers:1/io:1")
        done = call("table", self.write(text_of(*({**ROW, "name": name} for name in names))))
        self.assertIn("kernel   k, 2 samples per row", done.stdout)
        self.assertEqual(done.stdout.count("gil a io:1 x:2"), 1)

    def test_different_rows_that_read_alike(self):
        names = ("times/kernel:k/mode:gil/lock:a b/workers:1",
                 "times/kernel:k/mode:gil a/lock:b/workers:1",
                 "times/kernel:k/mode:gil/lock:a/b:1 c:2/workers:1",
                 "times/kernel:k/mode:gil/lock:a/b:1/c:2/workers:1")
        done = call("table", self.write(text_of(*({**ROW, "name": name} for name in names))))
        self.assertEqual(done.stdout.count("gil a b"), 4)

    def test_many_samples(self):
        """Twice the samples take about twice as long; it was the square."""
        seconds = []
        for count in (8000, 16000):
            name = "times/kernel:k/mode:{}/workers:1"
            rows = [{**ROW, "name": name.format(mode), "real_time": 1 + n / 1e6}
                    for mode in ("sequential", "gil") for n in range(count // 2)]
            path = self.write(text_of(*rows))
            began = time.process_time()
            self.assert_works(call("table", path))
            seconds.append(time.process_time() - began)
        self.assertLess(seconds[1], 10 * seconds[0])

    @needs_scipy
    def test_ratios_far_apart(self):
        name = "times/kernel:k/mode:{}/workers:{}"
        rows = [{**ROW, "name": name.format(mode, workers), "real_time": value, "units": 10 / value}
                for mode in ("sequential", "gil/lock:l/runtime:r", "real/runtime:r")
                for workers in (1, 2) for value in (1e30, 1e-29, 1e30, 1e-29)]
        path, out = self.write(text_of(*rows)), f"--out={self.folder}"
        other = self.write(text_of({**ROW, "real_time": 1e-29, "name": name.format("gil", 1)},
                                   *rows), "other.json")
        for command in (("table", path), ("plot", out, path), ("fidelity", out, path)):
            self.assert_works(call(*command))
        done = call("compare", path, other)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("lacks a row of another file: k gil, 1 worker", done.stderr)


class Output(Case):
    def table(self, redirection, name="small.json"):
        return subprocess.run(["sh", "-c", f'"$0" {name} {redirection}',
                               os.path.join(SCRIPTS, "table")], cwd=GOLDEN, check=False,
                              capture_output=True, encoding="utf-8")

    def test_closed(self):
        self.assert_fails(self.table(">&-"), "table: standard output: closed")
        self.assertEqual(self.table(">&- 2>&-").returncode, 1)
        done = self.table("2>&-", "/nowhere")
        self.assertEqual((done.returncode, done.stdout), (1, ""))

    def test_broken_pipe(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            self.assert_fails(run("table", "small.json", stdout=pipe),
                              "table: standard output: Broken pipe")

    def test_full(self):
        for arguments in (("small.json",), ("--help",)):
            with open("/dev/full", "w", encoding="utf-8") as full:
                self.assert_fails(run("table", *arguments, stdout=full),
                                  "table: standard output: No space left on device")


if __name__ == "__main__":
    unittest.main()
