"""Pictures of speed-up over the number of workers."""

from gilbench.pictures import gnuplot
from gilbench.parts import machine, picture_lines
from gilbench.results import sample_counts


def shown_of(sheet, candidates):
    """The series that have a speed-up to show."""
    return [series for series in candidates if series.mode != "sequential"
            and any(sheet.speedup(series, workers) for workers in sheet.workers)]


def block(sheet, series):
    """A series of the picture: its title and points."""
    return series.label, [gnuplot.point(workers, sheet.speedup(series, workers))
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
