"""Find result files: those of a folder, and the newest where the user names none.

Results lie in results/MACHINE/latest, where scripts/bench keeps them, and in the `results` of a
build folder, where `meson test --benchmark` leaves them. Both are looked for below the repository
that this file belongs to, and below the current folder.
"""

import glob
import os

from gilbench.command import Misuse

PATTERNS = ("results/*/latest", "build*/results")
HELP = ("a result file, the JSON that gilbench --out=FILE writes, or a folder of such files; default: "
        "the newest results in " + " and ".join(PATTERNS))
REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def results_in(folder):
    """The result files of a folder, in order of name; those of its `latest` if it has none."""
    for place in (folder, os.path.join(folder, "latest")):
        found = sorted(path for path in glob.glob(os.path.join(glob.escape(place), "*.json"))
                       if os.path.isfile(path))
        if found:
            return found
    return []


def newest():
    """The result files of the folder in which the newest of all lies; Misuse if there is none."""
    roots = list(dict.fromkeys(os.path.realpath(root) for root in (os.curdir, REPOSITORY)))
    folders = [folder for root in roots for pattern in PATTERNS
               for folder in glob.glob(os.path.join(glob.escape(root), pattern))]
    found = {folder: results_in(folder) for folder in folders}
    times = {folder: max(map(os.path.getmtime, paths)) for folder, paths in found.items() if paths}
    if not times:
        raise Misuse("no FILE given", f"and no result in {' or '.join(PATTERNS)} below "
                     f"{' or '.join(roots)}; name a result file, or make one with scripts/bench")
    return [os.path.relpath(path) for path in found[max(times, key=times.get)]]


def given_or_latest(arguments):
    """The result files that a command line names: files as they are, and all of a folder.

    Without arguments the newest result.
    """
    files = []
    for path in arguments:
        if os.path.isdir(path):
            inside = results_in(path)
            if not inside:
                raise Misuse(path, "has no result files: no *.json in the folder or in its "
                             "subfolder `latest`")
            files += inside
        else:
            files.append(path)
    return files or newest()
