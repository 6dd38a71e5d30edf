"""Draw models against real runtimes: a panel for each kind of quantity, points near a diagonal."""

from gilbench import gnuplot as draw

KINDS = ("slow-down", "convoy p50", "convoy p99", "bandwidth share")
UNITS = {"slow-down": "1", "convoy p50": "s", "convoy p99": "s", "bandwidth share": "1"}
COLUMNS = ("columns: workers real lo hi model lo hi limit; lo and hi: the 95 % bootstrap interval "
           "(2 or more samples); limit: the factor within which the two count as alike; ? = none")


def draw_points(found, files, pin, table, difference):
    """The picture of one section's comparisons; `found` as fidelity has them."""
    names = list(dict.fromkeys(pair.label for pair, *_ in found))
    kinds = [kind for kind in KINDS if any(one.kind == kind for _, one, _ in found)]
    values = {(kind, name): [point(one, verdict, difference) for pair, one, verdict in found
                             if (one.kind, pair.label) == (kind, name)]
              for kind in kinds for name in names}
    # A block without a line would not count as one.
    blocks = [(f"{kind} ({UNITS[kind]}): {name}",
               [" ".join(map(draw.number, numbers)) for numbers in lines or [[None] * 8]])
              for (kind, name), lines in values.items()]
    spans = [span([numbers for (other, _), lines in values.items() if other == kind
                   for numbers in lines]) for kind in kinds]
    head = (f"models against real runtimes; machine: {files[0].machine}; pin: {pin}; "
            "statistic: median",)
    draw.write_table(table, head, blocks, COLUMNS)
    counts = sorted({one.workers for _, one, _ in found})
    draw.draw("fidelity.gp", table,
              f"models against real runtimes on {files[0].machine}, pin {pin}",
              draw.words(kinds), draw.words(names), draw.words(counts),
              draw.words(number for one in spans for number in one))


def point(one, verdict, difference):
    """The numbers of a line of the table."""
    values = [one.workers]
    for side in (one.real, one.model):
        bounds = difference.interval_of_ratio([side.over], side.sets[1:])
        values += [side.value, *(bounds or (None, None))]
    return values + [verdict.limit]


def span(points):
    """The range of both axes of a panel, and the widest limit in it."""
    values = [value for numbers in points for value in numbers[1:7] if value is not None]
    limit = max([numbers[7] for numbers in points if numbers[7]], default=1)
    room = max((max(values) / min(values)) ** 0.1, 1.1 * limit)
    return min(values) / room, max(values) * room, limit
