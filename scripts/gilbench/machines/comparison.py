"""Two or more sides compared: blocks of rows, their differences, and the score.

Every side is compared with the first. All values and slow-downs are one family of tests. The score,
which is the one number to look at first, is a family of its own in each of its parts.
"""

from dataclasses import dataclass, field

from gilbench.machines import matching, score
from gilbench.machines.differences import Limits, differences


@dataclass
class Rows:
    """A block with its differences: pairs of a label and a Difference, or None, for each side."""

    block: matching.Block
    values: list
    slow_downs: list


@dataclass
class Scores:
    """The Scores of one kernel, or why there are none."""

    kernel: str
    scores: list = field(default_factory=list)
    lacking: str = ""


@dataclass
class Comparison:
    """What was found."""

    sides: list
    limits: Limits
    rows: list
    scores: list
    notes: list

    @property
    def reasons(self):
        """Why rows have no verdict, each reason once."""
        found = [one for rows in self.rows for _, some in rows.values for one in some]
        return list(dict.fromkeys(one.reason for one in found if one and one.reason))


def compare(sides, limits):
    """The Comparison of sides; Misuse if they cannot be compared."""
    first, *others = sides
    blocks = [matching.blocks_of(first, other) for other in others]
    values, slow_downs = judged(blocks, limits)
    merged = {}
    for own in blocks:
        for block in own:
            merged.setdefault((block.experiment, block.kernel), block)
    rows = [Rows(block, table(values, key, len(others)), table(slow_downs, key, len(others)))
            for key, block in merged.items()]
    notes = dict.fromkeys(note for own in blocks for block in own for note in block.notes)
    return Comparison(sides, limits, rows, scores_of(sides, limits), list(notes))


def judged(blocks, limits):
    """The differences of all values, and those of all slow-downs, tested together as one family.

    Both are {(experiment, kernel): {row: {place of the side: Difference}}}. A row is its label and,
    as labels may be alike, its parts.
    """
    places, pairs = [], []
    for place, own in enumerate(blocks):
        for block in own:
            for match in block.matches:
                row = match.label, frozenset(match.parts.items())
                for kind, pair in enumerate((match.values, match.slow_downs)):
                    if pair:
                        places.append((kind, (block.experiment, block.kernel), row, place))
                        pairs.append(pair)
    found = {}, {}
    tested = differences([a for a, _ in pairs], [b for _, b in pairs], limits)
    for (kind, key, row, place), difference in zip(places, tested):
        found[kind].setdefault(key, {}).setdefault(row, {})[place] = difference
    return found


def table(found, key, count):
    """The differences of a block as pairs of a label and a list with a place for each side."""
    return [(label, [own.get(place) for place in range(count)])
            for (label, _), own in found.get(key, {}).items()]


def scores_of(sides, limits):
    """The Scores of each kernel of the experiment that all sides have."""
    if not all(score.EXPERIMENT in side.results for side in sides):
        return []
    kernels = [kernels_of(side) for side in sides]
    common = [kernel for kernel in kernels[0] if all(kernel in own for own in kernels)]
    return [scores_in(kernel, sides, [own[kernel] for own in kernels], limits)
            for kernel in common]


def kernels_of(side):
    """{kernel: its rows}."""
    found = {}
    for row in side.results[score.EXPERIMENT].experiment(score.EXPERIMENT):
        found.setdefault(row.parts["kernel"], []).append(row)
    return found


def scores_in(kernel, sides, rows, limits):
    """The Scores of a kernel."""
    fixed = [score.fixed_rows(own) for own in rows]
    lacking = [f"{side.results[score.EXPERIMENT].shown_path} has no samples of {one}"
               for side, one in zip(sides, fixed) if isinstance(one, str)]
    if lacking:
        return Scores(kernel, lacking="; ".join(lacking))
    return Scores(kernel, score.scores(fixed[0], fixed[1:], limits))
