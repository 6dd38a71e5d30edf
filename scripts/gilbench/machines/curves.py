"""Pictures of the speed-up of several machines: over workers, and over the share of their cores.

A panel for each series, with a curve for each machine from dark to light: the colour still means
the lock.
"""

from dataclasses import replace
from typing import NamedTuple

from gilbench.machines import matching
from gilbench.machines.headings import FEW, header, heading
from gilbench.machines.score import EXPERIMENT
from gilbench.parts import headings, speedup
from gilbench.pictures import axis, curves, gnuplot, styles
from gilbench.pictures.page import Area
from gilbench.sheet import sheets_of

SHARE_COLUMNS = speedup.COLUMNS.replace("workers", "share") + \
    "; share: of the machine's cores, workers over cores"


class Machine(NamedTuple):
    """A side in one kernel."""

    name: str
    place: int      # among all sides
    sheet: object
    cores: int      # or hardware threads, where these are the places for workers

    def points(self, series, shared):
        """The (x, speed-up, lo, hi) of a series; x is the number of workers, or their share."""
        return [(self.x(workers, shared), *rest)
                for workers, *rest in speedup.points(self.sheet, series)]

    def lines(self, series, shared):
        """The lines of the table."""
        return [gnuplot.point(self.x(workers, shared), self.sheet.speedup(series, workers))
                for workers in self.sheet.workers]

    def x(self, workers, shared):
        return workers / self.cores if shared else workers


def pictures(sides):
    """The Pictures of each kernel that has curves."""
    found = {}
    names = matching.minor_versions(sides)
    for place, side in enumerate(sides):
        result = side.results.get(EXPERIMENT)
        if result is None or not any(row.samples for row in result.experiment(EXPERIMENT)):
            continue
        result = result._replace(rows=[renamed(row, names) for row in result.rows])
        for sheet in sheets_of(result, EXPERIMENT):
            found.setdefault(sheet.kernel, []).append(
                Machine(side.name, place, sheet, result.places))
    for kernel, machines in found.items():
        for group in ("", "-real"):
            yield from of_group(sides, machines, kernel, group)


def renamed(row, names):
    """A row under the name that its runtime has in the comparison."""
    runtime = row.parts.get("runtime")
    if not runtime:
        return row
    return replace(row, parts={**row.parts, "runtime": names[runtime]})


def of_group(sides, machines, kernel, group):
    """The Pictures of models, or of real runtimes: over workers, and over the share of cores."""
    for shared in (False, True):
        owned = [(machine, series) for machine in machines if machine.cores or not shared
                 for series in speedup.shown_of(machine.sheet, machine.sheet.series)
                 if series.of_runtime == bool(group)]
        if owned:
            yield picture(sides, owned, (kernel, group), shared)


def picture(sides, owned, place, shared):
    """A Picture of pairs of a Machine and a series that it has."""
    kernel, group = place
    machines = list(dict.fromkeys(machine for machine, _ in owned))
    shown = sorted({series for _, series in owned}, key=lambda series: series.order)
    x = "share of the cores" if shared else "number of workers"
    what = f"speed-up by {x}, over the own run with 1 worker, kernel {kernel}"
    return gnuplot.Picture(
        "compare-share" if shared else "compare-speedup",
        heading(sides, finding(machines, shown), what), header(sides, what),
        [(f"{machine.name}: {series.label}", machine.lines(series, shared))
         for machine, series in owned],
        lambda top: curves.page(top, list(notes(sides, shared)),
                                plots((sides, machines), shown, owned, shared)),
        SHARE_COLUMNS if shared else speedup.COLUMNS, group, kernel)


def finding(machines, shown):
    """How fast threads under a lock are on each machine."""
    locked = [series for series in shown if series.mode == "gil"]
    common = set.intersection(*({workers for series, workers in machine.sheet.rows
                                 if series in locked} for machine in machines))
    most = max(common, default=1)
    if most == 1:
        return ""
    ratios = {machine.name: [machine.sheet.ratio(series, most) for series in locked
                             if (series, most) in machine.sheet.rows] for machine in machines}
    if len(ratios) > FEW:
        ratios = {f"{len(ratios)} machines": [one for own in ratios.values() for one in own]}
    said = [text for text in map(speed_text, ratios, ratios.values()) if text]
    return f"compared with one thread, {most} under a lock are {', '.join(said)}" if said else ""


def speed_text(name, ratios):
    """How fast threads under locks are on the machines of a name; empty if nothing is clear."""
    clear = list(filter(headings.clear, ratios))
    if not clear:
        return ""
    part = f" with {len(clear)} of {len(ratios)} locks" if len(clear) < len(ratios) else ""
    return f"{headings.speed_words(clear)}{part} on {name}"


def notes(sides, shared):
    yield headings.RATIO_WHISKERS
    if shared:
        lacking = [side.name for side in sides
                   if EXPERIMENT in side.results and not side.results[EXPERIMENT].places]
        yield "dotted: the ideal of each machine; shaded: more workers than cores" + (
            f"; without {', '.join(lacking)}: number of cores unknown" if lacking else "")


def plots(who, shown, owned, shared):
    """A Plot for each series."""
    sides, machines = who
    looks = styles.styles(shown)
    points = {one: one[0].points(one[1], shared) for one in owned}
    guides = ideals(machines) if shared else (ideal(machines, points),)
    axes = share_axes(points, guides) if shared else speedup.axes_of(
        sorted({x for some in points.values() for x, *_ in some}), (points, guides[0]))
    areas = (Area(1, axes[0].high),) if shared and axes[0].high > 1.1 else ()
    return [curves.Plot(
        [curves.Curve(machine.name, styles.shaded(looks[series], machine.place, len(sides)),
                      place, [(x, y) for x, y, *_ in points[machine, series]], 3, 4)
         for place, (machine, other) in enumerate(owned) if other == series],
        axes, series.label, guides, areas) for series in shown]


def ideal(machines, points):
    """What a program gains that scales, on the machine with the most cores."""
    workers = sorted({x for some in points.values() for x, *_ in some})
    cores = [machine.cores for machine in machines]
    return speedup.ideal(workers, max(cores) if all(cores) else None)


def ideals(machines):
    """The same of each machine, over the share of its cores; they need no names."""
    found = {}
    for machine in machines:
        points = speedup.ideal(machine.sheet.workers, machine.cores).points
        found[tuple((x / machine.cores, y) for x, y in points)] = None
    return tuple(curves.Guide("", list(points)) for points in found)


def share_axes(points, guides):
    """Both axes: logarithmic together, so that the ideals are straight lines."""
    places = [x for some in points.values() for x, *_ in some]
    values = [value for some in points.values() for _, *values in some for value in values]
    for guide in guides:
        places += [x for x, _ in guide.points]
        values += [y for _, y in guide.points]
    label = "workers / cores"
    if max(places) / min(places) > axis.FEW:
        return (axis.doublings(places, share_text, label),
                axis.doublings(values, axis.times_text, "speed-up"))
    return (axis.from_zero(places, share_text, label),
            axis.from_zero(values, axis.times_text, "speed-up"))


def share_text(value):
    return f"{100 * value:.3g} %"
