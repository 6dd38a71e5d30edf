"""The picture of a comparison: each row's ratio with its interval, around a line at 1.

A panel shows the values of an experiment; a second one, where rows have a baseline, their
slow-downs. A filled marker says that the verdict is shown, be it a difference or none; an open one
that neither is.
"""

from typing import NamedTuple

from gilbench.experiment import REGION
from gilbench.machines import matching, score
from gilbench.machines.differences import HIGHER, LOWER, OPEN, SAME, UNKNOWN
from gilbench.machines.headings import FEW, header, heading
from gilbench.machines.sentence import WHAT, limit_text, sentence
from gilbench.machines.tables import PLAIN, SPEED, ratio_text, words_of
from gilbench.pictures import axis, gnuplot, rows, styles
from gilbench.pictures.page import BLACK
from gilbench.series import Series, label_of, series_of
from gilbench.units import counted
from gilbench.views import view_of

COLUMNS = ("columns: row ratio lo hi first other; row: its place in the block, from 0; lo and hi: "
           "the 95 % interval of the ratio; first and other: the values; ? = none")
CIRCLE, RING = 7, 6     # gnuplot's point types


class Kind(NamedTuple):
    """What a panel shows of the rows."""

    name: str
    words: dict     # of the verdicts
    low: str        # what a ratio below 1 means


class Line(NamedTuple):
    """A row of one machine: a Difference for each Kind, or None."""

    cluster: str
    name: str
    ink: int
    style: object
    differences: tuple


def pictures(found):
    """A Picture for each experiment and kernel of a Comparison."""
    for one in found.rows:
        lines = list(score_lines(found, one.block)) + list(row_lines(found, one))
        if lines:
            yield picture(found, one, lines)


def kinds_of(one):
    """The Kinds of a block of rows."""
    value = one.block.value
    name, words = "time per unit of work" if value.name == REGION else value.name, words_of(value)
    found = [Kind(name, words, words[LOWER])]
    if one.slow_downs:
        found.append(Kind("slow-down", PLAIN["-"], "the locks cost less"))
    return found


def picture(found, one, lines):
    """The Picture of a block."""
    first, *others = (side.name for side in found.sides)
    kinds = kinds_of(one)
    pair = f"{others[0]} / {first}" if len(others) == 1 else f"to {first}"
    blocks, clusters = [(kind.name, []) for kind in kinds], {}
    for line in lines:
        spots, texts = [], []
        for place, (kind, difference) in enumerate(zip(kinds, line.differences)):
            spots.append(spot(found.limits, line, difference, (place, len(blocks[place][1]))))
            texts.append(text_of(difference, kind.words))
            if spots[-1]:
                blocks[place][1].append(gnuplot.numbers(len(blocks[place][1]), *difference[2:5],
                                                        *difference[:2]))
        clusters.setdefault(line.cluster, rows.Cluster(line.cluster, [], line.ink)).lines.append(
            rows.Line(line.name, tuple(texts), tuple(spots)))
    what = f"{title(one.block)}: ratio {pair} of each row"
    shapes = [rows.Shape(scale(found, lines, place, f"ratio {pair}; below 1: {kind.low}"),
                         title=kind.name, middle=1) for place, kind in enumerate(kinds)]
    return gnuplot.Picture(
        "compare-" + one.block.experiment, heading(found.sides, finding(found, one), what),
        header(found.sides, what), blocks,
        lambda top: rows.page(top, notes(found.limits), list(clusters.values()), shapes,
                              tuple(kind.name for kind in kinds)),
        COLUMNS, kernel=one.block.kernel)


def title(block):
    """What is compared in a block, in words."""
    return ", ".join(filter(None, (block.experiment, block.kernel)))


def score_lines(found, block):
    """The Lines of the score, if the block is what it is made of."""
    for one in found.scores:
        if (score.EXPERIMENT, one.kernel) == (block.experiment, block.kernel) and one.scores:
            for side, its in zip(found.sides[1:], one.scores):
                yield Line("score", line_name(found, "", side), BLACK, styles.Style(BLACK, CIRCLE),
                           (its.time, its.slow_down))


