"""Load the JSON of a result file: the text, and the document checked for its outermost shape."""

import json

from gilbench.command import ToolError

MADE_BY = "a result file is the JSON that `gilbench --out=FILE` writes"


def load(path):
    """The text of a file."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise ToolError(path, f"byte {error.start} is not UTF-8; {MADE_BY}") from error
    except (OSError, ValueError) as error:
        raise ToolError(path, getattr(error, "strerror", None) or error) from error
    if not text.strip():
        raise ToolError(path, f"is empty; {MADE_BY}")
    return text


def parse(path, text):
    """The JSON document in a text: an object with a list `benchmarks`."""
    try:
        document = json.loads(text)
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
