"""Two or more sides compared: blocks of rows, their differences, and the score.

Every side is compared with the first. There are three families of tests: the score, the one number
to look at first; all values, with the CPU's part of the score; and all slow-downs, with the locks'
part. Each has an error of its own. Of equal machines, anything is said to differ in less than 5 %
of all comparisons. That is less than the sum of the errors, as a row that differs by chance often
does so in several families, and as small differences are not called any. The errors are chosen so
that one row that differs by 10 % is found in more than 80 of 100 comparisons, and a score that
differs by 5 % in 95; test/simulation shows it.
"""

from dataclasses import dataclass, field

from gilbench.machines import matching, score
from gilbench.machines.differences import Group, Limits, family, pooled

SCORE, VALUES, SLOW_DOWNS = 0.05, 0.025, 0.01       # the errors of the families


@dataclass
class Rows:
    """A block with its differences: pairs of a label and a Difference, or None, for each side."""

    block: matching.Block
    values: list
    slow_downs: list


@dataclass
class Scores:
    """The score.Score of each side but the first in one kernel, or why there is none."""

    kernel: str
    logs: list = field(default_factory=list)        # of each side, as logarithms by run
    scores: list = field(default_factory=list)      # of Differences
    lacking: str = ""


@dataclass
class Comparison:
    """What was found."""

    sides: list
    limits: Limits
    rows: list
    scores: list
    lacks: list     # of matching.Lack
    single: dict    # its keys are the labels of rows that were measured outside the runs

    @property
    def undecided(self):
        """Why rows have no interval: {(the side it is due to, experiment, reason): labels}.

        Without rows that were measured outside the runs, which never have one.
        """
        found = {}
        for rows in self.rows:
            for label, differences in rows.values:
                name = rows.block.full(label)
                for other, one in zip(self.sides[1:], differences):
                    for side, reason in zip((self.sides[0], other), one.reasons if one else ()):
                        if reason and name not in self.single:
                            key = side.name, rows.block.experiment, reason
                            found.setdefault(key, {})[name] = None
        return {key: list(labels) for key, labels in found.items()}


def compare(sides, limits):
    """The Comparison of sides; Misuse if they cannot be compared."""
    first, *others = sides
    blocks = [matching.blocks_of(first, other) for other in others]
    scores = scores_of(sides)
    time, locks, cpu = score_groups(scores)
    places, values = row_group(blocks, lambda match: match.values)
    slow_places, slow_downs = row_group(blocks, lambda match: match.slow_downs)
    values, cpu = family([values, cpu], limits, VALUES)
    slow_downs, locks = family([slow_downs, locks], limits, SLOW_DOWNS)
    fill(scores, *family([time], limits, SCORE), locks, cpu)
    values, slow_downs = sorted_out(places, values), sorted_out(slow_places, slow_downs)
    merged = {}
    for own in blocks:
        for block in own:
            merged.setdefault((block.experiment, block.kernel), block)
    found = [Rows(block, table(values, key, len(others)), table(slow_downs, key, len(others)))
             for key, block in merged.items()]
    lacks = dict.fromkeys(lack for own in blocks for block in own for lack in block.lacks)
    single = dict.fromkeys(block.full(match.label) for own in blocks for block in own
                           for match in block.matches if all(row.single for row in match.rows))
    return Comparison(sides, limits, found, scores, list(lacks), single)


def row_group(blocks, kind):
    """Where each pair of values belongs, and all pairs as a Group; `kind` takes them from a Match.

    A place is (experiment, kernel), the row and the number of the side. A row is its label and, as
    labels may be alike, its parts.
    """
    places, pairs = [], []
    for number, own in enumerate(blocks):
        for block in own:
            for match in block.matches:
                pair = kind(match)
                if pair:
                    row = match.label, frozenset(match.parts.items())
                    places.append(((block.experiment, block.kernel), row, number))
                    pairs.append(pair)
    return places, Group([a for a, _ in pairs], [b for _, b in pairs])


def sorted_out(places, tested):
    """Differences by their places: {(experiment, kernel): {row: {side: Difference}}}."""
    found = {}
    for (key, row, number), difference in zip(places, tested):
        found.setdefault(key, {}).setdefault(row, {})[number] = difference
    return found


def score_groups(scores):
    """A Group for each part of the scores."""
    pairs = [(one.logs[0], log) for one in scores for log in one.logs[1:]]
    return [Group([a[part] for a, _ in pairs], [b[part] for _, b in pairs], pooled)
            for part in range(len(score.Score._fields))]


def fill(scores, *parts):
    """Give the scores their Differences, lists for each part."""
    found = map(score.Score, *parts)
    for one in scores:
        one.scores = [next(found) for _ in one.logs[1:]]


def table(found, key, count):
    """The differences of a block as pairs of a label and a list with a place for each side."""
    return [(label, [own.get(place) for place in range(count)])
            for (label, _), own in found.get(key, {}).items()]


def scores_of(sides):
    """The Scores of each kernel of the experiment that all sides have."""
    if not all(score.EXPERIMENT in side.results for side in sides):
        return []
    kernels = [kernels_of(side) for side in sides]
    common = [kernel for kernel in kernels[0] if all(kernel in own for own in kernels)]
    return [scores_in(kernel, sides, [own[kernel] for own in kernels])
            for kernel in common]


def kernels_of(side):
    """{kernel: its rows}."""
    found = {}
    for row in side.results[score.EXPERIMENT].experiment(score.EXPERIMENT):
        found.setdefault(row.parts["kernel"], []).append(row)
    return found


def scores_in(kernel, sides, rows):
    """The Scores of a kernel."""
    fixed = [score.fixed_rows(own) for own in rows]
    lacking = [f"{side.results[score.EXPERIMENT].shown_path} has no samples of {one}"
               for side, one in zip(sides, fixed) if isinstance(one, str)]
    if lacking:
        return Scores(kernel, lacking="; ".join(lacking))
    return Scores(kernel, [score.logarithms(one) for one in fixed])
