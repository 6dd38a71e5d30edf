"""pipeline: bytes per second and time to the first byte, over the number of external programs."""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.experiment import Declaration, Quantity
from gilbench.results import sample_counts
from gilbench.series import natural
from gilbench.units import counted, duration, rate
from gilbench.views import generic

READS, CLOSES = "reads", "closes"
OWN = ("stages", "reader")
TOTAL, FIRST, RATE, STOP = (("total", 7), ("±", 5)), ("1st byte", 8), ("bytes/s", 7), ("stop", 7)
NOTES = ("total: from the start of the first program until all have ended; ± how far its 95 % "
         "interval reaches (below 6 samples: how far the samples reach)",
         "1st byte: until the reader has the first bytes; bytes/s: from then to the last ones",
         "stop: from when the reader closed its end, with a quarter of the bytes, until all have "
         "ended; all others: it reads to the end")


class View(generic.View):
    """A row per starter and number of stages; what a reader that closes early sees stands beside.

    The picture is the generic one.
    """

    declaration = Declaration(value=Quantity("pipeline_s", "s", "lower"),
                              axes=("mode", "runtime", "stages", "reader"))

    def tables(self, result):
        rows = result.experiment(self.name)
        found = {}
        for row in rows:
            key = row.label(*OWN), row.parts.get("stages", "")
            found.setdefault(key, {})[row.parts.get("reader")] = row
        columns = [Column("read to the end", (*TOTAL, FIRST, RATE)), Column("closed", (STOP,))]
        yield Table(
            self.name, "", [("", f"{self.name}, {sample_counts(rows)}, medians; {place(result)}")],
            columns,
            [(f"{label}, {counted(stages, 'stage')}", [read_cell(some.get(READS)),
                                                       closed_cell(some.get(CLOSES))])
             for (label, stages), some in sorted(found.items(), key=order)],
            list(notes(rows)), answer=tuple(answer(result, found)), label_width=32)


def place(result):
    """The machine and its cores."""
    return result.machine + (f", {counted(result.cores, 'core')}" if result.cores else "")


def order(item):
    (label, stages), _ = item
    return natural(label), natural(stages)


def failed_or(row, fields):
    """The cell of a row, None if there is no row."""
    if row is None:
        return None
    marks = "!" if row.failures else ""
    return Cell(fields(row), marks) if row.samples else Cell(FAILED, marks)


def read_cell(row):
    return failed_or(row, lambda row: (
        Field(duration(row.summary.median), row.summary.median, "s"),
        generic.spread_field(row.summary), counter(row, "first_byte_s", duration, "s"),
        counter(row, "bytes_per_s", rate, "B/s")))


def closed_cell(row):
    return failed_or(row, lambda row: (counter(row, "stop_s", duration, "s"),))


def counter(row, name, text, unit):
    value = row.counter(name)
    return Field("-" if value is None else text(value), value, unit)


def answer(result, found):
    """What the longest pipeline does, compared with the shortest, in words."""
    if result.verdict == "disturbed":
        yield "The run was disturbed (see above), so nothing can be said about pipelines."
        return
    for label in sorted({label for label, _ in found}, key=natural):
        ends = [(stages, found[label, stages].get(READS)) for one, stages in found if one == label]
        ends = sorted(((int(stages), row) for stages, row in ends
                       if stages.isdecimal() and row and row.samples), key=lambda end: end[0])
        yield from sentence(label, ends)


def sentence(label, ends):
    rates = [row.counter("bytes_per_s") for _, row in ends]
    firsts = [row.counter("first_byte_s") for _, row in ends]
    if len(ends) < 2 or None in (rates[0], rates[-1], firsts[0], firsts[-1]):
        return
    few, many = ends[0][0], ends[-1][0]
    yield (f"{label}: {counted(many, 'program')} in a row move {rate(rates[-1])} bytes per second, "
           f"{rates[-1] / rates[0]:.2g} times as many as {few}; each further program delays the "
           f"first byte by {duration(max(firsts[-1] - firsts[0], 0) / (many - few), 2)}.")


def notes(rows):
    """What the columns are, and what failed."""
    yield from NOTES
    if any(row.failures for row in rows):
        yield "! some samples failed and are left out; see below"
    for row in rows:
        for reason, count in row.reasons():
            yield f"failed: {row.label()}: {count} of {row.tries} samples: {reason}"
