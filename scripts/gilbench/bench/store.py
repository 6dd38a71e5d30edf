"""Where results are kept so that none is lost: a folder for each run.

Below the folder of a machine, results/NAME, each run has a folder of its own, called after the time
at which it began, as in 2026-11-25T04-43-12. The result files and their pictures lie there, so a
picture never lies beside the numbers of another run, and no run writes into the folder of another.
`latest` is a symbolic link to the folder of the last run that was complete. It is renamed into place,
so it always leads to a whole run. A run that was interrupted or failed keeps its folder, and `latest`
stays. Whatever else lies in the folder of the machine is left alone.

One process at a time measures there: it holds a lock on the folder, since two measurements at once
would disturb each other.
"""

import contextlib
import fcntl
import os
import time

from gilbench.command import ToolError

LATEST = "latest"
LATEST_NEW = ".latest-new"
DATE = "%Y-%m-%dT%H-%M-%S"


class Run:
    """A new folder for a run, in the folder of a machine; use it as a context manager.

    Folders in which nothing was left at the end are removed.
    """

    def __init__(self, machine):
        self._machine = machine
        self.latest = os.path.join(machine, LATEST)
        self._lock = lock(machine)
        try:
            if os.path.lexists(self.latest) and not os.path.islink(self.latest):
                raise ToolError(self.latest, "is not a symbolic link, so it cannot lead to the new "
                                "results; rename it")
            self.folder = make_folder(machine)
        except BaseException:
            self._close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            os.rmdir(self.folder)
        self._close()

    def _close(self):
        with contextlib.suppress(OSError):
            os.rmdir(self._machine)
        os.close(self._lock)

    def path(self, name):
        return os.path.join(self.folder, name)

    def complete(self):
        """Let `latest` lead to this run."""
        new = os.path.join(self._machine, LATEST_NEW)
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)      # of a process that was killed
            os.symlink(os.path.basename(self.folder), new)
            os.rename(new, self.latest)
        except OSError as error:
            raise ToolError(self.latest, f"{error.strerror}; the results are in {self.folder}") \
                from error


def lock(folder):
    """Create the folder unless it exists, and lock it; returns the descriptor of the lock."""
    while True:
        descriptor = open_folder(folder)
        if descriptor is None:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise ToolError(folder, "another scripts/bench is measuring for this folder; wait for "
                            "it, since two at once disturb each other") from error
        if leads_to(folder, descriptor):
            return descriptor
        os.close(descriptor)


def open_folder(folder):
    """Create the folder unless it exists, and open it; None if it was removed in between."""
    try:
        os.makedirs(folder, exist_ok=True)
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        raise ToolError(error.filename, "is not a folder, so no results can be kept in it") \
            from error
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise ToolError(folder, "is not a folder, so no results can be kept in it") from error


def leads_to(path, descriptor):
    """Whether the path is still that of the open folder."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def make_folder(parent):
    """A new folder, called after the time; a number is added to a name that is taken."""
    path = base = os.path.join(parent, time.strftime(DATE))
    number = 1
    while True:
        try:
            os.mkdir(path)
            return path
        except FileExistsError:
            number += 1
            path = f"{base}-{number}"
        except OSError as error:
            raise ToolError(parent, error.strerror) from error
