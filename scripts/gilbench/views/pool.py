"""pool: items per second that pools map, and from which length of a task on each pays."""

import re
from dataclasses import dataclass, field

from gilbench import runs
from gilbench.cells import FAILED, Cell, Column, Field, Table
from gilbench.experiment import Declaration, Quantity
from gilbench.parts import dots, machine
from gilbench.parts.claims import SAME, UNCLEAR, claim
from gilbench.results import sample_counts
from gilbench.series import REAL, natural
from gilbench.units import UNITS, duration, multiple, percent, rate, workers_text
from gilbench.views import generic

RATE = "items_per_s"
GAIN = 1.05     # a pool pays if it is faster than no pool by this factor; less may be noise
SHOWN_CHUNK, SHOWN_TASK = "256", "10us"     # what the answer is about, if the file has them
SINGLE, EMPTY = "1", "0ns"
DURATION = re.compile(r"([0-9]{1,15})(ns|us|ms|s)")
CELLS = ("cells: items per second, medians over the samples; columns: length of a task; rows: pool, "
         "chunk size")
PAYS = (f"pays from: the length of a task from which on the pool is at least {GAIN - 1:.0%} faster "
        "than no pool, beyond its 95 % interval, interpolated between the measured lengths; real "
        "interpreters are compared with their own map()")
DISTURBED = "The run was disturbed (see above), so nothing can be said about pools."


class View(generic.View):
    """A row for each pool and chunk size, a column for each length of a task."""

    declaration = Declaration(value=Quantity("item_s", "s", "lower"),
                              axes=("mode", "lock", "runtime", "workers", "api", "chunk", "task"))
    positive = (RATE,)

    def tables(self, result):
        rows = result.experiment(self.name)
        pools = pools_of(rows)
        tasks = tasks_of(rows)
        columns = [Column(task_text(task), ((RATE, 8),)) for task in tasks]
        yield Table(
            self.name, "", list(machine.caption(result, f"{self.name}, {sample_counts(rows)}")),
            [*columns, Column("pays from", (("pays_from_s", 9),))],
            [(one.label, [*(one.cell(task) for task in tasks), one.pays_cell()])
             for one in pools],
            list(notes(result, self.name, rows, tasks)),
            answer=tuple(answer(result, pools)), field_names=False, label_width=24)

    def pictures(self, result):
        """The time per item at one length of a task, for each pool the chunk sizes together."""
        pools = pools_of(result.experiment(self.name))
        task = shown(SHOWN_TASK, [task for one in pools for task in one.rows])
        clusters = {}
        for one in pools:
            if task in one.rows:
                clusters.setdefault(one.name, []).append((one.chunk_text, one.rows[task]))
        yield dots.picture(result, self.name, "", list(clusters.items()), (
            title(pools), f"time per item of {length_words(task)}, by chunk size", "time per item"))


# --- pools ----------------------------------------------------------------------------------------

