"""What the tests share: running a command, golden files, broken result files."""

import os
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.dirname(HERE)
GOLDEN = os.path.join(HERE, "golden")
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}

# Set this variable to write the golden texts anew instead of comparing; then read the difference.
ACCEPT = "GILBENCH_ACCEPT" in os.environ


def run(command, *arguments, **options):
    """Run a command of scripts/ in the folder of the golden data."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": GOLDEN,
               "env": ENVIRONMENT, "encoding": "utf-8", "check": False, **options}
    return subprocess.run([os.path.join(SCRIPTS, command), *arguments], **options)


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

    def assert_golden(self, name, text):
        path = os.path.join(GOLDEN, name)
        if ACCEPT:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text)

    def assert_fails(self, done, *parts):
        """The command failed with one line that has all the parts in it."""
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
