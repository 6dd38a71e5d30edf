"""Find the newest result file, for commands that are called without one.

scripts/bench keeps results in results/MACHINE/latest/, a benchmark of Meson in results/ of its build
folder. The newest is the one that was last modified; it is searched in the current folder and in
the source tree that the scripts belong to.
"""

import contextlib
import glob
import os

from gilbench.command import ToolError

PATTERNS = ("results/*/latest/*.json", "build*/results/*.json")
SOURCE_TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def latest():
    """The path of the newest result file; a ToolError if there is none."""
    found = {}
    for root in ("", SOURCE_TREE):
        for pattern in PATTERNS:
            for path in glob.glob(os.path.join(glob.escape(root), pattern)):
                with contextlib.suppress(OSError):      # removed meanwhile
                    found.setdefault(os.path.realpath(path), (os.stat(path).st_mtime_ns, path))
    if not found:
        raise ToolError("no result file", f"there is none like {' or '.join(PATTERNS)}; measure "
                        "with scripts/bench, or name a FILE")
    return max(found.values())[1]


def given_or_latest(paths):
    """The paths given on the command line, or that of the newest result file."""
    return paths or [latest()]
