"""primitives: what the single operations of each lock cost, in ns."""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.command import ToolError
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, headings
from gilbench.pictures.styles import NO_LOCK, family
from gilbench.results import sample_counts
from gilbench.units import duration
from gilbench.views import generic


class View(generic.View):
    """A row per lock, a column per operation; operations without a lock stand below."""

    declaration = Declaration(value=Quantity("op_s", "s", "lower"), axes=("lock", "op"))

    def tables(self, result):
        rows = result.experiment(self.name)
        if not any(row.samples for row in rows):
            raise ToolError(result.path, f"all {sum(row.tries for row in rows)} samples of "
                            f"`{self.name}` failed; the first, {rows[0].name}: "
                            f"{rows[0].failures[0]}")
        cells = {(row.label("op"), row.parts.get("op", "")): row for row in rows}
        locks = list(dict.fromkeys(label for label, _ in cells if label))
        operations = list(dict.fromkeys(operation for label, operation in cells if label))
        columns = [Column(operation, ((operation, max(len(operation), 10)),))
                   for operation in operations]
        yield Table(
            self.name, "", [("", f"{self.name}, {sample_counts(rows)}, median in ns")], columns,
            [(lock, [cell(cells.get((lock, operation))) for operation in operations])
             for lock in locks], list(notes(rows, cells)),
            [("without a lock", operation, cell(row).fields[0])
             for (label, operation), row in cells.items() if not label],
            field_names=False)

    def pictures(self, result):
        """Dots of all locks for each operation, so that what a lock costs can be compared."""
        clusters = {}
        for row in result.experiment(self.name):
            clusters.setdefault(row.parts.get("op", ""), []).append((row.label("op"), row))
        shared = {operation: some for operation, some in clusters.items() if len(some) > 1}
        alone = [(row.label("op") or row.parts.get("op", ""), row)
                 for some in clusters.values() if len(some) == 1 for _, row in some]
        found = list(shared.items()) + ([("without a lock", alone)] if alone else [])
        yield dots.picture(result, self.name, "", found, (
            costs(shared), "cost of the single operations of each lock", "time per operation"))


def costs(shared):
    """What each operation costs under the locks."""
    texts = []
    for operation, some in shared.items():
        values = [row.summary.median for label, row in some if row.samples
                  and family(row.series.lock) not in ("", *NO_LOCK)]
        if values:
            verb = "" if texts else " costs"
            texts.append(f"{operation}{verb} {headings.span(values, text_of_cost)}")
    return f"without contention, {', '.join(texts)}" if texts else ""


def text_of_cost(value):
    return duration(value, 2)


def cell(row):
    if row is None:
        return None
    if not row.samples:
        return Cell(FAILED)
    return Cell((Field(nanoseconds(row), row.summary.median, "s"),))


def nanoseconds(row):
    value = 1e9 * row.summary.median
    return f"{value:.{2 if value < 10 else 1 if value < 1000 else 0}f}"


def notes(rows, cells):
    """The operations that belong to no lock, and what failed."""
    alone = [f"{operation} {nanoseconds(row) if row.samples else 'failed'}"
             for (label, operation), row in cells.items() if not label]
    if alone:
        yield "without a lock: " + ", ".join(alone)
    for row in rows:
        for reason, count in row.reasons():
            yield f"failed: {row.label()}: {count} of {row.tries} samples: {reason}"
