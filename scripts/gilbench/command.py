"""What the commands share: how they fail, print, react to signals and write files.

start() turns every expected failure into one line on standard error, `COMMAND: WHAT: REASON`, and
exit status 1, or 2 for a wrong command line, as argparse does. whole_files() lets files
appear under their final names only after all of them are complete.
"""

import argparse
import contextlib
import gc
import importlib
import os
import resource
import signal
import sys
import tempfile

STOPPING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


class ToolError(Exception):
    """A failure that one line explains; `where` is the file or thing it is about."""

    status = 1      # with which the command ends

    def __init__(self, where, reason):
        super().__init__(f"{where}: {reason}")
        self.reason = str(reason)


class Misuse(ToolError):
    """The command line asks for what cannot be done."""

    status = 2


class Stopped(BaseException):
    """A signal asked the command to stop."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


def printable(text):
    """The text with everything that could disturb a terminal or a table written as an escape."""
    text = str(text)
    if text.isprintable():
        return text
    return "".join(character if character.isprintable()
                   else character.encode("unicode_escape").decode() for character in text)


def parser(name, description, example):
    """An argument parser whose --help ends with an example."""
    return argparse.ArgumentParser(prog=name, description=description,
                                   epilog=f"example:\n  {example}",
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def complain(name, error):
    """Print the one line that explains a failure."""
    if sys.stderr:
        print(f"{name}: {printable(error)}", file=sys.stderr)


def for_each(name, items, work):
    """Call work(item) for every item, continuing after a failure; returns the exit status."""
    status = 0
    for item in items:
        try:
            work(item)
        except ToolError as error:
            complain(name, error)
            status = max(status, error.status)
    return status


def start(name):
    """Run the command of a module with the process's arguments and end the process with its status.

    The module is imported only here, where a signal no longer leads to a traceback. Cycles of
    objects are not collected: a command lives shortly and keeps what it reads, so a search for them
    finds nothing and takes a third of the time.
    """
    gc.disable()
    for number in STOPPING:
        if signal.getsignal(number) != signal.SIG_IGN:      # as set by nohup
            signal.signal(number, stop)
    try:
        module = importlib.import_module(f"gilbench.commands.{name}")
        status = run(module.NAME, module.main, sys.argv[1:])
    except Stopped as stopped:
        end_by(stopped.number)
    sys.exit(status)


def stop(number, _frame):
    raise Stopped(number)


def end_by(number):
    """End the process by a signal, as if it had not been caught, but without a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def run(name, main, arguments):
    """Call main(arguments) and report a failure; returns the exit status."""
    if sys.stdout is None:
        complain(name, "standard output: closed")
        return 1
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        status = called(main, arguments)
        sys.stdout.flush()
        return status
    except ToolError as error:
        complain(name, error)
        return error.status
    except MemoryError:
        complain(name, "not enough memory")
    except OSError as error:
        complain(name, f"{error.filename or 'standard output'}: {error.strerror or error}")
        discard_output()
    return 1


def called(main, arguments):
    """The status that main() returns, or argparse exits with."""
    try:
        return main(arguments)
    except SystemExit as done:
        return done.code or 0


def discard_output():
    """Keep the interpreter from failing once more when it flushes standard output at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def signals_held():
    """Delay the signals that stop the command until the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def whole_files(folder):
    """Give a folder to write files into; if the block succeeds, move them all to `folder`.

    Prints the names under which they then lie there. Subfolders are for intermediate files and
    are removed. Whatever ends the block early, a signal included, leaves nothing behind.
    """
    try:
        with contextlib.ExitStack() as stack:
            with signals_held():
                os.makedirs(folder, exist_ok=True)
                unfinished = tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder)
                stack.callback(remove, unfinished)
            yield unfinished.name
            with signals_held():
                names = move_all(unfinished.name, folder)
    except FileExistsError as error:
        raise ToolError(error.filename, "is not a folder") from error
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise ToolError(where, error.strerror or error) from error
    for name in names:
        print(printable(os.path.join(folder, name)))


def remove(folder):
    with signals_held():
        folder.cleanup()


def move_all(source, target):
    """Move the files of a folder into another; returns their names."""
    names = sorted(entry.name for entry in os.scandir(source) if entry.is_file())
    for name in names:
        os.replace(os.path.join(source, name), os.path.join(target, name))
    return names


def folder_of(path):
    """The folder that a file lies in."""
    return os.path.dirname(path) or "."
