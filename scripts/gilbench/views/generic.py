"""An experiment without a module of its own: a table made from what the file declares.

View is also the base of all other views, and documents what a view offers.
"""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.experiment import Declaration
from gilbench.parts import machine
from gilbench.results import sample_counts
from gilbench.series import label_of, natural
from gilbench.summary import spread_text
from gilbench.units import quantity, workers_text

COUNTED = "workers"     # the axis that makes the columns
BETTER = {"lower": "lower is better", "higher": "higher is better",
          "-": "neither direction is better"}
SPREAD = ("\u00b1 how far the 95 % interval of the median reaches (below 6 samples: how far the "
          "samples reach)")


class View:
    """How an experiment is shown."""

    declaration = Declaration()     # what holds where the file declares nothing
    sheeted = False         # whether the names of all rows have a kernel, a mode and workers
    least_workers = 0
    positive = ()           # counters that each sample must have, above 0
    quantities = ()         # what `fidelity` compares; see compared.Compared
    slow_down = False       # whether `compare` sets the rows against a baseline, too

    def __init__(self, name):
        self.name = name

    def tables(self, result):
        """Yield the Tables of a result."""
        rows = result.experiment(self.name)
        kernels = sorted({row.parts.get("kernel", "") for row in rows}, key=natural)
        for kernel in kernels:
            yield self.table(result, [row for row in rows
                                      if row.parts.get("kernel", "") == kernel], kernel)

    def pictures(self, result):
        """The Pictures, and texts that say which pictures cannot be drawn and why."""
        del result
        return ()

    @staticmethod
    def not_compared(row):
        """Why `compare` leaves out a row that has samples; empty if it does not."""
        del row
        return ""

    @staticmethod
    def workers_text(workers):
        """A number of workers in the experiment's words."""
        return workers_text(workers)

    def table(self, result, rows, kernel):
        """The rows by the axes, with a column for each number of workers, if that is an axis."""
        declaration = result.experiments[self.name]
        hidden = ("kernel", COUNTED)
        columns = sorted({row.parts.get(COUNTED, "") for row in rows}, key=natural)
        found = {(identity(row, hidden), row.parts.get(COUNTED, "")): row for row in rows}
        labels = {identity(row, hidden): label_of(row.parts, *hidden) for row in rows}
        about = ", ".join(filter(None, (kernel, f"experiment {self.name}", sample_counts(rows))))
        value = declaration.value
        fields = ((value.name, max(7, len(value.name))), ("spread", 6))
        return Table(
            self.name, kernel, list(machine.caption(result, about)),
            [Column(f"{COUNTED} {column}" if column else "", fields) for column in columns],
            [(label or self.name, [generic_cell(found.get((key, column)), value)
                                   for column in columns]) for key, label in labels.items()],
            list(notes(declaration, rows)))


def identity(row, hidden):
    return frozenset((key, value) for key, value in row.parts.items() if key not in hidden)


def generic_cell(row, value):
    if row is None:
        return None
    marks = "!" if row.failures else ""
    if not row.samples:
        return Cell(FAILED, marks)
    return Cell((Field(quantity(row.summary.median, value.unit), row.summary.median, value.unit),
                 spread_field(row.summary)), marks)


def spread_field(summary):
    return Field(spread_text(summary.spread if summary.n > 1 else None), summary.spread, "1")


def notes(declaration, rows):
    """What the cells mean, and what failed."""
    value = declaration.value
    if declaration.summary:
        yield declaration.summary
    unit = "" if value.unit in ("s", "1") else f" in {value.unit}"
    yield f"cells: median of {value.name}{unit} ({BETTER[value.better]}), {SPREAD}"
    if any(row.failures for row in rows):
        yield "! some samples failed and are left out; see below"
    for row in rows:
        for reason, count in row.reasons():
            yield f"failed: {row.label('kernel')}: {count} of {row.tries} samples: {reason}"
