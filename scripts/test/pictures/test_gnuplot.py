"""What reaches gnuplot, and what makes it fail: names, texts, environment, full disks, signals.

Most tests draw SVG only: for PNG gnuplot loads fonts, which takes most of its time.
"""

import glob
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, SCRIPTS, Case, call, needs_scipy, run

FOLDERS = ("|touch pwn #", "<touch pwn", "a'b", 'a"b', "a\nb", "a\\", "@x", "{}", "`touch pwn`",
           "$(touch pwn)", "%s", b"\xff".decode(errors="surrogateescape"))
TEXTS = ("a\\", "'a b", 'q"]]>"', "|touch pwn", "<touch pwn", "`touch pwn`", "$(touch pwn)", "@x",
         "{Symbol a}", "%s%d", "\x1b[2J\n", "\ud800", "a\tb", "é世界")


def limit(size):
    """Let no file of the child grow beyond a size, as on a disk that fills up."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def tiny(kernel="k", locks=("l",), machine="m"):
    """A small file that gives one picture."""
    rows = [{"name": f"bandwidth/kernel:{kernel}/mode:gil/lock:{lock}/workers:{workers}",
             "real_time": 1, "time_unit": "s", "packets_per_s": 1.0}
            for lock in locks for workers in (0, 1)]
    return json.dumps({"context": {"machine": machine}, "benchmarks": rows})


class Names(Case):
    """Nothing in a path or a text is executed."""

    def assert_untouched(self):
        found = [name for _, folders, files in os.walk(self.folder) for name in folders + files]
        self.assertNotIn("pwn", found)

    def test_folders(self):
        # Only at its beginning does a path matter to gnuplot: the other names lie in each other.
        for place, name in enumerate((*FOLDERS[:2], os.path.join(*FOLDERS[2:]))):
            with self.subTest(name):
                folder = os.path.join(self.folder, name)
                os.makedirs(folder)
                path = self.write(tiny(), os.path.join(folder, "a.json"))
                given = [f"--out={name}", path] if place % 2 else [f"{name}/a.json"]
                self.assert_works(call("plot", "--format=svg", *given, cwd=self.folder))
                self.assertEqual(len(os.listdir(folder)), 3)
                self.assert_untouched()

    @needs_scipy
    def test_folder_of_fidelity(self):
        os.mkdir(os.path.join(self.folder, FOLDERS[0]))
        shutil.copy(os.path.join(GOLDEN, "real.json"), os.path.join(self.folder, FOLDERS[0]))
        path = f"{FOLDERS[0]}/real.json"
        self.assert_works(call("fidelity", path, cwd=self.folder))
        self.assertEqual(len(os.listdir(os.path.join(self.folder, FOLDERS[0]))), 1 + 3)
        self.assert_untouched()

    def test_the_programs_lie_in_a_strange_folder(self):
        copy = os.path.join(self.folder, "|touch pwn #")
        shutil.copytree(os.path.join(SCRIPTS, "gilbench"), os.path.join(copy, "gilbench"),
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(os.path.join(SCRIPTS, "plot"), copy)
        os.symlink(os.path.join(copy, "plot"), os.path.join(self.folder, "link"))
        self.write(tiny(), "times.json")
        done = subprocess.run(["./link", "--format=svg", "times.json"], cwd=self.folder,
                              check=False, env=ENVIRONMENT, capture_output=True,
                              encoding="utf-8")
        self.assert_works(done)
        self.assert_untouched()

    def test_texts(self):
        for kernel, machine in ((" ".join(TEXTS), "m"), ("k", " ".join(TEXTS)), ("a\\", "a\"")):
            path = self.write(tiny(kernel, TEXTS, machine))
            done = call("plot", "--format=svg", f"--out={self.folder}", path, cwd=self.folder)
            self.assert_works(done)     # it checks that the SVG is well-formed and has all texts
            self.assert_untouched()


class Environment(Case):
    def test_variables_do_not_matter(self):
        home = os.path.join(self.folder, "home")
        os.mkdir(home)
        with open(os.path.join(home, ".gnuplot"), "w", encoding="utf-8") as file:
            file.write("exit status 3\n")
        pictures = []
        for variables in ({}, {"HOME": home, "GNUTERM": "qt", "GDFONTPATH": "/nowhere",
                               "GNUPLOT_DEFAULT_GDFONT": "x", "GNUPLOT_LIB": "/nowhere",
                               "GNUPLOT_PS_DIR": "/nowhere", "FONTCONFIG_FILE": "/dev/null",
                               "FONTCONFIG_PATH": "/nowhere", "LC_ALL": "C",
                               "LD_BIND_NOW": "1"}):
            out = os.path.join(self.folder, str(len(pictures)))
            self.assert_works(run("plot", f"--out={out}", self.write(tiny()),
                                  env={**ENVIRONMENT, **variables}))
            pictures.append({name: self.content(os.path.join(out, name))
                             for name in os.listdir(out)})
        self.assertTrue(pictures[0] == pictures[1])


class Failures(Case):
    """gnuplot that fails is noticed, whatever its status."""

    def gnuplot(self, script):
        """Run plot with a stand-in for gnuplot."""
        path = self.write(f"#!/bin/sh\n{script}\n", "gnuplot")
        os.chmod(path, 0o755)
        out = os.path.join(self.folder, "out")
        with mock.patch.dict(os.environ, PATH=f"{self.folder}:/usr/bin:/bin"):
            done = call("plot", "--format=svg", f"--out={out}", self.write(tiny()))
        self.assertEqual(os.listdir(out), [])
        return done

    def test_status(self):
        self.assert_fails(self.gnuplot("echo 'no such font' >&2; exit 3"), "ended with status 3",
                          "no such font")

    def test_complaint(self):
        self.assert_fails(self.gnuplot("/usr/bin/gnuplot \"$@\"; echo 'warning: no font' >&2"),
                          "the picture may be incomplete: warning: no font")

    def test_half_a_picture(self):
        self.assert_fails(self.gnuplot("printf '<svg>' > picture.svg"), "wrote only a part")

    def test_missing_text(self):
        script = "/usr/bin/gnuplot \"$@\"; sed -i 's/gil l/g/' picture.svg"
        self.assert_fails(self.gnuplot(script), "left out the text 'gil l'")

    def test_no_valid_svg(self):
        script = "/usr/bin/gnuplot \"$@\"; sed -i 's/<g/<g <g/' picture.svg"
        self.assert_fails(self.gnuplot(script), "is not well-formed")

    def test_full_disk(self):
        for size in (0, 5000):
            with self.subTest(size):
                out = os.path.join(self.folder, str(size))
                done = run("plot", "--format=svg", f"--out={out}", self.write(tiny()),
                           preexec_fn=limit(size))
                self.assert_fails(done, "plot: ")
                self.assertEqual(os.listdir(out), [])


def signals_by_default():
    """In a child: shells have their background jobs ignore some signals, which tests inherit."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Signals(Case):
    """A command that is stopped leaves nothing behind and ends by the signal."""

    def stop(self, number, command="plot", before=signals_by_default, files=()):
        """Send a signal while gnuplot runs."""
        files = files or [self.write(tiny())]
        path = self.write("#!/bin/sh\nexec sleep 60\n", "gnuplot")
        os.chmod(path, 0o755)
        out = os.path.join(self.folder, "out")
        child = subprocess.Popen(
            [os.path.join(SCRIPTS, command), f"--out={out}", *files], cwd=GOLDEN,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=before,
            env={**ENVIRONMENT, "PATH": f"{self.folder}:/usr/bin:/bin"})
        while not glob.glob(os.path.join(out, ".unfinished-*", "gnuplot")):
            self.assertIsNone(child.poll())
            time.sleep(0.01)
        child.send_signal(number)
        return child, out

    def test_stopped(self):
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            with self.subTest(number):
                child, out = self.stop(number)
                said = child.communicate()[1]
                self.assertEqual((child.returncode, said), (-number, b""))
                self.assertEqual(os.listdir(out), [])

    @needs_scipy
    def test_fidelity(self):
        child, out = self.stop(signal.SIGTERM, "fidelity", files=("real.json",))
        self.assertEqual((child.communicate()[1], child.returncode), (b"", -signal.SIGTERM))
        self.assertEqual(os.listdir(out), [])

    def test_ignored_hangup_stays_ignored(self):
        child, out = self.stop(signal.SIGHUP,
                               before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(0.2)
        self.assertIsNone(child.poll())
        child.terminate()
        child.communicate()
        self.assertEqual(os.listdir(out), [])


if __name__ == "__main__":
    unittest.main()
