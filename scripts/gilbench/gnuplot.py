"""Write the tables gnuplot reads and let it draw pictures from them.

A table is a `#` header and one block per line of the picture, two blank lines apart, each with the
columns `workers median lo hi n`; `?` is a missing value. Every program is drawn twice, as SVG and
as PNG, by `gnuplot -d -c PROGRAM TABLE PICTURE ARGUMENT...`, so a picture can be drawn again from
the table beside it. Run inside tool.whole_files(), nothing half drawn is left behind.
"""

import os
import re
import subprocess

from gilbench.command import ToolError

PROGRAMS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gnuplot")
ENDS = {".png": b"IEND\xaeB`\x82", ".svg": b"</svg>"}
COLUMNS = ("columns: workers median lo hi n; lo and hi: the 95 % interval of the median (below 6 "
           "samples: the range); ? = missing")


def number(value):
    return "?" if value is None else f"{value:.6g}"


def point(workers, summary):
    """The values of one line in a table."""
    if summary is None:
        return f"{workers} ? ? ? 0"
    return " ".join(map(number, (workers, *summary)))


def write_table(path, header, blocks, columns=COLUMNS):
    """Write a table; blocks are pairs of a title and its lines, perhaps none."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(f"# {text}\n" for text in (*header, columns)))
            for title, lines in blocks:
                file.write(f"\n\n# {title}\n" + "".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise ToolError(path, error.strerror) from error


def title(result, sheet, what):
    """What stands above a picture, in two lines."""
    cores = f", {result.cores} core{'s' if result.cores > 1 else ''}" if result.cores else ""
    return f"{sheet.kernel} on {result.machine}{cores}\n{what}"


def words(texts):
    """Texts as one string that gnuplot's word() takes apart again."""
    return " ".join('"' + str(text).replace('"', "'") + '"' for text in texts)


def places(*found):
    """For each Result the number of places for workers, 0 if unknown, and what they are."""
    return words(text for result in found for text in (result.places or 0, result.kind_of_place))


def draw(program, table, *arguments):
    """Draw the table as SVG and PNG beside it."""
    stem = os.path.splitext(table)[0]
    for end, mark in ENDS.items():
        command = ["gnuplot", "-d", "-c", os.path.join(PROGRAMS, program), table, stem + end]
        gnuplot(command + [str(argument) for argument in arguments])
        whole(stem + end, mark)


def gnuplot(command):
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace",
                              stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError as error:
        raise ToolError("gnuplot", "not found; install it with: apt-get install gnuplot-nox") \
            from error
    if done.returncode != 0:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip(" ^\t")]
        raise ToolError("gnuplot", f"{os.path.basename(command[3])} ended with status "
                        f"{done.returncode}: {said[-1] if said else 'no message'}")


def whole(path, mark):
    """Make sure a picture is complete: gnuplot does not notice a full disk."""
    try:
        with open(path, "rb") as file:
            complete = file.read().rstrip().endswith(mark)
    except FileNotFoundError:
        complete = False
    if not complete:
        raise ToolError(os.path.basename(path), "gnuplot wrote only a part; is the disk full?")


def ending(kernel, kernels):
    """What tells the pictures of several kernels apart in file names."""
    return "-" + re.sub(r"[^\w.=+]+", "-", kernel) if len(kernels) > 1 else ""


def speedup(sheet, line, workers):
    """The Summary of a row as speed-up over its baseline, or None."""
    slower = sheet.multiple(line, workers)
    return slower and slower._replace(median=1 / slower.median, lo=1 / slower.hi,
                                      hi=1 / slower.lo)


def speedup_block(sheet, line, prefix=""):
    """A line of the speed-up picture: title and points."""
    return prefix + line.label, [point(workers, speedup(sheet, line, workers))
                                 for workers in sheet.workers]


def speedup_lines(sheet, lines):
    return [line for line in lines if line.mode != "sequential"
            and any(speedup(sheet, line, workers) for workers in sheet.workers)]


def groups(sheet):
    """The lines of each picture, by what its name ends in: real runtimes have their own.

    They and their models do work of their own, and are many; beside the rest they would be lost.
    """
    real = [line for line in sheet.lines if line.of_runtime]
    rest = [line for line in sheet.lines if not line.of_runtime]
    if not any(line.mode != "sequential" for line in rest):
        return {"": real or rest}
    return {"": rest, "-real": real} if real else {"": rest}


def styles(sheet, lines):
    """The number of each line's colour and point type: its place among the sheet's lines.

    A runtime, its model and its processes have the same.
    """
    free = list(dict.fromkeys(line.label for line in sheet.lines
                              if line.mode != "sequential" and not line.of_runtime))
    runtimes = list(dict.fromkeys(line.runtime for line in sheet.lines if line.of_runtime))
    return words(runtimes.index(line.runtime) if line.of_runtime
                 else free.index(line.label) if line.label in free else -1 for line in lines)


def kinds(lines):
    """The dash type of each line: that of its style (0), or one for runtime, model, processes."""
    return words(0 if not line.of_runtime else 1 if line.mode == "real" else 2 if line.is_model
                 else 3 for line in lines)