@dataclass
class Pool:
    """A pool with a chunk size: its rows by the length of the task."""

    name: str           # without the chunk size
    parts: dict
    rows: dict = field(default_factory=dict)
    base: object = None     # the Pool that stands for no pool; None: not measured

    @property
    def chunk(self):
        return self.parts.get("chunk", "")

    @property
    def workers(self):
        number = self.parts.get("workers", "")
        return int(number) if number.isdecimal() and len(number) < 10 else 1

    @property
    def chunk_text(self):
        return f"chunk {self.chunk}" if self.chunk else ""

    @property
    def label(self):
        return ", ".join(filter(None, (self.name, self.chunk)))

    def cell(self, task):
        row = self.rows.get(task)
        if row is None:
            return None
        marks = "!" if row.failures else ""
        if not row.samples:
            return Cell(FAILED, marks)
        return Cell((Field(rate(row.counter(RATE)), row.counter(RATE), "1/s"),), marks)

    def pays_cell(self):
        if not self.chunk:
            return None
        text, value = self.pays_from()
        return Cell((Field(text, value, "s"),))

    def pays_from(self):
        """From which length of a task on it pays: as text, and in seconds (None: never)."""
        excess = self.excess() if self.base else []
        if not excess:
            return "-", None
        if excess[-1][1] >= 0:
            return "never" if excess[-1][1] > 0 else "unclear", None
        place = max((number for number, (_, more) in enumerate(excess) if more >= 0), default=None)
        if place is None:
            shortest = excess[0][0]
            return ("always" if shortest == 0 else f"<= {duration(shortest, 2)}"), shortest
        (left, more), (right, less) = excess[place:place + 2]
        length = left + (right - left) * more / (more - less)
        return duration(length, 2), length

    def excess(self):
        """(length, how many seconds an item takes longer than would pay), by length.

        0 where the medians say that it pays, but the interval of the ratio does not.
        """
        found = []
        for task, row in self.rows.items():
            ratio, length = self.ratio(task), length_of(task)
            if ratio is not None and length is not None:
                more = GAIN * row.summary.median - self.base.rows[task].summary.median
                unsure = ratio.hi is not None and ratio.hi >= 1
                found.append((length, max(more, 0) if unsure else more))
        return sorted(found)

    def ratio(self, task):
        """The runs.Ratio of its time to that without a pool; None if one is missing."""
        row, alone = self.rows.get(task), self.base and self.base.rows.get(task)
        if not (row and alone and row.samples and alone.samples):
            return None
        return runs.ratio_interval(row, alone)


def pools_of(rows):
    """The Pools of the rows, in the order of the file."""
    several = len({row.parts["workers"] for row in rows if "workers" in row.parts}) > 1
    found = {}
    for row in rows:
        parts = {key: value for key, value in row.parts.items() if key != "task"}
        key = frozenset(parts.items())
        one = found.setdefault(key, Pool(name_of(parts, several), parts))
        one.rows[row.parts.get("task", "")] = row
    bases = {one.parts.get("runtime", ""): one for one in found.values() if not one.chunk}
    for one in found.values():
        one.base = bases.get(one.parts.get("runtime", ""))
    return list(found.values())


def name_of(parts, several):
    """A pool without its chunk size; `several` if pools differ in the number of workers."""
    mode, runtime = parts.get("mode", ""), parts.get("runtime", "")
    if "chunk" not in parts:
        return f"no pool {runtime}".strip()
    own = (parts.get("api", mode), runtime) if mode in REAL else (mode, parts.get("lock", ""))
    workers = parts.get("workers", "")
    return " ".join(filter(None, (*own, workers and several and f"x{workers}")))


# --- lengths of tasks -----------------------------------------------------------------------------

def tasks_of(rows):
    """The lengths of the tasks, as the names have them, from short to long."""
    return sorted({row.parts.get("task", "") for row in rows},
                  key=lambda task: (length_of(task) or 0, natural(task)))


def length_of(task):
    """A length in seconds; None if it is none."""
    match = DURATION.fullmatch(task)
    return int(match[1]) * UNITS[match[2]] if match else None


def task_text(task):
    match = DURATION.fullmatch(task)
    if not match:
        return task or "?"
    return f"{int(match[1])} {match[2]}" if int(match[1]) else "empty"


def length_words(task):
    text = task_text(task)
    return "empty tasks" if text == "empty" else f"tasks of {text}"


def shown(wanted, known):
    """The wanted text if it is known; otherwise the last one."""
    ordered = sorted(set(known), key=natural)
    return wanted if wanted in ordered or not ordered else ordered[-1]


# --- in words -------------------------------------------------------------------------------------

