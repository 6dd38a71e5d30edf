"""Pictures of distributions: latency over percentiles, a curve for each series.

A curve ends where its messages no longer tell more: a percentile p needs 3.7 messages beyond it,
so that at least one is there in 97.5 of 100 cases, and one above 99 % ten samples. Intervals are
those of the percentiles of all messages; older files know those of the samples' p50 and p99 only.
"""

from gilbench import hgrm
from gilbench.command import ToolError
from gilbench.parts import headings, latencies, machine, panels
from gilbench.pictures import axis, curves, gnuplot, styles
from gilbench.summary import summarise
from gilbench.units import UNITS, counted, duration

BEYOND = latencies.MESSAGES / 1000      # messages
COMMON = 100        # 1/(1-percentile) up to which any number of samples will do
TICKS = ((2, "50 %"), (10, "90 %"), (100, "99 %"), (1e3, "99.9 %"), (1e4, "99.99 %"),
         (1e5, "99.999 %"), (1e6, "99.9999 %"))
ALMOST = 1 - 1e-9
COUNTERS = {2: "p50_s", 100: "p99_s"}      # at which ticks the samples have values of their own
JUDGED = (2, 100, 1e3)      # ticks at which the interval is computed from all messages
COLUMNS = ("columns: 1/(1-percentile) seconds mark lo hi; mark: the seconds where the curve has a "
           "point; lo and hi: the 95 % interval; ? = none")
LATENCY = "latency: from the time at which a message was to be sent; quantum: the switch interval"
WHISKERS = ("thin lines: the 95 % interval of a percentile (bootstrap over the runs; over the "
            "samples, if there are fewer than 3 runs)")
UNREAD = ("unread: some messages were not read in time; the curve ends where times are only lower "
          "bounds")
OF_SAMPLES = ("thin lines: the 95 % interval of the p50 and p99 over the samples (below 6 samples: "
              "their range)")


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
    for group, shown in panels.groups(sheet).items():
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
        found = {series: lines(source.curve(row), row) for series, row in rows}
    except ToolError as error:
        return f"{stem}{group} of {sheet.kernel}: {error}"
    what = f"latency of messages beside {counted(k, 'CPU-bound thread')}"
    top = headings.heading(result, finding(found, k), f"{what}, kernel {sheet.kernel}",
                           [row for _, row in rows])
    unread = [series for series, row in rows if row.total("unread")]
    notes = [LATENCY, WHISKERS if any(messages_of(row) for _, row in rows) else OF_SAMPLES,
             *([UNREAD] if unread else [])]
    return gnuplot.Picture(
        stem, top, (f"{what}, kernel {sheet.kernel}",
                    machine.picture_header(result, "s", "all samples of a row together")),
        [(series.label, [gnuplot.numbers(*line) for line in some])
         for series, some in found.items()],
        lambda heading: curves.page(heading, notes, plots(sheet, found, unread)), COLUMNS, group,
        sheet.kernel)


def finding(found, k):
    """How long half of the messages wait, under locks and without; `found` are lines()."""
    def words(some):
        return headings.span([half_time(found[series]) for series in some],
                             lambda value: duration(value, 2))

    text = headings.clauses(list(found), words)
    return f"beside {counted(k, 'CPU-bound thread')}, half of the messages wait for more than " \
        f"{text}" if text else ""


def ticks_up_to(end):
    """The ticks that a curve reaches, although 1 / (1 - 0.99) is a little less than 100."""
    return tuple(tick for tick in TICKS if tick[0] * ALMOST <= end)


def half_time(some):
    """The time for which half of the messages wait, or that for which they wait at least."""
    return next((seconds for part, seconds, *_ in some if part >= 2 * ALMOST),
                some[-1][1])


def messages_of(row):
    """The latencies of each sample; empty in an older file."""
    try:
        return latencies.of_row(row)
    except ToolError:
        return []


def intervals(row):
    """{1/(1-percentile): the 95 % interval} of those that are known."""
    messages = messages_of(row)
    if not messages:
        found = {part: summarise(row.values(name)) for part, name in COUNTERS.items()}
        return {part: (one.lo, one.hi) for part, one in found.items() if one}
    found = {part: latencies.percentile(messages, 1 - 1 / part) for part in JUDGED
             if part <= COMMON or latencies.enough_for_p999(messages)}
    found = {part: one.estimate.interval(0.95) for part, one in found.items() if not one.bound}
    return {part: interval for part, interval in found.items() if interval}


def reach(row, messages):
    """The largest 1/(1-percentile) of which the row's messages tell something."""
    known = messages / BEYOND
    return known if len(row.samples) >= latencies.SAMPLES else min(known, COMMON)


def lines(points, row):
    """The lines of a curve's block: (part, seconds, mark, lo, hi)."""
    limit = max(reach(row, row.total("messages") or points[-1][0]), 2)
    kept = [point for point in points if point[0] <= limit] or points[:1]
    following = [point for point in points if point[0] > limit]
    if following and kept[-1][0] < limit and following[0][0] < 2 * limit:
        kept.append((limit, following[0][1]))
    ticks = [value for value, _ in ticks_up_to(kept[-1][0])]
    known, found = intervals(row), []
    for part, seconds in kept:
        mark, bounds = None, (None, None)
        if ticks and part >= ticks[0] * ALMOST:
            mark, bounds = seconds, known.get(ticks[0], bounds)
            ticks = [value for value in ticks if value * ALMOST > part]
        found.append((part, seconds, mark, *bounds))
    return found


def plots(sheet, found, unread):
    """A Plot for each panel; all have the same axes. `unread` are series to be marked."""
    looks = styles.styles(sheet.series)
    every = list(found)
    end = max(some[-1][0] for some in found.values())
    x = axis.Axis(1, max(end, 2) * 1.05, 10, ticks_up_to(end),
                  label="percentile of messages")
    values = [value for some in found.values() for line in some for value in line[1:] if value]
    y = axis.decades(values, axis.seconds_text, "latency")
    return [curves.Plot(
        [curve(f"{name} (unread)" if series in unread else name, looks[series],
               every.index(series), found[series])
         for series, name in names.items()], (x, y), title,
        tuple(quanta(names, (x, y), looks)), beside=False) for title, names in panels.panels(every)]


def curve(name, style, block, some):
    """The Curve of a block with these lines, without the columns in which it has nothing."""
    bounds = (4, 5) if any(lo is not None for *_, lo, _ in some) else (0, 0)
    marks = 3 if any(mark is not None for _, _, mark, *_ in some) else 0
    return curves.Curve(name, style, block, [(part, seconds) for part, seconds, *_ in some],
                        *bounds, marks)


def quanta(shown, axes, looks):
    """A Guide at the switch interval of each lock shown."""
    x, y = axes
    found = {}
    for series in shown:
        text = styles.switch_interval(series.lock) if series.mode != "processes" else None
        seconds = time_of(text or "")
        if seconds and y.low < seconds < y.high:
            found.setdefault(seconds, []).append(series)
    several = len({styles.family(series.lock) for some in found.values() for series in some}) > 1
    for seconds, some in found.items():
        locks = ", ".join(dict.fromkeys(styles.family(series.lock) for series in some))
        yield curves.Guide(f"quantum {axis.seconds_text(seconds)}" + (f" ({locks})" if several
                                                                     else ""),
                           [(x.low, seconds), (x.high, seconds)], looks[some[0]].colour)


def time_of(text):
    """A time such as 5ms in seconds, or None."""
    digits = text.rstrip("nums")
    try:
        return float(digits) * UNITS[text[len(digits):]]
    except (ValueError, KeyError):
        return None
