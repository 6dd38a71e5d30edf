"""Pictures of speed-up over the number of workers, of one file and of two."""

import os

from gilbench.pictures import gnuplot
from gilbench.parts import machine, picture_lines
from gilbench.results import sample_counts

LONGEST = 36    # characters of a file's name in the picture


def shown_of(sheet, candidates):
    """The series that have a speed-up to show."""
    return [series for series in candidates if series.mode != "sequential"
            and any(sheet.speedup(series, workers) for workers in sheet.workers)]


def block(sheet, series, prefix=""):
    """A series of the picture: its title and points."""
    return prefix + series.label, [gnuplot.point(workers, sheet.speedup(series, workers))
                                   for workers in sheet.workers]


def picture(result, sheet, group, candidates):
    """The Picture, or None if the file lacks the rows it needs."""
    shown = shown_of(sheet, candidates)
    if not shown:
        return None
    real = any(series.of_runtime for series in shown)
    what = "speed-up over " + ("the own run with 1 worker" if real else "the sequential run")
    header = (f"{what}, kernel {sheet.kernel}", machine.picture_header(
        result, "1", f"{sample_counts(sheet.rows.values())}; "
        "statistic: median of the baseline / median of the row"))
    title = machine.picture_title(result, sheet.kernel, what)
    return gnuplot.Picture(
        "speedup.gp", "speedup", header, [block(sheet, series) for series in shown],
        (title, picture_lines.places(result), picture_lines.labels(shown),
         gnuplot.words(sheet.workers), picture_lines.styles(sheet, shown),
         picture_lines.dashes(shown)),
        (title, *(series.label for series in shown)), group=group,
        kernel=sheet.kernel)


def comparison_picture(a, b, pair):
    """The speed-up curves of one kernel in two files, or None if there are none."""
    own = [shown_of(sheet, sheet.series) for sheet in pair]
    shown = sorted({*own[0], *own[1]}, key=lambda series: series.order)
    if not shown:
        return None
    called = [f"{side}: {tail(name)}" for side, name in zip("AB", names((a, b)))]
    title = f"{pair.a.kernel}: speed-up, each over its own sequential run"
    return gnuplot.Picture(
        "compare.gp", "compare", tuple(comparison_header(a, b, pair)),
        [block(sheet, series, f"{side}: ") for side, sheet, some in zip("AB", pair, own)
         for series in some],
        (title, picture_lines.places(a, b), picture_lines.labels(shown),
         gnuplot.words(sorted({*pair.a.workers, *pair.b.workers})),
         gnuplot.words(shown.index(series) for some in own for series in some), len(own[0]),
         gnuplot.words(called)),
        (title, *called, *(series.label for series in shown)), kernel=pair.a.kernel)


def comparison_header(a, b, pair):
    """The lines above the table of two files."""
    yield f"speed-up over the file's own sequential run, kernel {pair.a.kernel}"
    for side, name, result, sheet in zip("AB", names((a, b)), (a, b), pair):
        yield (f"{side}: {name}; machine: {result.machine}; cores: {result.cores or 'unknown'}; "
               f"unit: 1; {sample_counts(sheet.rows.values())}; "
               "statistic: baseline median / median")


def names(files):
    """What to call the two files: by machine if that tells them apart."""
    choices = ([result.machine for result in files],
               [os.path.basename(result.shown_path) for result in files],
               [result.shown_path for result in files])
    return next((choice for choice in choices if choice[0] != choice[1]), choices[1])


def tail(name):
    """The end of a name that may be a long path."""
    return name if len(name) <= LONGEST else "..." + name[3 - LONGEST:]
