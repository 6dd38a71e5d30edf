"""The picture of models against real runtimes: their ratio, with its interval and the limits.

A panel for each quantity, a line for each model and number of workers. A filled marker says that
the two are shown to be alike, a cross that they are shown to differ, an open one neither.
"""

from gilbench.models import equivalence
from gilbench.parts import headings, machine
from gilbench.pictures import axis, gnuplot, rows, styles
from gilbench.pictures.page import Heading
from gilbench.units import counted

COLUMNS = ("columns: workers ratio lo hi real model limit; ratio: model / real; lo and hi: its "
           "95 % interval; limit: the factor within which the two count as alike; ? = none")
IN_TABLE = {"s": "s", "x": "1", "%": "1"}
NOTES = ("shaded: the limits within which a model is alike; thin lines: the 95 % interval of the "
         "ratio",
         "filled: shown to be alike; cross: shown to differ; open: neither, or not judged; k: "
         "CPU-bound threads beside the I/O thread")
CROSS = 2       # gnuplot's point type
PANELS = 4      # of one picture


def pictures(found, files, pin, several):
    """The Pictures of the comparisons of one way of pinning: (pair, comparison, verdict)."""
    quantities = list(dict.fromkeys(one.quantity for _, one, _ in found))
    for first in range(0, len(quantities), PANELS):
        group = f"-{first // PANELS + 1}" if first else ""
        yield picture(found, quantities[first:first + PANELS], (files, pin),
                      {"group": group, "kernel": pin if several else ""})


def picture(found, quantities, where, names_of_file):
    """A Picture of at most four quantities."""
    files, pin = where
    lines = {}
    for pair, one, verdict in found:
        if one.quantity in quantities:
            lines.setdefault((one.quantity, pair.label), []).append((pair, one, verdict))
    blocks = [(f"{quantity.name} ({IN_TABLE[quantity.unit]}): {name}",
               [numbers(one, verdict) for _, one, verdict in some])
              for (quantity, name), some in lines.items()]
    worst = headings.worst(files)
    title = finding([item for some in lines.values() for item in some])
    if worst.verdict == headings.DISTURBED:
        title = "models compared with real runtimes"
    top = Heading(headings.sentence(title),
                  f"Ratio model / real, pin {pin}; {machine.machine(worst)}",
                  *headings.judgement(worst))
    header = (f"models against real runtimes; machine: {worst.machine}; pin: {pin}; statistic: "
              "geometric mean",)
    return gnuplot.Picture("fidelity", top, header, blocks,
                           lambda heading: page(heading, quantities, lines), COLUMNS,
                           **names_of_file)


def numbers(one, verdict):
    """A line of the table."""
    return gnuplot.numbers(one.workers, verdict.ratio, *(verdict.interval or (None, None)),
                           one.real.value, one.model.value, verdict.limit)


def finding(found):
    """How many models are alike."""
    verdicts = {}
    for pair, _, verdict in found:
        verdicts.setdefault(pair.label, []).append(verdict)
    models = [equivalence.model_verdict(some) for some in verdicts.values()]
    lines = [verdict.text for _, _, verdict in found if verdict.text in equivalence.JUDGED]
    return (f"of {counted(len(models), 'lock model')}, {counts(models)}; "
            f"of {counted(len(lines), 'line')} judged, {counts(lines)}")


def counts(texts):
    words = ((equivalence.ALIKE, "alike"), (equivalence.DIFFERS, "different"),
             (equivalence.UNDECIDED, "undecided"))
    return ", ".join(f"{texts.count(text)} {word}" for text, word in words if text in texts) or \
        "none judged"


def page(heading, quantities, lines):
    """A cluster of lines for each model, a panel for each quantity."""
    blocks = {key: block for block, key in enumerate(lines)}
    clusters = {}
    for (quantity, name), some in lines.items():
        for index, (pair, one, verdict) in enumerate(some):
            ink, spot = look(pair, verdict, (blocks[quantity, name], index))
            cluster = clusters.setdefault(name, (ink, {}))
            cluster[1].setdefault((one.workers, one.rest), {})[quantity] = spot
    return rows.page(heading, NOTES, [
        rows.Cluster(name, [rows.Line(f"{rest} {workers}".strip(), (),
                                      tuple(map(spots.get, quantities)))
                            for (workers, rest), spots in sorted(some.items())], ink)
        for name, (ink, some) in clusters.items()],
        [rows.Shape(scale(quantity, lines), title=quantity.name, middle=1)
         for quantity in quantities], named="workers or k")


def look(pair, verdict, place):
    """The colour of a model's name, and the Spot of one verdict."""
    colour, filled, hollow = styles.of_lock(styles.family(pair.lock))
    marker = {equivalence.ALIKE: filled, equivalence.DIFFERS: CROSS}.get(verdict.text, hollow)
    style = styles.Style(colour, marker)
    band = (1 / verdict.limit, verdict.limit) if verdict.text in equivalence.JUDGED else None
    return style.ink, rows.Spot(style, *place, band=band, bare=verdict.interval is None)


def scale(quantity, lines):
    """The axis of a panel."""
    verdicts = [verdict for (one, _), some in lines.items() if one == quantity
                for *_, verdict in some]
    values = [value for verdict in verdicts
              for value in (verdict.ratio, *(verdict.interval or ())) if value > 0]
    limit = max((verdict.limit for verdict in verdicts if verdict.limit), default=1.1)
    return axis.decades([*values, limit ** 1.2, limit ** -1.2], axis.times_text, "")
