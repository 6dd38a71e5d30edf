"""Which series share a picture, and how each is drawn."""

from gilbench.pictures import gnuplot


def groups(sheet):
    """The series of each picture, by what its name ends in: real runtimes have their own.

    They and their models do work of their own, and are many; among the others they would be lost.
    """
    real = [series for series in sheet.series if series.of_runtime]
    rest = [series for series in sheet.series if not series.of_runtime]
    if not any(series.mode != "sequential" for series in rest):
        return {"": real or rest}
    return {"": rest, "-real": real} if real else {"": rest}


def styles(sheet, shown):
    """The number of each series' colour and point type: its place among those of the sheet.

    A runtime, its model and its processes have the same.
    """
    free = list(dict.fromkeys(series.label for series in sheet.series
                              if series.mode != "sequential" and not series.of_runtime))
    runtimes = list(dict.fromkeys(series.runtime for series in sheet.series if series.of_runtime))
    return gnuplot.words(
        runtimes.index(series.runtime) if series.of_runtime
        else free.index(series.label) if series.label in free else -1 for series in shown)


def dashes(shown):
    """The dash type of each series: that of its style (0), or one for runtime, model, processes."""
    return gnuplot.words(0 if not series.of_runtime else 1 if series.mode == "real"
                         else 2 if series.is_model else 3 for series in shown)


def labels(shown):
    return gnuplot.words(series.label for series in shown)


def places(*results):
    """For each Result the number of places for workers, 0 if unknown, and what they are."""
    return gnuplot.words(text for result in results
                         for text in (result.places or 0, result.kind_of_place))
