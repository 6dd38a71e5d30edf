"""Two or more sides compared: blocks of rows, their differences, and the score.

Every side is compared with the first. All values are one family of tests, all slow-downs another,
and each part of the score a third.
"""

from dataclasses import dataclass, field

from gilbench.machines import differences, matching, score


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
    limits: differences.Limits
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
    values = judged(blocks, limits, differences.of_values, lambda match: True)
    slow_downs = judged(blocks, limits, differences.of_slow_downs, has_base)
    merged = {}
    for own in blocks:
        for block in own:
            merged.setdefault((block.experiment, block.kernel), block)
    rows = [Rows(block, table(values, key, len(others)), table(slow_downs, key, len(others)))
            for key, block in merged.items()]
    notes = dict.fromkeys(note for own in blocks for block in own for note in block.notes)
    return Comparison(sides, limits, rows, scores_of(sides, limits), list(notes))


def has_base(match):
    return all(base is not None and base.samples for base in match.bases)


def judged(blocks, limits, test, wanted):
    """{(experiment, kernel): {row: {place of the side: Difference}}} of all, as one family.

    A row is its label and, as labels may be alike, its parts.
    """
    places, matches = [], []
    for place, own in enumerate(blocks):
        for block in own:
            for match in filter(wanted, block.matches):
                places.append(((block.experiment, block.kernel), row_of(match), place))
                matches.append(match)
    found = {}
    for (key, row, place), difference in zip(places, test(matches, limits)):
        found.setdefault(key, {}).setdefault(row, {})[place] = difference
    return found


def row_of(match):
    return match.label, frozenset(match.parts.items())


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
