"""Find the blocks of output in the documents, and make them again.

A block stands below a marker, on a line of its own:

    <!-- output: scripts/table results/NAME/times.json -->
    <!-- output: scripts/table results/NAME/times.json | lines 12-22 -->

The commands run in the root of the repository. Allowed are those that only read results/ and print.
"""

import os
import re
import shlex
import subprocess
from typing import NamedTuple

from support import SCRIPTS, call

ROOT = os.path.dirname(SCRIPTS)
MARKER = re.compile(r"^<!-- output: (?P<command>[^|\n]*?)"
                    r"(?: \| lines (?P<first>\d+)-(?P<last>\d+))? -->\n+"
                    r"```[a-z]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ANY_MARKER = re.compile(r"^<!-- output:", re.MULTILINE)
ALLOWED = {"scripts/table": (), "scripts/compare": (), "scripts/export": (),
           "scripts/fidelity": ("--no-pictures",)}


class BadMarker(Exception):
    """A marker that cannot be used; the text says why."""


class Block(NamedTuple):
    """A block of output: where it stands in the text, and what should be there."""

    marker: str
    start: int
    end: int
    text: str
    expected: str


def documents():
    """The Markdown files of the repository that git tracks or would track."""
    command = ["git", "ls-files", "-z", "-co", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [path for path in map(os.fsdecode, listed.split(b"\0"))
            if path and os.path.exists(os.path.join(ROOT, path))]


def output(command):
    """What a command prints; options that it needs in order to only print are added."""
    name, *arguments = shlex.split(command)
    if name not in ALLOWED:
        raise BadMarker(f"`{command}`: allowed are {', '.join(ALLOWED)}")
    files = [argument for argument in arguments if not argument.startswith("-")]
    for path in files:
        if not os.path.normpath(path).startswith("results/"):
            raise BadMarker(f"`{command}`: {path} does not lie in results/")
    if any(argument.startswith("--out") for argument in arguments):
        raise BadMarker(f"`{command}`: --out is not allowed")
    options = [option for option in ALLOWED[name] if option not in arguments]
    done = call(os.path.basename(name), *options, *arguments, cwd=ROOT)
    if done.returncode:
        raise BadMarker(f"`{command}` failed: {done.stderr.strip()}")
    return done.stdout


def selected(text, first, last):
    """Lines from `first` to `last`, counted from 1; all without the empty ones at the end."""
    if first is None:
        return text.rstrip("\n") + "\n"
    lines = text.splitlines()[int(first) - 1:int(last)]
    if len(lines) < int(last) - int(first) + 1:
        raise BadMarker(f"lines {first}-{last}: the output has {len(text.splitlines())} lines")
    return "\n".join(lines) + "\n"


def blocks(text):
    """All Blocks of a document."""
    found = []
    for match in MARKER.finditer(text):
        expected = selected(output(match["command"]), match["first"], match["last"])
        found.append(Block(match["command"], match.start("text"), match.end("text"), match["text"],
                           expected))
    if len(found) < len(ANY_MARKER.findall(text)):
        raise BadMarker("a marker `<!-- output: COMMAND -->` has no fenced block below it, or is "
                        "misspelt")
    return found


def updated(text):
    """The document with what its blocks should be."""
    for block in reversed(blocks(text)):
        text = text[:block.start] + block.expected + text[block.end:]
    return text
