"""What the tests share: calling a command, golden files, broken result files."""

import contextlib
import importlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.dirname(HERE)
GOLDEN = os.path.join(HERE, "golden")
os.environ.pop("COLUMNS", None)     # tables are as wide as outside a terminal
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
sys.path.insert(0, SCRIPTS)
from gilbench import command, stats        # noqa: E402  (found only with the line above)
from gilbench.pictures import gnuplot, program      # noqa: E402  (likewise)

# Set this variable to write the golden texts anew instead of comparing; then read the difference.
ACCEPT = "GILBENCH_ACCEPT" in os.environ
try:
    stats.library("scipy.special")
    SCIPY = True
except command.ToolError:
    SCIPY = False
needs_scipy = unittest.skipUnless(SCIPY, "scipy is missing: apt-get install python3-scipy")


class Done(NamedTuple):
    """The outcome of a command."""

    returncode: int
    stdout: str
    stderr: str


def run(name, *arguments, **options):
    """Run a command as a process, in the folder of the golden data."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": GOLDEN,
               "env": ENVIRONMENT, "encoding": "utf-8", "check": False, **options}
    return subprocess.run([os.path.join(SCRIPTS, name), *arguments], **options)


@contextlib.contextmanager
def working_in(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def call(name, *arguments, cwd=GOLDEN):
    """The same as run(), in this process: a command takes less time than starting Python."""
    module = importlib.import_module(f"gilbench.commands.{name}")
    out, err = io.StringIO(), io.StringIO()
    with working_in(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = command.run(module.NAME, module.main, arguments)
    return Done(status, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def without_gnuplot():
    """Let commands write the tables of pictures, but not draw them."""
    def write(picture, name, folder, formats=()):
        del formats
        program.page_program(picture.page)
        with open(os.path.join(folder, name + ".dat"), "w", encoding="utf-8") as file:
            file.write(picture.table)

    before, gnuplot.draw = gnuplot.draw, write
    try:
        yield
    finally:
        gnuplot.draw = before


class Case(unittest.TestCase):
    """A test with a folder of its own that compares with golden files."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gilbench-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, text, name="result.json"):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def content(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def assert_golden(self, name, text):
        path = os.path.join(GOLDEN, name)
        if ACCEPT:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text)

    def assert_works(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def assert_fails(self, done, *parts, status=1):
        """The command failed with one line that has all the parts in it."""
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
