"""start: what it costs to start a thread or a process that ends at once, and to wait for its end."""

from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, headings, machine
from gilbench.results import sample_counts
from gilbench.series import natural
from gilbench.units import duration, multiple
from gilbench.views import generic

FIELDS = (("start", 9), ("spread", 6), ("of a thread", 11), ("of gilbench's", 13))
LABEL_WIDTH = 34
PAGES = ("small", "huge")
PROGRAM = "program"
# gilbench's own way that a library's way corresponds to: as its parts `way` and `program`.
COUNTERPARTS = {"threading.Thread": ("thread", ""), "Process.fork": ("fork", ""),
                "Process.spawn": ("by_name", "gilbench"), "os.system": ("system", "true"),
                "subprocess.run": ("posix_spawn", "true")}
# What the answer says of gilbench's own ways.
WORDS = {("fork", ""): "a forked process", ("posix_spawn", "true"): "`true` by posix_spawn",
         ("system", "true"): "`true` by system", ("by_name", "gilbench"): "a worker by its name"}
EXPLAINED = (
    "start: from the call that starts until the end of what was started is known, a batch's time "
    "over its number of starts; median over the samples",
    "of a thread: times as long as gilbench's own thread; of gilbench's: times as long as its "
    "own way (Process.spawn: by_name; subprocess.run: posix_spawn)",
    "true: the program that is executed, which ends at once; gilbench: it executes itself (in "
    "by_name it is asked for a kernel by its name)")
EXPLAINED_MEMORY = ("fork: of a process that has touched so much memory, in pages of this kind",
                    "of a thread: as above")


class View(generic.View):
    """A table of the ways, one of forks over touched memory, and a picture of dots."""

    declaration = Declaration(value=Quantity("start_s", "s", "lower"),
                              axes=("mode", "runtime", "way", PROGRAM, "pages", "memory"))

    def tables(self, result):
        rows = result.experiment(self.name)
        starts = Starts(rows)
        for title, what, cells, notes, said in (
                (f"{self.name}, {sample_counts(starts.ways)}", starts.ways, starts.way_cells,
                 EXPLAINED, starts.ways_answer(result)),
                (f"{self.name}: fork over touched memory, {sample_counts(starts.forks)}",
                 starts.forks, starts.fork_cells, EXPLAINED_MEMORY, starts.forks_answer(result))):
            if what:
                columns, lines = cells()
                yield Table(self.name, "", [("", title), *caption(result)], columns, lines,
                            [generic.SPREAD, *notes, *failures(what)], answer=said,
                            label_width=LABEL_WIDTH)

    def pictures(self, result):
        """Dots of gilbench's own ways, of each interpreter's, and of forks over memory."""
        starts = Starts(result.experiment(self.name))
        clusters = {}
        for row in starts.ways:
            clusters.setdefault(row.parts.get("runtime", "gilbench"), []).append(
                (way_text(row), row))
        clusters["fork over touched memory"] = [
            (f"{row.parts['memory']}, {row.parts['pages']} pages", row) for row in starts.forks]
        found = [(title, some) for title, some in clusters.items() if some]
        yield dots.picture(result, self.name, "", found, (
            starts.finding(), "time to start a thread or a process and to wait for its end",
            "time per start"))


def caption(result):
    """The machine, as other tables have it."""
    return list(machine.caption(result, ""))[1:]


def key_of(row):
    """A way with the program that it executes."""
    return row.parts.get("way", ""), row.parts.get(PROGRAM, "")


def way_text(row):
    """A way in words: `posix_spawn true`."""
    return " ".join(filter(None, key_of(row)))


def median(row):
    """The median of a Row; None if it is missing or failed."""
    return row.summary.median if row is not None and row.samples else None


def ratio(row, base):
    """A row's median over that of another; None if one is unknown."""
    over, under = median(row), median(base)
    return over / under if over is not None and under else None


def failures(rows):
    """One line for each row and reason of a failure."""
    for row in rows:
        for reason, count in row.reasons():
            yield f"failed: {row.label()}: {count} of {row.tries} samples: {reason}"


