"""The tables of `convoy` and `bandwidth`: a thread that does I/O beside k CPU-bound threads.

A line per lock or runtime, a column per k. Cells of `convoy` are latencies, p50 and p99; cells of
`bandwidth` the packets per second, their share of those of the same line with k = 0, and the
throughput that the CPU-bound threads keep.
"""

from gilbench import results
from gilbench.series import NAMES

MARKS = 2       # characters for the marks of a cell; a third widens its column
TROUBLE = ("lost", "duplicated", "unread")
LABEL = 27      # longer labels stand on a line of their own


def heading(workers, places):
    return f"k = {workers}{'*' if places and workers > places else ''}"


def heads(sheet, result, words):
    """The two lines above each column; words(workers) is the second."""
    for workers in sheet.workers:
        below = words(workers) + " " * MARKS
        yield heading(workers, result.places) + " " * MARKS, below


def lines(sheet, cell):
    """The label and the cells of each line; cell(line, workers, row) is the text of a good one."""
    for line in sheet.lines:
        yield line.label, [text_of(sheet.rows.get((line, workers)), line, workers, cell)
                           for workers in sheet.workers]


def text_of(row, line, workers, cell):
    if row is None:
        return ""
    text = cell(line, workers, row) if row.samples else "failed"
    return text + f"{marks(row):<{MARKS}}"


def marks(row):
    return (("^" if sent_late(row) else "") + ("?" if trouble(row) else "")
            + ("!" if row.failures else ""))


def sent_late(row):
    """In how many samples the sender was too late for the p50 to be trusted."""
    return sum(value > 0 for value in row.values("sent_late"))


def trouble(row):
    """What became of a row's messages or packets, in words; empty if all went well."""
    counts = [(sum(row.values(key)), key) for key in TROUBLE]
    return " and ".join(f"{count:.0f} {key}" for count, key in counts if count)


def convoy(result, sheet):
    """The heads and lines of the table of latencies."""
    def cell(_line, _workers, row):
        return " ".join(f"{results.duration(row.counter(key)):>7}" for key in ("p50_s", "p99_s"))

    return (list(heads(sheet, result, lambda workers: f"{'p50':>7} {'p99':>7}")),
            list(lines(sheet, cell)))


def bandwidth(result, sheet):
    """The heads and lines of the table of packets."""
    def cell(line, workers, row):
        text = f"{rate(row.counter('packets_per_s')):>5}"
        if workers == 0:
            return text
        share, kept = share_left(sheet, line, workers), row.counter("throughput_kept")
        return f"{text} {percent(share):>6} {percent(kept):>5}"

    def words(workers):
        return "per s" if workers == 0 else f"per s {'share':>6} {'kept':>5}"

    return list(heads(sheet, result, words)), list(lines(sheet, cell))


def share_left(sheet, line, workers):
    """The packets of a row as a part of those of its line with k = 0, or None."""
    alone, row = sheet.rows.get((line, 0)), sheet.rows.get((line, workers))
    if not (alone and row and alone.samples and row.samples):
        return None
    return row.counter("packets_per_s") / alone.counter("packets_per_s")


def rate(value):
    """Packets per second in at most five characters."""
    scale, unit = next(((scale, unit) for scale, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k"))
                        if value >= 0.9995 * scale), (1, ""))
    value /= scale
    return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}{unit}"


def percent(part):
    """A part of 1 in percent, in at most six characters; `-` if unknown."""
    if part is None:
        return "-"
    value = 100 * part
    if 0 < value < 0.0095:
        return "<.01 %"
    return f"{value:.{2 if value < 0.995 else 1 if value < 9.95 else 0}f} %"


def legend(result, sheet, experiment):
    """What the cells and the marks mean; only the marks that occur."""
    rows = sheet.rows.values()
    yield ("k: CPU-bound threads (processes in the lines of processes) beside the one that does "
           "I/O")
    if experiment == "convoy":
        yield ("cells: p50 and p99 of the latency of a message, from the time it was to be sent; "
               "medians over the samples" + each(rows, "messages"))
    else:
        yield ("cells: UDP echoes per second; their share of the line's own with k = 0; the "
               "throughput that the CPU-bound threads keep, of the sequential run's; medians over "
               "the samples")
    if any(line.of_runtime for line in sheet.lines):
        yield NAMES
    if result.places is None:
        yield "* cannot be shown: the file does not say how many cores there are"
    elif sheet.workers[-1] > result.places:
        yield f"* k is more than the {result.kind_of_place} ({result.places})"
    if any(sent_late(row) for row in rows):
        yield ("^ sent late: in some samples the sender's own lateness is more than a tenth of the "
               "p50")
    if any(trouble(row) for row in rows):
        yield "? not all arrived, or some twice; see below"
    if any(row.failures for row in rows):
        yield "! failed samples, left out; see below"


def each(rows, key):
    """How much of a counter each sample has, in words that end a sentence."""
    counts = sorted({round(value) for row in rows for value in row.values(key)})
    if not counts:
        return ""
    several = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
    return f" of {several} {key} each"


def notes(sheet):
    """One line for each row whose messages were lost or came twice."""
    key = {"convoy": "messages", "bandwidth": "packets"}
    for (line, workers), row in sorted(sheet.rows.items(),
                                       key=lambda item: (item[0][0].order, item[0][1])):
        if trouble(row):
            what = key[row.experiment]
            total = sum(row.values(what))
            yield f"? {line.label}, k = {workers}: {trouble(row)} of {total:.0f} {what}"
