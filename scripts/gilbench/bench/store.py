"""The folder results/NAME: where results are kept so that none is lost.

A run writes into a folder of its own, `.measuring-...`. Only when it has succeeded does its file
take the place of the older one, which is moved to `older/DATE/` together with its distributions
and its pictures, DATE being the time of that file. The pictures go first and the file last, so an
interruption never leaves pictures beside numbers that they do not show, and the next run completes
what was begun. One process at a time works in the folder: it holds a lock on it.
"""

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
import time

from gilbench.command import ToolError, complain
from gilbench.commands.plot import Drawing

STAGING = ".measuring-"
OLDER = "older"
PICTURES = (".dat", ".png", ".svg")
SHARED = "fidelity"     # drawn from several files together


class Store:
    """An open results folder; use it as a context manager."""

    def __init__(self, folder, report):
        """Create the folder unless it exists, and lock it; report(path) hears of moved results."""
        self.folder = folder
        self._report = report
        try:
            os.makedirs(folder, exist_ok=True)
            self._lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except (FileExistsError, NotADirectoryError) as error:
            raise ToolError(error.filename, "is not a folder, so no results can be kept in it") \
                from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise ToolError(folder, "another scripts/bench is writing its results there; wait for "
                            "it, or use another --machine=NAME") from error

    def __enter__(self):
        self._recover()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            os.rmdir(self.folder)       # only if nothing came of it
        os.close(self._lock)

    def path(self, name):
        return os.path.join(self.folder, name)

    @contextlib.contextmanager
    def staging(self):
        """A folder to measure into; removed at the end of the block unless results are left in it.

        The next run finds those (see _recover).
        """
        try:
            folder = tempfile.mkdtemp(prefix=STAGING, dir=self.folder)
            os.chmod(folder, 0o777 & ~current_umask())
        except OSError as error:
            raise ToolError(self.folder, error.strerror) from error
        try:
            yield folder
        finally:
            if results_in(folder):
                complain("bench", f"{folder}: the new results are here")
            else:
                shutil.rmtree(folder, ignore_errors=True)

    def accept(self, staging, experiment, partial):
        """Move what a run of the experiment left into place; returns the path of its file."""
        stem = f"{experiment}.json.partial" if partial else experiment
        file = stem if partial else f"{stem}.json"
        beside = f"{stem}.hgrm"
        pictures = [] if partial else self._pictures(experiment)
        self._retire([*pictures, beside, file])
        for name in (beside, file):
            with contextlib.suppress(FileNotFoundError):
                os.rename(os.path.join(staging, name), self.path(name))
        return self.path(file)

    def _pictures(self, experiment):
        """The pictures that do not show a new result of the experiment.

        Those that would be drawn from the older one, and any that are called like the experiment.
        """
        drawn = pictures_of(self.path(f"{experiment}.json"))
        return [entry for entry in sorted(os.listdir(self.folder)) if entry.endswith(PICTURES)
                and (os.path.splitext(entry)[0] in drawn
                     or re.match(rf"({re.escape(experiment)}|{SHARED})[-.]", entry))]

    def _retire(self, names):
        """Move those of the files that exist to older/DATE/; the last of them gives the date."""
        present = [name for name in names if os.path.lexists(self.path(name))]
        if present:
            folder = self._older(present[-1])
            moved = [os.path.join(folder, os.path.basename(name)) for name in present]
            for name, target in zip(present, moved):
                os.rename(self.path(name), target)
            self._report(moved[-1])

    def _older(self, name):
        """A folder under older/, named after the time of a file, that has no file of that name."""
        date = time.strftime("%Y-%m-%d_%H%M%S", time.localtime(os.lstat(self.path(name)).st_mtime))
        folder, number = self.path(os.path.join(OLDER, date)), 1
        while os.path.lexists(os.path.join(folder, os.path.basename(name))):
            number += 1
            folder = self.path(os.path.join(OLDER, f"{date}-{number}"))
        os.makedirs(folder, exist_ok=True)
        return folder

    def _recover(self):
        """Move the results that a killed scripts/bench has left in its staging folder."""
        for entry in sorted(os.listdir(self.folder)):
            if entry.startswith(STAGING):
                for name in results_in(self.path(entry)):
                    self._retire([os.path.join(entry, name)])
                shutil.rmtree(self.path(entry), ignore_errors=True)


def results_in(folder):
    return sorted(name for name in os.listdir(folder) if name.endswith((".json", ".partial")))


def pictures_of(path):
    """The names, without their endings, of the pictures that are drawn from a result file."""
    try:
        return set(Drawing(path, None).pictures)
    except ToolError:
        return set()


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
