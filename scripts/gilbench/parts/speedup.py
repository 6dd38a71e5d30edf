"""Pictures of speed-up over the number of workers."""

import math

from gilbench.parts import headings, machine, panels
from gilbench.pictures import axis, curves, gnuplot, styles
from gilbench.pictures.page import Area
from gilbench.results import sample_counts

COLUMNS = "columns: workers speed-up lo hi n; lo and hi: its 95 % interval; ? = missing"


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
        "statistic: the inverse of the ratio to the baseline"))
    rows = [row for (series, _), row in sheet.rows.items() if series in shown]
    workers = panels.workers_of(sheet, shown)
    top = headings.heading(result, finding(sheet, shown, workers[-1]),
                           f"{what}, kernel {sheet.kernel}", rows)
    return gnuplot.Picture(
        "speedup", top, header, [block(sheet, series) for series in shown],
        lambda heading: curves.page(heading, notes(result, workers),
                                    plots(result, sheet, shown, workers)),
        COLUMNS, group, sheet.kernel)


def finding(sheet, shown, workers):
    """What so many workers bring, under locks and without."""
    measured = [series for series in shown if (series, workers) in sheet.rows]

    def told(some):
        return [series for series in some if headings.clear(sheet.ratio(series, workers))]

    def words(some):
        return headings.speed_words([sheet.ratio(series, workers) for series in some])

    text = headings.clauses(measured, words, told_of=told) if workers > 1 else ""
    return f"compared with one thread, {workers} are {text}" if text else ""


def plots(result, sheet, shown, workers):
    """A Plot for each panel; all have the same axes."""
    looks = styles.styles(sheet.series)
    found = {series: points(sheet, series) for series in shown}
    guide = ideal(workers, result.places)
    axes = axes_of(workers, (found, guide))
    areas = (beyond(axes[0], workers, result.places),) if more(result, workers) else ()
    return [curves.Plot(
        [curves.Curve(name, looks[series], shown.index(series),
                      [(x, y) for x, y, *_ in found[series]], 3, 4)
         for series, name in names.items()], axes, title, (guide,),
        areas) for title, names in panels.panels(shown)]


def more(result, workers):
    """Whether there are more workers than places for them."""
    return bool(result.places) and workers[-1] > result.places


def notes(result, workers):
    yield headings.RATIO_WHISKERS
    if more(result, workers):
        yield f"shaded: more workers than {result.kind_of_place} ({result.places})"


def points(sheet, series):
    """The (workers, speed-up, lo, hi) of a series."""
    found = ((workers, sheet.speedup(series, workers)) for workers in sheet.workers)
    return [(workers, *one[:3]) for workers, one in found if one]


def ideal(workers, places):
    """What a program gains that scales up to the places for workers."""
    first, last = workers[0], workers[-1]
    ends = sorted({first, min(max(places or last, first), last), last})
    return curves.Guide("ideal", [(x, min(x, places or x)) for x in ends])


def axes_of(workers, shown):
    """Both axes: logarithmic together, so that the ideal is a straight line."""
    found, guide = shown
    x = axis.of_workers(workers)
    values = [value for some in found.values() for _, *values in some for value in values]
    values += [y for _, y in guide.points]
    if x.base:
        return x, axis.doublings(values, axis.times_text, "speed-up")
    return x, axis.from_zero(values, axis.times_text, "speed-up")


def beyond(x, workers, places):
    """The part of a panel with more workers than places.

    It begins half way to the next number of workers, as curves that coincide are drawn beside each
    other.
    """
    more = min(one for one in workers if one > places)
    border = math.sqrt(places * more) if x.base else (places + more) / 2
    return Area(max(border, x.low), x.high)
