"""Tests of what `meson install` installs: it works outside the source tree."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, SCRIPTS, Case, run

MANUAL = os.path.join(os.path.dirname(SCRIPTS), "bench/gilbench.1")
PROGRAMS = ("compare", "export", "fidelity", "plot", "table")
OPTION = re.compile(r"^  (?:-\w, )?--([a-z-]+)(=\S+)?", re.M)
MANUAL_OPTION = re.compile(r"^\.TP\n\.BI? (?:\\-\w, )?\\-\\-([a-z-]+)(= ?\S+)?$", re.M)


def setUpModule():
    if not {"GILBENCH", "GILBENCH_BUILD"} <= set(os.environ):
        raise unittest.SkipTest("needs the built gilbench, in $GILBENCH and $GILBENCH_BUILD")


class Installed(Case):
    """An installation into a folder of its own."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gilbench-test-")
        cls.addClassCleanup(folder.cleanup)
        build = os.environ["GILBENCH_BUILD"]
        subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", folder.name],
                       check=True, stdout=subprocess.PIPE)
        place, = (path for path, _, files in os.walk(folder.name) if "gilbench-table" in files)
        cls.prefix = os.path.dirname(place)

    def run_installed(self, program, *arguments):
        """Run a program as installed, where the source tree is not; it has to succeed."""
        done = subprocess.run([os.path.join(self.prefix, "bin", program), *arguments],
                              cwd=GOLDEN, capture_output=True, encoding="utf-8", env=ENVIRONMENT,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_programs(self):
        self.assertIn("gilbench", self.run_installed("gilbench", "--version"))
        for name in PROGRAMS:
            self.assertIn("usage: ", self.run_installed(f"gilbench-{name}", "--help"))

        self.assert_golden("small.txt", self.run_installed("gilbench-table", "small.json"))
        self.assertIn("| gil cpython2 |", self.run_installed("gilbench-export", "--to=markdown",
                                                             "small.json"))
        drawn = self.run_installed("gilbench-plot", f"--out={self.folder}/drawn", "small.json")
        self.assertIn("drawn/times.png\n", drawn)
        drawn = self.run_installed("gilbench-fidelity", f"--out={self.folder}/drawn", "real.json")
        self.assertIn("drawn/fidelity.svg\n", drawn)

    def test_files(self):
        found = {os.path.relpath(os.path.join(folder, name), self.prefix)
                 for folder, _, files in os.walk(self.prefix) for name in files}
        for name in ("share/man/man1/gilbench.1", "share/doc/gilbench/LICENSE",
                     "share/doc/gilbench/README.md"):
            self.assertIn(name, found)
        self.assertTrue(any(name.startswith("share/gilbench/programs/") for name in found))
        self.assertFalse([name for name in found if "__pycache__" in name or "/bench/" in name])

    def test_scripts_know_nothing_of_the_source_tree(self):
        root = os.path.dirname(SCRIPTS).encode()
        for folder, _, files in os.walk(os.path.join(self.prefix, "share")):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(root, file.read(), name)


class Manual(unittest.TestCase):
    """The manual page."""

    def test_options(self):
        """They are those of `gilbench --help`, with the same names for their values."""
        with open(MANUAL, encoding="utf-8") as file:
            described = {name: value.replace(" ", "")
                         for name, value in MANUAL_OPTION.findall(file.read())}
        text = run(os.environ["GILBENCH"], "--help").stdout.split("Google Benchmark's own")[0]
        self.assertEqual(described, dict(OPTION.findall(text)))


if __name__ == "__main__":
    unittest.main()