def answer(result, pools):
    """What was found, in at most two sentences."""
    if result.verdict == "disturbed":
        yield DISTURBED
        return
    some, chunk, task = compared_pools(pools)
    several = len({one.workers for one in some}) > 1
    said = list(filter(None, (compared(one, task, result.places, several) for one in some)))
    if said:
        where = "" if several else f"With {workers_text(some[0].workers)}, "
        yield upper(f"{where}{length_words(task)} in chunks of {chunk} are mapped "
                    f"{', '.join(said)}, compared with no pool.")
    yield from beside_real(pools)


def compared_pools(pools):
    """The pools that are compared with no pool in words, their chunk size, and the task."""
    own = [one for one in pools if one.chunk and one.parts.get("mode") not in REAL]
    chunk = shown(SHOWN_CHUNK, [one.chunk for one in own])
    task = shown(SHOWN_TASK, [task for one in own for task in one.rows])
    return [one for one in own if one.chunk == chunk], chunk, task


def title(pools):
    """The same as the first sentence, in fewer words; empty if nothing is clear."""
    some, chunk, task = compared_pools(pools)
    texts = []
    for one in some:
        ratio = one.ratio(task)
        found = ratio and claim(ratio)
        if found and found.kind != UNCLEAR:
            texts.append(f"{one.name} {1 if found.kind == SAME else found.number(True)}")
    return (f"{length_words(task)} in chunks of {chunk}, times as fast as no pool: "
            f"{', '.join(texts)}") if texts else ""


def compared(one, task, places, several):
    """How fast a pool is, in words; empty if nothing is known."""
    ratio = one.ratio(task)
    if ratio is None:
        return ""
    found = claim(ratio)
    facts = [workers_text(one.workers)] if several else []
    if found.kind == UNCLEAR:
        words = "at a speed that is unclear"
    elif found.kind == SAME:
        words = "as fast"
    else:
        words = f"{found.number(True)} times as fast"
        ideal = min(one.workers, places or one.workers)
        if one.parts.get("mode") != "gil" and ideal > 1:
            facts.append(f"{percent(1 / (ratio.ratio * ideal))} of ideal")
    return f"{words} by {by_whom(one)}" + (f" ({', '.join(facts)})" if facts else "")


def upper(text):
    return text[:1].upper() + text[1:]


def by_whom(one):
    return {"gil": f"threads under {one.parts.get('lock')}",
            "threads": "free threads",
            "processes": "processes"}.get(one.parts.get("mode"), one.name)


def beside_real(pools):
    """How many single empty items processes map, beside Python's."""
    rates = {}
    for one in pools:
        row = one.rows.get(EMPTY)
        if one.chunk == SINGLE and row and row.samples:
            kind = "own" if one.parts.get("mode") == "processes" else one.parts.get("api", "")
            rates.setdefault(kind, (row.counter(RATE), one.parts.get("runtime", "")))
    if {"own", "Pool"} <= rates.keys():
        (own, _), (real, runtime) = rates["own"], rates["Pool"]
        yield (f"Of empty tasks, one at a time, processes map {rate(own)} per second, "
               f"{multiple(own / real)[:-1]} times as many as multiprocessing.Pool ({runtime}: "
               f"{rate(real)}).")


def notes(result, name, rows, tasks):
    """What the cells mean, and what failed."""
    yield CELLS
    yield PAYS
    yield f"items of a map: {items_text(rows, tasks)}"
    if any(row.failures for row in rows):
        yield "! some samples failed and are left out; see below"
    summary = result.experiments[name].summary
    if summary:
        yield summary
    for row in rows:
        for reason, count in row.reasons():
            yield f"failed: {row.label()}: {count} of {row.tries} samples: {reason}"


def items_text(rows, tasks):
    """How many items the maps had, by the length of the task."""
    texts = []
    for task in tasks:
        numbers = sorted({int(number) for row in rows if row.parts.get("task", "") == task
                          for number in row.values("items")}, reverse=True)
        if numbers:
            texts.append(f"{' or '.join(map(str, numbers))} {task_text(task)}")
    return ", ".join(texts) + ("; real interpreters have the smaller number"
                               if any(" or " in text for text in texts) else "")
