"""Pictures of horizontal bars: a cluster for each series, a bar for each number of workers."""

from gilbench.pictures import gnuplot
from gilbench.parts import picture_lines


def clusters(sheet, shown):
    """Each series with the numbers of workers for which it has a row."""
    return [(series, [workers for workers in sheet.workers if (series, workers) in sheet.rows])
            for series in shown]


def picture(program, stem, header, blocks, title, context):
    """A Picture of bars; `context` is (result, sheet, group, columns, further arguments)."""
    result, sheet, group, columns, more = context
    shown = [series for series, _ in blocks]
    return gnuplot.Picture(
        program, stem, header, [(series.label, lines) for series, lines in blocks],
        (title, picture_lines.places(result), picture_lines.labels(shown),
         picture_lines.styles(sheet, shown), gnuplot.words(len(lines) for _, lines in blocks),
         *more),
        (title, *(series.label for series in shown)), columns, group,
        sheet.kernel)
