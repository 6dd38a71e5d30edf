"""cancel: how long a worker takes to stop that is asked to, beside k workers that compute."""

from gilbench.cells import Field
from gilbench.command import ToolError
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, headings, io_table, latencies
from gilbench.parts.answer import lock_name, runtime_name
from gilbench.parts.claims import listed
from gilbench.sheet import sheets_of
from gilbench.units import counted, duration
from gilbench.views import generic

K = "k: number of threads (in rows of processes: processes) that compute beside"
CELLS = ("cells: p50 and p99 of the time from the request until the worker has stopped (after "
         "SIGKILL: until its parent knows it)")
ALL = "of all stops of a row together"
MEDIANS = ("medians of those of the samples, because the file of distributions is missing or does "
           "not fit")
FEW = 100       # stops; of fewer, the p99 is the longest
WAYS = {"sigterm": "by SIGTERM", "sigkill": "by SIGKILL"}


class View(generic.View):
    """A row for each lock or way, a column for each k; the answer says it in words."""

    declaration = Declaration(value=Quantity("p50_s", "s", "lower"), distribution="latency s")
    sheeted = True
    positive = ("p50_s", "p99_s")
    workers_text = staticmethod(io_table.k_text)

    def tables(self, result):
        for sheet in sheets_of(result, self.name):
            found = {key: Times(row) for key, row in sheet.rows.items() if row.samples}
            table = io_table.table(result, sheet, self.name, fields, content_of(found), ())
            table.rows = [(label, [marked(cell, sheet.rows.get((series, k)))
                                   for cell, k in zip(cells, sheet.workers)])
                          for series, (_, cells) in zip(sheet.series, table.rows)
                          for label in [label_of(series)]]
            table.notes = [K, *explained(sheet, found), *io_table.marks_explained(result, sheet),
                           *io_table.failures(sheet)]
            table.answer = tuple(answer(result, sheet, found))
            yield table

    def picture(self, result, rows, kernel):
        sheet = next(one for one in sheets_of(result, self.name) if one.kernel == kernel)
        clusters = [(label_of(series), [(io_table.k_text(k), sheet.rows[series, k])
                                        for k in sheet.workers if (series, k) in sheet.rows])
                    for series in sheet.series]
        return dots.picture(result, self.name, kernel, clusters, (
            finding(sheet), f"median time from the request to stop until a worker has stopped, "
            f"beside k that compute, kernel {kernel}", "time to stop"))


def fields(_k):
    return (("p50", 7), ("p99", 7))


def label_of(series):
    """The label of a series; a flag stops all threads, so that it need not be said."""
    return series.label.replace(" way:flag", "").replace("way:", "")


class Times:
    """The p50 and p99 of a row in seconds, the number of its stops, and whether they are exact."""

    def __init__(self, row):
        self.stops = int(row.total("stops"))
        try:
            messages = latencies.of_row(row)
        except ToolError:
            messages = []
        self.exact = bool(messages)
        self.p50, self.p99 = (latencies.percentile(messages, part, 0).value if messages
                              else row.counter(name)
                              for part, name in ((0.5, "p50_s"), (0.99, "p99_s")))


def content_of(found):
    def content(series, k, _row):
        return tuple(Field(duration(value), value, "s")
                     for value in (found[series, k].p50, found[series, k].p99))

    return content


def marked(cell, row):
    """The cell, with a mark if its p99 is only the longest of a few stops."""
    few = row is not None and row.samples and row.total("stops") < FEW
    return cell._replace(marks=f"~{cell.marks}") if cell and few else cell


def explained(sheet, found):
    exact = all(one.exact for one in found.values())
    counts = [one.stops for one in found.values()]
    yield f"{CELLS}, {ALL if exact else MEDIANS}; {min(counts)} to {max(counts)} stops per row"
    if min(counts) < FEW:
        yield f"~ fewer than {FEW} stops, so that the p99 is the longest of them"


def smallest_k(sheet):
    """The smallest number of workers beside, from 1 on if there is one."""
    return min((k for k in sheet.workers if k), default=0)


def beside(k):
    return f"Beside {counted(k, 'CPU-bound thread')}"


def answer(result, sheet, found):
    """What was found, in two sentences."""
    if result.verdict == headings.DISTURBED:
        yield "The run was disturbed (see above), so nothing can be said about stopping workers."
        return
    k = smallest_k(sheet)
    known = [(series, found[series, k]) for series in sheet.series if (series, k) in found]
    threads = [f"{two_digits(one.p50)} {where(series)}" for series, one in known
               if series.mode != "processes"]
    ways = [f"{two_digits(one.p50)} {way_of(series)}" for series, one in known
            if series.mode == "processes"]
    if threads:
        yield f"{beside(k)}, a thread that is asked to stop takes {listed(threads)} (p50)."
    if ways:
        yield f"A process takes {listed(ways)}."


def two_digits(seconds):
    return duration(seconds, 2)


def where(series):
    """A series of threads in words, behind a time."""
    if series.mode == "real":
        return f"in {runtime_name(series.runtime)}"
    return "without a lock" if series.mode == "threads" else \
        f"under {lock_name(series._replace(rest=()))}"


def way_of(series):
    way = dict(series.rest).get("way", "")
    return WAYS.get(way, way)


def finding(sheet):
    """The p50 of the samples in short, for the heading of a picture."""
    k = smallest_k(sheet)

    def words(some):
        values = [sheet.summary(series, k) for series in some]
        values = [one.median for one in values if one]
        return headings.span(values, two_digits) if values else ""

    text = headings.clauses(sheet.series, words)
    return f"{beside(k)}, a thread stops after {text}" if text else ""
