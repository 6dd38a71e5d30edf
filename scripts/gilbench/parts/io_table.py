"""Tables of an I/O thread beside k CPU-bound threads: a row per series, a column per k."""

import statistics

from gilbench.cells import FAILED, Cell, Column, Table
from gilbench.parts import machine
from gilbench.results import sample_counts
from gilbench.series import NAMES

PACKETS = 30        # per sample; the fewest from which a rate is judged
LATE = 0.1          # the part of the samples from which their lateness counts
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
    signs = (("^", sent_late(row)), ("~", few_packets(row)), ("?", trouble(row)),
             ("!", row.failures))
    return "".join(sign for sign, is_so in signs if is_so)


def sent_late(row):
    """Whether the sender was late in so many samples that the p99 may be its own lateness.

    The messages that decide about the p99 are few, and may all come from a tenth of the samples.
    """
    late = [value > 0 for value in row.values("sent_late")]
    return any(late) and sum(late) >= LATE * len(late)


def few_packets(row):
    """Whether it depends on chance how many packets fall into a sample."""
    packets = row.values("packets")
    return bool(packets) and statistics.median(packets) < PACKETS


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
        yield ("^ p99 sent late: in a tenth of the samples or more, the p99 of the sender's own "
               "lateness is more than a tenth of the p99")
    if any(few_packets(row) for row in rows):
        yield f"~ too few packets: fewer than {PACKETS} per sample, so the rate is not exact"
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
