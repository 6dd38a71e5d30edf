"""The picture of models against real runtimes: a panel per quantity, points near a diagonal."""

from gilbench.pictures import gnuplot

COLUMNS = ("columns: workers real lo hi model lo hi limit; lo and hi: the 95 % interval "
           "(2 or more samples); limit: the factor within which the two count as alike; ? = none")
IN_TABLE = {"s": "s", "x": "1", "%": "1"}
PANELS = 4      # of one picture


def pictures(found, machine, pin, several):
    """The Pictures of the comparisons of one way of pinning: (pair, comparison, verdict)."""
    quantities = list(dict.fromkeys(one.quantity for _, one, _ in found))
    for first in range(0, len(quantities), PANELS):
        group = f"-{first // PANELS + 1}" if first else ""
        yield picture(found, quantities[first:first + PANELS], (machine, pin),
                      {"group": group, "kernel": pin if several else ""})


def picture(found, quantities, where, names_of_file):
    """A Picture of at most four quantities."""
    machine, pin = where
    names = list(dict.fromkeys(pair.label for pair, *_ in found))
    values = {(quantity, name): [point(one, verdict) for pair, one, verdict in found
                                 if (one.quantity, pair.label) == (quantity, name)]
              for quantity in quantities for name in names}
    # Without a line, gnuplot would not count a block.
    blocks = [(f"{quantity.name} ({IN_TABLE[quantity.unit]}): {name}",
               [" ".join(map(gnuplot.number, numbers)) for numbers in lines or [[None] * 8]])
              for (quantity, name), lines in values.items()]
    spans = [span([numbers for (other, _), lines in values.items() if other == quantity
                   for numbers in lines]) for quantity in quantities]
    header = (f"models against real runtimes; machine: {machine}; pin: {pin}; statistic: geometric mean",)
    title = f"models against real runtimes on {machine}, pin {pin}"
    return gnuplot.Picture(
        "fidelity.gp", "fidelity", header, blocks,
        (title, gnuplot.words(quantity.name for quantity in quantities), gnuplot.words(names),
         gnuplot.words(sorted({one.workers for _, one, _ in found})),
         gnuplot.words(number for one in spans for number in one),
         gnuplot.words(quantity.unit for quantity in quantities)),
        (title, *names, *(quantity.name for quantity in quantities)), COLUMNS,
        **names_of_file)


def point(one, verdict):
    """The numbers of a line of the table."""
    values = [one.workers]
    for side in (one.real, one.model):
        values += [side.value, *(side.estimate.interval(0.95) or (None, None))]
    return values + [verdict.limit]


def span(points):
    """The range of both axes of a panel, and the widest limit in it."""
    values = [value for numbers in points for value in numbers[1:7] if value is not None]
    limit = max([numbers[7] for numbers in points if numbers[7]], default=1)
    room = max((max(values) / min(values)) ** 0.1, 1.1 * limit)
    return min(values) / room, max(values) * room, limit