def fields(row, *ratios):
    """The Cell of a row: its median, the spread, and ratios to other rows."""
    if row is None:
        return None
    marks = "!" if row.failures else ""
    if not row.samples:
        return Cell(FAILED, marks)
    return Cell((Field(duration(median(row)), median(row), "s"), generic.spread_field(row.summary),
                 *(Field("" if one is None else multiple(one), one, "1") for one in ratios)), marks)


class Starts:
    """The rows of a result: the ways to start, and the forks over touched memory."""

    def __init__(self, rows):
        self.forks = [row for row in rows if "memory" in row.parts]
        self.ways = sorted((row for row in rows if "memory" not in row.parts),
                           key=lambda row: natural(row.parts.get("runtime", "")))
        self.own = {key_of(row): row for row in self.ways if "runtime" not in row.parts}
        self.thread = self.own.get(("thread", ""))
        self.sizes = sorted({row.parts["memory"] for row in self.forks}, key=natural)
        self.by_memory = {(row.parts["memory"], row.parts["pages"]): row for row in self.forks}

    def counterpart(self, row):
        """gilbench's own Row for a row of an interpreter; None if there is none."""
        if "runtime" not in row.parts:
            return None
        return self.own.get(COUNTERPARTS.get(row.parts.get("way", "")))

    def way_cells(self):
        """The columns and lines of the table of ways."""
        def line(row):
            label = f"{row.parts.get('runtime', '')} {way_text(row)}".strip()
            return label, [fields(row, ratio(row, self.thread), ratio(row, self.counterpart(row)))]
        return [Column("", FIELDS)], [line(row) for row in self.ways]

    def fork_cells(self):
        """The columns and lines of the table of forks."""
        columns = [Column(f"{pages} pages", FIELDS[:3]) for pages in PAGES]
        found = self.by_memory.get
        return columns, [(f"fork over {size}", [
            fields(found((size, pages)), ratio(found((size, pages)), self.thread))
            for pages in PAGES]) for size in self.sizes]

    # --- what was found ------------------------------------------------------------------------

    def ways_answer(self, result):
        """Sentences on gilbench's own ways, and on those of each interpreter."""
        if result.verdict == headings.DISTURBED:
            return ("The run was disturbed (see above), so nothing can be said about starts.",)
        return tuple(filter(None, (self.finding(), *self.real_answers())))

    def finding(self):
        """A sentence on gilbench's own ways; empty if no thread was measured."""
        if median(self.thread) is None:
            return ""
        known = [(text, ratio(self.own.get(key), self.thread)) for key, text in WORDS.items()]
        said = [f"{text} {multiple(value)} as long" if not place else f"{text} {multiple(value)}"
                for place, (text, value) in enumerate(one for one in known if one[1] is not None)]
        start = f"Starting a thread takes {duration(median(self.thread))}"
        return f"{', '.join([start, *said])}." if said else f"{start}."

    def real_answers(self):
        """A sentence on each interpreter: its ways over gilbench's own."""
        runtimes = dict.fromkeys(row.parts["runtime"] for row in self.ways
                                 if "runtime" in row.parts)
        for runtime in runtimes:
            known = [(row.parts["way"], ratio(row, self.counterpart(row))) for row in self.ways
                     if row.parts.get("runtime") == runtime]
            said = [f"{multiple(value)} ({way})" for way, value in known if value is not None]
            if said:
                yield f"Beside gilbench's own ways, {runtime} takes {', '.join(said)}."

    def forks_answer(self, result):
        """A sentence on the largest memory that was touched; empty if it failed."""
        if result.verdict == headings.DISTURBED or not self.sizes:
            return ()
        size = self.sizes[-1]
        small, huge = (self.by_memory.get((size, pages)) for pages in PAGES)
        if median(small) is None:
            return ()
        text = f"A fork over {size} of touched memory takes {duration(median(small))}"
        if median(huge) is not None:
            text += f" in small pages, and {duration(median(huge))} in huge ones"
        return (f"{text}.",)
