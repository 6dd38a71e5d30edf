"""Tables of an I/O thread beside k CPU-bound threads: a row per series, a column per k."""

from gilbench.cells import FAILED, Cell, Column, Table
from gilbench.parts import machine
from gilbench.results import sample_counts
from gilbench.series import NAMES

TROUBLE = ("lost", "duplicated", "unread")
K = ("k: number of CPU-bound threads (in rows of processes: processes) that run beside the I/O "
     "thread")


def table(result, sheet, experiment, fields, content, notes):
    """The Table of a sheet.

    fields(k) are the names and widths of a column's fields, content(series, k, row) the fields of
    a row that has samples; `notes` explain them.
    """
    counts = sample_counts(sheet.rows.values())
    text = f"{sheet.kernel}, experiment {experiment}, {counts}"
    columns = [Column(f"k = {k}{'*' if result.places and k > result.places else ''}", fields(k))
               for k in sheet.workers]
    rows = [(series.label, [cell(sheet.rows.get((series, k)), series, k, content)
                            for k in sheet.workers]) for series in sheet.series]
    return Table(experiment, sheet.kernel, list(machine.caption(result, text)), columns, rows,
                 [K, *notes, *marks_explained(result, sheet)])


def cell(row, series, k, content):
    if row is None:
        return None
    return Cell(content(series, k, row) if row.samples else FAILED, marks(row))


def marks(row):
    return (("^" if sent_late(row) else "") + ("?" if trouble(row) else "")
            + ("!" if row.failures else ""))


def sent_late(row):
    """In how many samples the sender was too late for the p50 to be trusted."""
    return sum(value > 0 for value in row.values("sent_late"))


def trouble(row):
    """What happened to a row's messages or packets, in words; empty if all arrived once."""
    counts = [(row.total(key), key) for key in TROUBLE]
    return " and ".join(f"{count:.0f} {key}" for count, key in counts if count)


def marks_explained(result, sheet):
    """What the marks mean; only those that occur."""
    rows = sheet.rows.values()
    if sheet.has_runtimes:
        yield NAMES
    if result.places is None:
        yield "* cannot be shown: the file does not say how many cores there are"
    elif sheet.workers[-1] > result.places:
        yield f"* k is larger than the number of {result.kind_of_place} ({result.places})"
    if any(sent_late(row) for row in rows):
        yield ("^ sent late: in some samples the sender's own lateness is more than a tenth of the "
               "p50")
    if any(trouble(row) for row in rows):
        yield "? not all arrived, or some arrived twice; see below"
    if any(row.failures for row in rows):
        yield "! some samples failed and are left out; see below"


def troubles(sheet, what):
    """One line for each row whose messages were lost or arrived twice; `what` counts them all."""
    for (series, k), row in sheet.ordered():
        if trouble(row):
            yield f"? {series.label}, k = {k}: {trouble(row)} of {row.total(what):.0f} {what}"


def k_text(k):
    return f"k = {k}"


def failures(sheet):
    return machine.failures(sheet, k_text)


def each(rows, key):
    """How much of a counter each sample has, in words that end a sentence."""
    counts = sorted({round(value) for row in rows for value in row.values(key)})
    if not counts:
        return ""
    several = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
    return f" of {several} {key} each"
