"""The pictures of `convoy` and `bandwidth`: percentiles of latencies, and bars of packets."""

import os

from gilbench.views import io_tables as beside
from gilbench import gnuplot as draw
from gilbench import hgrm
from gilbench import results
from gilbench.command import ToolError

MARKS = 12      # points on a curve that tell it from the others
CURVES = "columns: 1/(1-percentile) seconds mark; mark: the seconds where the curve has a point"
BARS = draw.COLUMNS + "; then the text beside the bar"


def convoy(result, sheet, folder, ending):
    """A picture for each k from 1 and group of lines; yields what could not be drawn."""
    source = hgrm.folder_of(result.path)
    first = result.experiment("convoy")[0].parts["kernel"]
    if any(row.samples for row in sheet.rows.values()) and not os.path.isdir(source):
        yield f"no picture of convoy: the folder {source} is missing; {hgrm.WRITTEN}"
        return
    found = False
    for suffix, lines in draw.groups(sheet).items():
        for workers in filter(None, sheet.workers):
            rows = {line: sheet.rows.get((line, workers)) for line in lines}
            try:
                curves = [(line, curve(source, row, first)) for line, row in rows.items()
                          if row and row.samples]
            except ToolError as error:
                found = True
                yield f"no picture convoy-{workers}{suffix}{ending}: {error}"
                continue
            if curves:
                found = True
                draw_curves(result, sheet, os.path.join(
                    folder, f"convoy-{workers}{suffix}{ending}.dat"), workers, curves)
    if not found:
        yield f"{sheet.kernel}: no picture of convoy, it needs a good row with k from 1"


def curve(source, row, first):
    """The distribution of a row."""
    path = os.path.join(source, hgrm.name_of(row, first))
    if not os.path.exists(path):
        raise ToolError(path, f"the percentiles of row {row.name} are missing; {hgrm.WRITTEN}")
    return hgrm.read(path)


def draw_curves(result, sheet, table, workers, curves):
    what = f"latency of messages beside {workers} CPU-bound thread{'s' if workers > 1 else ''}"
    head = (f"{what}, kernel {sheet.kernel}", f"machine: {result.machine}; cores: "
            f"{result.cores or 'unknown'}; unit: s; all samples of a row together")
    draw.write_table(table, head, [(line.label, list(marked(points, place)))
                                   for place, (line, points) in enumerate(curves)], CURVES)
    lines = [line for line, _ in curves]
    draw.draw("percentiles.gp", table, draw.title(result, sheet, what),
              draw.words(line.label for line in lines), draw.styles(sheet, lines),
              draw.kinds(lines))


def marked(points, place):
    """The lines of a curve's block; its marks lie at equal distances on the picture."""
    step = points[-1][0] ** (1 / MARKS) if points[-1][0] > 1 else 2
    following = step ** (0.15 * (place % 7))
    for number, (part, seconds) in enumerate(points, 1):
        mark = part >= following or number == len(points)
        while following <= part:
            following *= step
        yield f"{part:.8g} {seconds:.6g} {draw.number(seconds if mark else None)}"


def bandwidth(result, sheet, folder, ending):
    """A picture for each group of lines; yields what could not be drawn."""
    for suffix, lines in draw.groups(sheet).items():
        clusters = [(line, [workers for workers in sheet.workers if (line, workers) in sheet.rows])
                    for line in lines]
        if not any(sheet.rows[line, workers].samples for line, some in clusters
                   for workers in some):
            yield f"{sheet.kernel}: no picture of bandwidth, all rows failed"
            continue
        table = os.path.join(folder, f"bandwidth{suffix}{ending}.dat")
        head = (f"packets per second, kernel {sheet.kernel}", f"machine: {result.machine}; cores: "
                f"{result.cores or 'unknown'}; unit: 1/s; statistic: median")
        draw.write_table(table, head, [(line.label, [bar(sheet, line, workers) for workers in some])
                                       for line, some in clusters], BARS)
        draw.draw("bandwidth.gp", table,
                  draw.title(result, sheet, "UDP echoes beside k CPU-bound threads"),
                  draw.places(result), draw.words(line.label for line in lines),
                  draw.styles(sheet, lines), draw.words(len(some) for _, some in clusters))


def bar(sheet, line, workers):
    """A line of the table: the numbers, and the text beside the bar."""
    found = summarise(sheet.rows[line, workers])
    if found is None:
        return f'{draw.point(workers, None)} ""'
    share = beside.share_left(sheet, line, workers) if workers else None
    text = f"{beside.rate(found.median)}/s" + (f"  {beside.percent(share)}" if share else "")
    return f'{draw.point(workers, found)} "{text}"'


def summarise(row):
    return results.summarise(row.values("packets_per_s"))
