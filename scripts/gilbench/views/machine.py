"""machine: what operations of the processor and the system cost, and how much that varies."""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, headings
from gilbench.results import sample_counts
from gilbench.series import natural
from gilbench.units import counted, duration
from gilbench.views import generic

LINE = "cache_line"
SKIPPED = "skipped: "   # how the reason begins for which a row was not measured at all
FEW = 3                 # pairs of cores that are rows of the table, not a matrix of their own
WIDEST = 8              # cores of a matrix that a line of text has room for
WORDS = {("clock_read", ""): "read the clock",
         ("atomic_rmw", ""): "atomic read-modify-write",
         ("system_call", ""): "system call",
         ("futex_wake", "none"): "futex wake, nobody sleeps",
         ("futex_wake", "one"): "futex wake, one sleeps",
         ("wakeup", "same"): "wake-up on the same core",
         ("wakeup", "other"): "wake-up on another core",
         ("timer_slack", "default"): "timer late, default slack",
         ("timer_slack", "least"): "timer late, least slack",
         ("context_switch", "threads"): "switch between threads",
         ("context_switch", "processes"): "switch between processes",
         ("slice", ""): "scheduler's slice",
         ("fork", ""): "fork and wait",
         ("page_fault", "small"): "page fault, small page",
         ("page_fault", "huge"): "page fault, huge page"}
NOTES = ("median: over the samples, each of which is the median of many values; ± how far its 95 % "
         "interval reaches (below 6 samples: how far the samples reach)",
         "p10, p90: of the values of a sample")
# What is said of the machine: an operation with its variant, and the words.
SAID = ((("context_switch", "threads"), "A context switch takes {}"),
        (("wakeup", "same"), "a thread that is woken runs after {} on the same core"),
        (("wakeup", "other"), "after {} on another one"),
        ((LINE, "0 1"), "a cache line takes {} from core to core"))


class View(generic.View):
    """A row per operation; with many cores, a matrix of the cache line from core to core."""

    declaration = Declaration(value=Quantity("cost_s", "s", "lower"), axes=("op",))

    def tables(self, result):
        rows = result.experiment(self.name)
        lines = [row for row in rows if row.parts.get("op") == LINE]
        apart = FEW < len(lines) and len(cores_of(lines)) <= WIDEST
        shown = [row for row in rows if not (apart and row in lines)]
        place = result.machine + (f", {counted(result.cores, 'core')}" if result.cores else "")
        yield Table(
            self.name, "", [("", f"{self.name}, {sample_counts(rows)}; {place}")],
            [Column("", (("median", 7), ("±", 5), ("p10", 7), ("p90", 7)))],
            [(words(row), [cell(row)]) for row in shown], list(notes(rows)),
            answer=tuple(answer(result, rows)))
        if apart:
            yield matrix(self.name, result, lines)

    def pictures(self, result):
        """Dots on one scale: which operations are of the same order."""
        rows = result.experiment(self.name)
        yield dots.picture(result, self.name, "", [("", [(words(row), row) for row in rows])], (
            " ".join(answer(result, rows)).rstrip("."), "cost of the machine's own operations",
            "time per operation"))


def variant(row):
    """What tells the rows of an operation apart."""
    return " ".join(value for key, value in row.parts.items() if key != "op")


def words(row):
    op = row.parts.get("op", "")
    if op == LINE and "from" in row.parts and "to" in row.parts:
        return f"cache line, core {row.parts['from']} to {row.parts['to']}"
    return WORDS.get((op, variant(row)), row.label())


def cell(row):
    """A row that was skipped has no value, and has not failed."""
    if not row.samples:
        return Cell((Field("none"),) if is_skipped(row) else FAILED)
    return Cell((Field(duration(row.summary.median), row.summary.median, "s"),
                 generic.spread_field(row.summary), counter(row, "p10_s"), counter(row, "p90_s")),
                "!" if row.failures else "")


def is_skipped(row):
    return bool(row.failures) and all(reason.startswith(SKIPPED) for reason in row.failures)


def counter(row, name):
    value = row.counter(name)
    return Field("-" if value is None else duration(value), value, "s")


def answer(result, rows):
    """The costs that matter most to threads, in one sentence."""
    if result.verdict == "disturbed":
        yield "The run was disturbed (see above), so nothing can be said about the machine."
        return
    found = {(row.parts.get("op"), variant(row)): row for row in rows if row.samples}
    said = [text.format(duration(found[key].summary.median, 2)) for key, text in SAID
            if key in found]
    if said:
        text = ", ".join(said) + "."
        yield text[0].upper() + text[1:]


def cores_of(lines):
    return sorted({row.parts.get(end, "") for row in lines for end in ("from", "to")}, key=natural)


def matrix(name, result, lines):
    """The cache line from core to core."""
    cores = cores_of(lines)
    found = {(row.parts.get("from"), row.parts.get("to")): row for row in lines}
    medians = [row.summary.median for row in lines if row.samples]
    span = f": {headings.span(medians, duration)}" if medians else ""
    return Table(
        name, "", [("", f"cache line from core to core{span}; {result.machine}")],
        [Column(f"to {core}", (("", 7),)) for core in cores[1:]],
        [(f"from {core}", [short_cell(found.get((core, other))) for other in cores[1:]])
         for core in cores[:-1]], field_names=False)


def short_cell(row):
    if row is None:
        return None
    return Cell(cell(row).fields[:1], "!" if row.samples and row.failures else "")


def notes(rows):
    """What the columns are, what was skipped and what failed."""
    yield from NOTES
    for row in rows:
        for reason, count in row.reasons():
            if reason.startswith(SKIPPED):
                yield f"none: {words(row)}: {reason[len(SKIPPED):]}"
            else:
                yield f"failed: {words(row)}: {count} of {row.tries} samples: {reason}"
