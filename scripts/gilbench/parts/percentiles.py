"""Pictures of distributions: latency over percentiles, a curve for each series."""

from gilbench import hgrm
from gilbench.pictures import gnuplot
from gilbench.command import ToolError
from gilbench.parts import machine, picture_lines
from gilbench.units import counted

POINTS = 12         # marks on a curve, which tell it from the others
CLOSEST = 1.01      # the smallest factor between two of them
COLUMNS = "columns: 1/(1-percentile) seconds mark; mark: the seconds where the curve has a point"


def pictures(result, sheet, experiment, name):
    """A picture for each k from 1 and group of series; a text for what cannot be drawn."""
    if not sheet.has_samples:
        yield f"{name} of {sheet.kernel}: all rows failed"
        return
    try:
        source = hgrm.open_beside(result.path, result.experiment(experiment)[0].parts["kernel"])
    except ToolError as error:
        yield f"{name} of {sheet.kernel}: {error}"
        return
    found = False
    for group, shown in picture_lines.groups(sheet).items():
        for k in filter(None, sheet.workers):
            rows = [(series, sheet.rows[series, k]) for series in shown
                    if (series, k) in sheet.rows and sheet.rows[series, k].samples]
            if rows:
                found = True
                yield picture(result, sheet, source, rows, (f"{name}-{k}", group, k))
    if not found:
        yield f"{name} of {sheet.kernel}: it needs a row with samples and k from 1"


def picture(result, sheet, source, rows, place):
    """One Picture, or a text that says why there is none."""
    stem, group, k = place
    try:
        curves = [(series, source.curve(row)) for series, row in rows]
    except ToolError as error:
        return f"{stem}{group} of {sheet.kernel}: {error}"
    shown = [series for series, _ in curves]
    what = f"latency of messages beside {counted(k, 'CPU-bound thread')}"
    title = machine.picture_title(result, sheet.kernel, what)
    return gnuplot.Picture(
        "percentiles.gp", stem,
        (f"{what}, kernel {sheet.kernel}",
         machine.picture_header(result, "s", "all samples of a row together")),
        [(series.label, list(marked(points, place)))
         for place, (series, points) in enumerate(curves)],
        (title, picture_lines.labels(shown), picture_lines.styles(sheet, shown),
         picture_lines.dashes(shown)),
        (title, *(series.label for series in shown)), COLUMNS, group,
        sheet.kernel)


def marked(points, place):
    """The lines of a curve's block; its marks lie at equal distances on the picture."""
    step = max(points[-1][0] ** (1 / POINTS) if points[-1][0] > 1 else 2, CLOSEST)
    following = step ** (0.15 * (place % 7))
    for number, (part, seconds) in enumerate(points, 1):
        mark = part >= following or number == len(points)
        while following <= part:
            following *= step
        yield f"{part:.8g} {seconds:.6g} {gnuplot.number(seconds if mark else None)}"
