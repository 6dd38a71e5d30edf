"""transport: what it costs to hand a message to another thread or process, over its size."""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.command import ToolError
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, machine
from gilbench.results import all_failed, sample_counts
from gilbench.series import natural
from gilbench.units import duration, percent
from gilbench.views import generic

LIMIT, REMOTE, BEST = "memcpy", "memcpy_remote", "ring"
LIMITS = {LIMIT: "memcpy", REMOTE: "a memcpy of what another core has written"}
USUAL = "64KiB"     # the size that the answer is about, if the file has it
WAYS = ("memcpy", "memcpy_remote", "cbor", "pickle", "queue", "ring", "shared_memory", "pipe",
        "socket", "simple_queue", "mp_queue")
KINDS = ("raw", "flat", "nested")
NOTES = ("cells: median time of a message of this size, of a stream or of a round trip",
         "% of: the time of the limit divided by that of the ring, in a stream",
         "memcpy: source and destination in the cache of one core; memcpy_remote: the source has "
         "just been written by another core",
         "flat, nested: one string of bytes, a list of records; encoded, sent and decoded")


class View(generic.View):
    """A row per way and kind of message, a column per size."""

    declaration = Declaration(value=Quantity("message_s", "s", "lower"),
                              axes=("mode", "runtime", "op", "way", "data", "size"))

    def tables(self, result):
        rows = result.experiment(self.name)
        if not any(row.samples for row in rows):
            raise ToolError(result.path, all_failed(self.name, rows))
        cells = by_label(rows)
        sizes = sizes_of(rows)
        lines = [(label, [cell(found.get(size)) for size in sizes])
                 for label, found in cells.items()]
        lines.extend(share_lines(cells, sizes))
        about = f"experiment {self.name}, {sample_counts(rows)}"
        yield Table(self.name, "", list(machine.caption(result, about)),
                    [Column(size, (("time", 7),)) for size in sizes], lines,
                    list(notes(result, rows)), answer=tuple(answer(cells, sizes)),
                    field_names=False)

    def pictures(self, result):
        """A cluster for each size, with the time of a message of a stream for each way."""
        rows = result.experiment(self.name)
        cells = by_label(row for row in rows if kind_of(row) == ("stream", "raw"))
        clusters = [(size, [(label, found[size]) for label, found in cells.items()
                            if size in found]) for size in sizes_of(rows)]
        yield dots.picture(result, self.name, "", [one for one in clusters if one[1]], (
            next(answer(cells, sizes_of(rows)), "").rstrip("."),
            "time of a message of a stream, by its size", "time per message"))


def kind_of(row):
    return row.parts.get("op", ""), row.parts.get("data", "")


def sizes_of(rows):
    return sorted({row.parts.get("size", "") for row in rows}, key=natural)


def order(row):
    """Raw streams, round trips, then structured ones; real interpreters after gilbench's own."""
    op, data = kind_of(row)
    way = row.parts.get("way", "")
    return (op != "stream", KINDS.index(data) if data in KINDS else len(KINDS),
            natural(row.parts.get("runtime", "")),
            WAYS.index(way) if way in WAYS else len(WAYS), way)


def label_of(row):
    op, data = kind_of(row)
    what = "round trip" if op == "round_trip" else data if data != "raw" else ""
    runtime = row.parts.get("runtime", "")
    name = " ".join(filter(None, (runtime, row.parts.get("way", ""))))
    return ", ".join(filter(None, (name, what)))


def by_label(rows):
    """{label: {size: Row}}, in the order of the table."""
    found = {}
    for row in sorted(rows, key=order):
        found.setdefault(label_of(row), {})[row.parts.get("size", "")] = row
    return found


def cell(row):
    if row is None:
        return None
    marks = "!" if row.failures else ""
    if not row.samples:
        return Cell(FAILED, marks)
    median = row.summary.median
    return Cell((Field(duration(median), median, "s"),), marks)


def median_of(cells, label, size):
    row = cells.get(label, {}).get(size)
    return row.summary.median if row is not None and row.samples else None


def share(cells, limit, size):
    """The limit's time as a part of the ring's; None if one of them is missing."""
    ring, best = (median_of(cells, label, size) for label in (BEST, limit))
    return best / ring if ring and best else None


def share_lines(cells, sizes):
    for limit in LIMITS:
        shares = [share(cells, limit, size) for size in sizes]
        if any(shares):
            yield f"{BEST}, % of {limit}", [
                None if one is None else Cell((Field(percent(one), one, "1"),)) for one in shares]


def answer(cells, sizes):
    """What a message of the usual size costs, in sentences."""
    size = USUAL if USUAL in sizes else sizes[len(sizes) // 2]
    costs = [f"{duration(cost)} over the {way}" for way in ("queue", BEST, "pipe", "socket")
             if (cost := median_of(cells, way, size))]
    if costs:
        yield f"A message of {size} takes {joined(costs)}."
    shares = [f"{percent(one)} of {text}" for limit, text in LIMITS.items()
              if (one := share(cells, limit, size))]
    if shares:
        yield f"The ring reaches {joined(shares)}."


def joined(texts):
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def notes(result, rows):
    """What the cells mean, what is missing and what failed."""
    yield from NOTES
    if result.context.get("serialisation") == "none":
        yield ("no rows of encoded messages: gilbench was built without libcbor (Debian's package "
               "libcbor-dev)")
    if any(row.failures for row in rows):
        yield "! some samples failed and are left out"
    for row in rows:
        for reason, count in row.reasons():
            yield (f"failed: {label_of(row)}, {row.parts.get('size', '')}: {count} of {row.tries} "
                   f"samples: {reason}")
