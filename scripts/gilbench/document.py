"""Load the JSON of a result file: its text, and the document checked for its outermost shape."""

import json
import os
import stat
from typing import NamedTuple

from gilbench.command import ToolError

MADE_BY = "a result file is the JSON that `gilbench --out=FILE` writes"
LARGEST = 256 << 20     # bytes; a run of several hours writes about 10 MiB
GZIP = b"\x1f\x8b"
PIPED = "/dev/stdin"    # from where gilbench lets its results be read if it keeps no file


class Text(NamedTuple):
    """The text of a file, and what identifies the file whatever name it was opened under."""

    text: str
    identity: tuple


def load(path):
    """The Text of a regular file in UTF-8."""
    try:
        content, identity = content_of(path)
        text = content.decode()
    except UnicodeDecodeError as error:
        reason = ("is compressed by gzip; decompress it first" if content.startswith(GZIP)
                  else f"byte {error.start} is not UTF-8; {MADE_BY}")
        raise ToolError(path, reason) from error
    except (OSError, ValueError) as error:
        raise ToolError(path, getattr(error, "strerror", None) or error) from error
    if not text.strip():
        raise ToolError(path, f"is empty; {MADE_BY}")
    return Text(text, identity)


def content_of(path):
    """The bytes of a regular file, and its device and inode.

    Without O_NONBLOCK, opening a FIFO would wait for a writer.
    """
    with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
        facts = os.fstat(file.fileno())
        if stat.S_ISDIR(facts.st_mode):
            raise ToolError(path, "Is a directory")
        if not stat.S_ISREG(facts.st_mode):
            raise ToolError(path, f"is not a regular file; {MADE_BY}")
        content = file.read() if facts.st_size <= LARGEST else b""
    if facts.st_size > LARGEST:
        raise ToolError(path, f"is larger than {LARGEST >> 20} MiB; {MADE_BY}")
    return content, (facts.st_dev, facts.st_ino)


def parse(path, text):
    """The JSON document in a text: an object with a list `benchmarks`."""
    try:
        document = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        if not text[error.pos:].strip() or error.msg.startswith("Unterminated string"):
            raise ToolError(path, f"line {error.lineno}: the file ends in the middle (is it "
                            f"truncated?); {MADE_BY}") from error
        raise ToolError(path, f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}; "
                        f"{MADE_BY}") from error
    except (RecursionError, ValueError) as error:
        raise ToolError(path, f"not readable as JSON: {error}; {MADE_BY}") from error
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise ToolError(path, f"JSON without a `benchmarks` list; {MADE_BY}")
    return document


def unique(pairs):
    """An object as a dictionary; a key that occurs twice would hide one of its values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"an object has the key `{twice}` twice")
    return found