def row_lines(found, one):
    """The Lines of the rows, in order."""
    known = known_rows(found.sides, one.block.experiment)
    looks = styles.styles({series for series, *_ in known.values()})
    slow_downs = list(one.slow_downs)   # some of the same rows, in the same order
    for label, values in one.values:
        series, cluster, name = known.get(label, (Series("", ""), label, ""))
        style = looks.get(series, styles.Style(BLACK, CIRCLE))
        own = slow_downs.pop(0)[1] if slow_downs and slow_downs[0][0] == label else ()
        for place, side in enumerate(found.sides[1:]):
            both = values[place], own[place] if own else None
            if any(both):
                yield Line(cluster, line_name(found, name, side), style.ink, style, both)


def known_rows(sides, experiment):
    """{label: (Series, name of its cluster, name in it)} of all rows."""
    names, view, found = matching.minor_versions(sides), view_of(experiment), {}
    for side in sides:
        if experiment not in side.results:
            continue
        for one in matching.known_rows(side, experiment, names).values():
            series = series_of(one.parts)
            place = (series.label, view.workers_text(one.row.workers)) if view.sheeted else \
                (label_of(one.parts, "kernel"), "")
            found[", ".join(filter(None, place))] = (series, *place)
    return found


def line_name(found, name, side):
    """What a line is called in its cluster: with the machine, if there are several."""
    return name if len(found.sides) == 2 else f"{name} {side.name}".strip()


def spot(limits, line, difference, place):
    """The Spot of a Difference, or None."""
    if difference is None or difference.ratio is None:
        return None
    marker = CIRCLE if difference.verdict not in (OPEN, UNKNOWN) else RING
    return rows.Spot(styles.Style(line.style.colour, marker), *place,
                     band=(1 / (1 + limits.same), 1 + limits.same), bare=difference.lo is None)


def text_of(difference, words):
    """The ratio and the verdict."""
    if difference is None:
        return ""
    if difference.ratio is None:
        return "-"
    word = words.get(difference.verdict, difference.verdict)
    return f"{ratio_text(difference.ratio)} {word}".strip()


def scale(found, lines, place, label):
    """The axis of a panel: all intervals, and the limits of `same`."""
    same = 1 + found.limits.same
    values = [value for line in lines for difference in line.differences[place:place + 1]
              if difference for value in difference[2:5] if value]
    return axis.decades([*values, same ** 1.2, same ** -1.2], axis.times_text, label)


def notes(limits):
    return (f"thin lines: the 95 % interval, from one value per run; shaded: within "
            f"{limit_text(limits.same)}",
            f"filled: shown to differ by {limit_text(limits.floor)} or more, or to be the same "
            f"within {limit_text(limits.same)}; open: neither is shown")


def finding(found, one):
    """What the score says; without it, how many rows differ."""
    first, *others = (side.name for side in found.sides)
    for scores in found.scores:
        if (score.EXPERIMENT, scores.kernel) == (one.block.experiment, one.block.kernel):
            known = [(its, other) for its, other in zip(scores.scores, others)
                     if its.time.verdict != UNKNOWN]
            if len(known) >= FEW:
                return counts([its.time.verdict for its, _ in known], SPEED, "machine", first) + \
                    f" for {WHAT}"
            if known:
                return "; ".join(sentence(its, first, other, found.limits).split(";")[0]
                                 for its, other in known)
    verdicts = [difference.verdict for _, some in one.values for difference in some if difference]
    if not any(verdicts):
        return ""
    words = words_of(one.block.value)
    return f"{title(one.block)}: {counts(verdicts, words, 'row', first)}"


def counts(verdicts, words, noun, first):
    """How many of each verdict there are, in words."""
    words = {**words, SAME: "the same", OPEN: "not shown to be either", UNKNOWN: "not judged"}
    texts = [f"{verdicts.count(verdict)} {words[verdict]}"
             for verdict in (LOWER, HIGHER, SAME, OPEN, UNKNOWN) if verdict in verdicts]
    return f"of {counted(len(verdicts), noun)} compared with {first}, {', '.join(texts)}"
