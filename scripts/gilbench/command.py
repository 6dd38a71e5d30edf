"""What the commands in this folder share as commands: how they fail, print and write files.

run() turns every expected failure into one line on standard error, `COMMAND: WHAT: REASON`, and
exit status 1 (argparse itself ends with 2 for a wrong command line). whole_files() lets files
appear under their final names only when all of them are complete.
"""

import argparse
import contextlib
import os
import signal
import sys
import tempfile


class ToolError(Exception):
    """A failure that one line explains; `where` is the file or thing it is about."""

    def __init__(self, where, reason):
        super().__init__(f"{where}: {reason}")


def printable(text):
    """The text with everything that could disturb a terminal or a table replaced by `?`."""
    return "".join(character if character.isprintable() else "?" for character in str(text))


def parser(description, example):
    """An argument parser whose --help ends with an example."""
    return argparse.ArgumentParser(description=description, epilog=f"example:\n  {example}",
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def command_name():
    return os.path.basename(sys.argv[0])


def complain(error):
    """Print the one line that explains a failure."""
    print(f"{command_name()}: {printable(error)}", file=sys.stderr)


def for_each(paths, work):
    """Call work(path) for every path, going on after a failure; returns the exit status."""
    status = 0
    for path in paths:
        try:
            work(path)
        except ToolError as error:
            complain(error)
            status = 1
    return status


def run(main):
    """Call main(), which returns an exit status, and end the process with the right status."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    if sys.stdout is None:
        complain("standard output: closed")
        sys.exit(1)
    sys.stdout.reconfigure(errors="replace")
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except ToolError as error:
        complain(error)
        status = 1
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        discard_output()
        status = 1
    sys.exit(status)


def discard_output():
    """Keep the interpreter from failing once more when it flushes standard output at its end."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def whole_files(folder):
    """Give a folder to write files into; if the block succeeds, move them all to `folder`.

    Prints the names under which they then lie there.
    """
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
            yield unfinished
            names = sorted(os.listdir(unfinished))
            for name in names:
                os.replace(os.path.join(unfinished, name), os.path.join(folder, name))
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise ToolError(where, error.strerror or error) from error
    for name in names:
        print(printable(os.path.join(folder, name)))


def with_scipy():
    """The module `difference`; a ToolError if scipy, which it needs, is missing."""
    try:
        from gilbench import stats as difference
    except ImportError as error:
        raise ToolError("scipy", f"{error}; install it with: apt-get install python3-scipy") \
            from error
    return difference


def folder_of(path):
    """The folder a file lies in."""
    return os.path.dirname(path) or "."
