"""The picture of an experiment whose rows need no more than a dot each."""

from gilbench.parts import headings, machine
from gilbench.pictures import axis, gnuplot, rows, styles
from gilbench.units import quantity

COLUMNS = f"columns: row median lo hi n; row: its place in the block, from 0; {gnuplot.INTERVAL}"


def picture(result, name, kernel, clusters, texts):
    """A Picture of clusters: (name, [(name of the row, Row)]); `texts` are (finding,
    what, label of the axis).

    A text if all rows failed.
    """
    finding, what, label = texts
    every = [row for _, some in clusters for _, row in some]
    if not any(row.samples for row in every):
        return f"{name}{f' of {kernel}' if kernel else ''}: all rows failed"
    value = result.experiments[name].value
    unit = value.unit if value.unit != "1" else "number"
    top = headings.heading(result, finding, what, every)
    header = (what, machine.picture_header(result, unit, "statistic: median"))
    blocks = [(title, [gnuplot.point(place, row.summary) for place, (_, row) in enumerate(some)])
              for title, some in clusters]
    return gnuplot.Picture(name, top, header, blocks,
                           lambda heading: page(heading, clusters, (value.unit, label)), COLUMNS,
                           kernel=kernel)


def page(heading, clusters, measured):
    """The Page; `measured` are the unit and the label of the axis."""
    unit, label = measured
    found = [row.summary for _, some in clusters for _, row in some if row.summary]
    scale = axis.spanning([one for summary in found for one in summary[:3]],
                          axis.text_of(unit), label)
    every = [row for _, some in clusters for _, row in some]
    looks = styles.styles({row.series for row in every})
    return rows.page(heading, [headings.WHISKERS], [
        rows.Cluster(title, [line(text, row, unit, (looks[row.series], block, index))
                             for index, (text, row) in enumerate(some)])
        for block, (title, some) in enumerate(clusters)], [rows.Shape(scale)])


def line(text, row, unit, where):
    if not row.summary:
        return rows.Line(text, ("failed",), (None,))
    return rows.Line(text, (quantity(row.summary.median, unit),), (rows.Spot(*where),))
