"""Which series share a picture, and which a panel of it."""

from gilbench.pictures.styles import family

MOST = 8    # curves in one panel, unless they are of one lock


def groups(sheet):
    """The series of each picture, by what its name ends in: real runtimes have their own.

    They and their models do work of their own, and are many; among the others they would be lost.
    """
    real = [series for series in sheet.series if series.of_runtime]
    rest = [series for series in sheet.series if not series.of_runtime]
    if not any(series.mode != "sequential" for series in rest):
        return {"": real or rest}
    return {"": rest, "-real": real} if real else {"": rest}


def workers_of(sheet, shown):
    """The numbers of workers with which some of the series have rows."""
    return [workers for workers in sheet.workers
            if any((series, workers) in sheet.rows for series in shown)]


def panels(shown):
    """Pairs of a panel's title and {series: its name in the panel}.

    A panel for each runtime; of other series one panel if they are few, otherwise one for each
    lock, with what runs without a lock in each of them.
    """
    runtimes = list(dict.fromkeys(series.runtime for series in shown if series.of_runtime))
    if runtimes:
        return [(runtime, {series: role(series) for series in shown
                           if series.runtime == runtime}) for runtime in runtimes]
    locks = list(dict.fromkeys(family(series.lock) for series in shown if series.lock))
    if len(shown) <= MOST or len(locks) < 2:
        return [("", {series: series.label for series in shown})]
    return [(lock, {series: series.label for series in shown
                    if family(series.lock) in (lock, "")}) for lock in locks]


def role(series):
    """What a series is called beside others of the same runtime."""
    if series.is_model:
        return f"model {series.label.split(' for ')[0]}"
    rest = [word for word in series.label.split()
            if word not in ("real", "processes", series.runtime)]
    return " ".join(["real" if series.mode == "real" else "processes", *rest])
