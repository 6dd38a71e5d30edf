"""times: how long a fixed amount of work takes, split over several workers."""

from gilbench.compared import Compared, Side, by_run
from gilbench.experiment import REGION, Declaration, Quantity
from gilbench.parts import panels, seconds, speedup, times_table
from gilbench.sheet import sheets_of
from gilbench.views import generic


def slow_down(rows, key):
    """For `fidelity`: the time per unit of work with several workers over that with one."""
    over, under = (by_run(rows.get(one, ()), per_unit) for one in (key, key._replace(workers=1)))
    return Side(over, under) if key.workers > 1 and over and under else None


def per_unit(row):
    return [(sample, row.value(sample)) for sample in row.samples]


class View(generic.View):
    """Times: a table of multiples of a baseline, speed-up curves, and bars of seconds."""

    declaration = Declaration(value=Quantity(REGION, "s", "lower"))
    sheeted = True
    least_workers = 1
    quantities = (Compared("slow-down", "x", slow_down, lambda workers: 1.15, base=1),)
    slow_down = True

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            yield from times_table.tables(result, sheet, self.name)

    def pictures(self, result):
        for sheet in sheets_of(result, self.name):
            yield from pictures(result, sheet)


def pictures(result, sheet):
    """The Pictures of one kernel, and texts that say what could not be drawn."""
    if not sheet.has_samples:
        yield f"{sheet.kernel}: all rows failed"
        return
    for group, shown in panels.groups(sheet).items():
        yield seconds.Times(result, sheet, shown).picture(group)
        yield speedup.picture(result, sheet, group, shown) or (
            f"speedup{group} of {sheet.kernel}: it needs a sequential row and rows of another mode")
