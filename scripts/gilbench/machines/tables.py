"""The score and the rows of a comparison as tables.

Two machines get the bounds of each interval; of several, each is compared with the first, and a
cell has the ratio and how far its interval reaches.
"""

from gilbench.cells import Cell, Column, Field, Table
from gilbench.experiment import REGION
from gilbench.machines import score
from gilbench.machines.differences import HIGHER, LOWER, OPEN, SAME
from gilbench.machines.sentence import WHAT, limit_text, sentence
from gilbench.summary import spread_text
from gilbench.units import multiple, quantity

SPEED = {LOWER: "faster", HIGHER: "slower"}
COST = {LOWER: "cost less", HIGHER: "cost more"}
PLAIN = {"lower": {LOWER: "better", HIGHER: "worse"}, "higher": {LOWER: "worse", HIGHER: "better"},
         "-": {LOWER: "lower", HIGHER: "higher"}}
LABEL = 29      # characters of a row's name beside its cells
PARTS = (("time per unit", 0, SPEED), ("cost of the locks", 1, COST), ("CPU, sequential", 2, SPEED))


def words_of(value):
    """The verdicts on an experiment's values."""
    return SPEED if (value.unit, value.better) == ("s", "lower") else PLAIN[value.better]


class Layout:
    """How differences are shown: of two machines, or of several."""

    def __init__(self, names, limits):
        self.names = names
        self.limits = limits
        self.pair = len(names) == 2

    def heads(self):
        """The Columns for one row of differences."""
        first, *others = self.names
        if not self.pair:
            return [self.head(f"{other}/{first}") for other in others]
        return [Column(name, (("", 7),)) for name in self.names] + [self.head("/".join(
            reversed(self.names)))]

    def head(self, heading):
        fields = (("ratio", 5), ("lo", 5), ("hi", 5), ("verdict", 6)) if self.pair else \
            (("ratio", 5), ("", 4), ("lo", 0), ("hi", 0), ("verdict", 6))
        return Column(heading, fields)

    def cells(self, found, words, text, unit):
        """The Cells for the Differences of a row; `text` formats its values."""
        if not self.pair:
            return [self.cell(one, words) for one in found]
        one, = found
        values = [Cell((Field(text(value), value, unit),)) for value in one[:2]]
        return [*values, self.cell(one, words)]

    def cell(self, one, words):
        """The Cell of a Difference; None where the machine lacks the row."""
        if one is None:
            return None
        if one.ratio is None:
            return Cell((Field("-"),))
        bounds = [Field("-" if value is None else ratio_text(value), value, "1")
                  for value in (one.lo, one.hi)]
        ratio, word = Field(ratio_text(one.ratio), one.ratio, "1"), Field(self.word(one, words))
        if self.pair:
            return Cell((ratio, *bounds, word))
        reach = one.lo and max(one.hi - one.ratio, one.ratio - one.lo) / one.ratio
        bounds = [bound._replace(text="") for bound in bounds]
        return Cell((ratio, Field(spread_text(reach)), *bounds, word))

    def word(self, one, words):
        """A verdict in words."""
        if one.verdict == SAME:
            return f"same within {limit_text(self.limits.same)}" if self.pair else "same"
        return words.get(one.verdict, one.verdict) or "-"

    def legend(self):
        """How to read the tables."""
        first, *others = self.names
        other = others[0] if self.pair else "the other"
        yield (f"ratio: of the values of {other} to those of {first}"
               + ("; lo, hi: its 95 % interval, from one value per run" if self.pair else
                  "; \u00b1 how far its 95 % interval reaches, from one value per run"))
        yield ("faster, slower and the like: shown, by tests corrected for their number (of 100 "
               "pairs of equal machines, fewer than 5 have any such verdict), and "
               f"{limit_text(self.limits.floor)} or more; same: the 90 % interval lies within "
               f"{limit_text(self.limits.same)}; {OPEN} neither is shown, which does not mean that "
               "there is no difference")


def score_table(layout, kernel, scores):
    """The Table of the Scores of all machines but the first."""
    first, *others = layout.names
    about = f"{kernel}: geometric mean of {score.ROWS}, for {WHAT}"
    if layout.pair:
        one, = scores
        rows = [(name, layout.cells([one[place]], words, text, unit))
                for (name, place, words), (text, unit) in zip(PARTS, (
                    (seconds, "s"), (multiple, "1"), (seconds, "s")))]
        heads = layout.heads()
    else:
        heads = [layout.head(name) for name, *_ in PARTS]
        rows = [(f"{other}/{first}", [layout.cell(one[place], words) for _, place, words in PARTS])
                for other, one in zip(others, scores)]
    return Table("score", kernel, [("score", about)], heads, rows,
                 answer=tuple(sentence(one, first, other, layout.limits)
                              for other, one in zip(others, scores)))


def ratio_text(value):
    return f"{value:.3f}" if 0.001 <= value < 10 else f"{value:.3g}"


def seconds(value):
    return "-" if value is None else quantity(value, "s")


def value_table(layout, block, found):
    """The Table of the rows of a block: `found` are pairs of a label and its Differences."""
    value = block.value
    per_unit = value.name == REGION
    about = "time per unit of work" if per_unit else value.name
    words = words_of(value)
    rows = [(label, layout.cells(some, words, lambda one: shown(one, value.unit), value.unit))
            for label, some in found]
    return Table(block.experiment, block.kernel, [(block.experiment, head(block, about))],
                 layout.heads(), rows, label_width=LABEL)


def slow_down_table(layout, block, found):
    """The Table of the slow-downs of a block."""
    about = "time as a multiple of the baseline's (what the lock costs)"
    rows = [(label, layout.cells(some, PLAIN["-"], multiple, "1")) for label, some in found]
    return Table(f"{block.experiment} slow-down", block.kernel,
                 [("slow-down", head(block, about))], layout.heads(), rows, label_width=LABEL)


def head(block, about):
    return f"{block.kernel}: {about}" if block.kernel else about


def shown(value, unit):
    """A value in its unit; `-` if it is unknown."""
    return "-" if value is None else quantity(value, unit)
