"""Which rows of a `times` sheet have regions of another length than the sequential run, in words.

A lock with a quantum of 50 or 100 ms needs a region of 1 or 2 s to show what it does. Such rows do
more work, and often fewer samples; the table says so below, from what the rows themselves tell.
"""

from gilbench import results

ALIKE = 1.25    # regions whose lengths differ by less than this factor count as equally long


def other_regions(sheet):
    """A sentence for each length of region that is not the sequential run's, lines in order."""
    usual = sheet.summary(results.SEQUENTIAL, 1)
    found = {}
    for name, rows in subjects(sheet).items():
        length = region(sheet, rows)
        if length and usual and not 1 / ALIKE < length / usual.median < ALIKE:
            found.setdefault(sentence(length, rows), []).append(name)
    for text, names in found.items():
        yield f"{', '.join(names)}: {text}"


def subjects(sheet):
    """The rows of each lock and runtime, by its name; those of a runtime with its model's."""
    of_lock = {}
    modelled = {line.runtime for line in sheet.lines if line.is_model}
    real = {line.runtime for line in sheet.lines if line.mode == "real"}
    for line in sheet.lines:
        name = line.runtime or line.lock or line.label
        if line.mode == "real-processes":
            name = line.label
        elif line.runtime in modelled:
            name = f"{name} and its model" if line.runtime in real else line.label
        of_lock.setdefault(name, []).extend(
            row for (other, _), row in sheet.rows.items() if other == line and row.samples)
    return {name: rows for name, rows in of_lock.items() if rows}


def region(sheet, rows):
    """How long the baseline takes for as much work as these rows do, in seconds, or None."""
    lengths = [sheet.baseline(row.line, row.workers) for row in rows]
    lengths = [length for length in lengths if length]
    return max(lengths, default=None)


def sentence(length, rows):
    quanta = [row.counter("quanta") for row in rows]
    quanta = [count for count in quanta if count]
    spans = f", {min(quanta):.0f} switch intervals" if quanta else ""
    counts = sorted({len(row.samples) for row in rows})
    samples = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
    return (f"regions of {results.duration(length, 2)}{spans}, {samples} "
            f"sample{'s' if counts[-1] > 1 else ''}")
