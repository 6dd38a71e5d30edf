"""Which rows have regions of another length than the sequential run, in words.

A lock with a switch interval of 50 or 100 ms needs a region of 1 or 2 s to show what it does. Such
rows do more work, and often have fewer samples; a line below the table says so.
"""

from gilbench.series import SEQUENTIAL
from gilbench.units import counted, duration

SIMILAR = 1.25      # regions whose lengths differ by less than this factor count as equally long


def other_lengths(sheet, shown):
    """A line for each length of region that is not the sequential run's, of the series shown."""
    usual = sheet.summary(SEQUENTIAL, 1)
    found = {}
    for name, rows in subjects(sheet, shown).items():
        length = region(sheet, rows)
        if length and usual and not 1 / SIMILAR < length / usual.median < SIMILAR:
            found.setdefault(sentence(length, rows), []).append(name)
    for text, names in found.items():
        yield f"{', '.join(names)}: {text}"


def subjects(sheet, shown):
    """The rows of each lock and runtime, by its name; those of a runtime with its model's."""
    found = {}
    modelled = {series.runtime for series in sheet.series if series.is_model}
    real = {series.runtime for series in sheet.series if series.mode == "real"}
    of_series = {}
    for (series, _), row in sheet.rows.items():
        if row.samples:
            of_series.setdefault(series, []).append(row)
    for series in shown:
        name = series.runtime or series.lock or series.label
        if series.mode == "real-processes":
            name = series.label
        elif series.runtime in modelled:
            name = f"{name} and its model" if series.runtime in real else series.label
        found.setdefault(name, []).extend(of_series.get(series, ()))
    return {name: rows for name, rows in found.items() if rows}


def region(sheet, rows):
    """How long the baseline takes for as much work as these rows do, in seconds, or None."""
    lengths = [sheet.baseline(row.series, row.workers) for row in rows]
    return max((length for length in lengths if length), default=None)


def sentence(length, rows):
    intervals = [count for count in (row.counter("quanta") for row in rows) if count]
    spans = f", {min(intervals):.0f} switch intervals" if intervals else ""
    counts = sorted({len(row.samples) for row in rows})
    samples = (f"{counts[0]} to {counts[-1]} samples" if len(counts) > 1
               else counted(counts[0], "sample"))
    return f"regions of {duration(length, 2)}{spans}, {samples}"
