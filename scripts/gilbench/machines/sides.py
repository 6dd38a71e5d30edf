"""A side of a comparison: what one result file, or all those of a machine's folder, say."""

import itertools
import os
from dataclasses import dataclass, replace

from gilbench import reader
from gilbench.command import Misuse
from gilbench.latest import results_in
from gilbench.results import all_failed

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Side:
    """A machine under its letter; `results` holds the Result that has the rows of an experiment."""

    name: str
    path: str
    results: dict

    @property
    def files(self):
        """Its Results, each once."""
        return list({id(result): result for result in self.results.values()}.values())

    @property
    def machine(self):
        return self.files[0].machine

    @property
    def context(self):
        """What the files say of the machine and the runs; the first that says it counts."""
        found = {}
        for result in self.files:
            found = {**result.context, **found}
        return found

    @property
    def runs(self):
        """How many runs its files have: pairs of the fewest and the most."""
        counts = [len(result.runs) for result in self.files]
        return min(counts), max(counts)


def files_of(path):
    """The result files of a file or folder."""
    if not os.path.isdir(path):
        return [path]
    found = results_in(path)
    if not found:
        raise Misuse(path, "has no result files: there is no *.json in the folder or in its "
                     "subfolder `latest`")
    return found


def read(name, path):
    """The Side of a file or folder."""
    results = {}
    for file in files_of(path):
        result = reader.read(file)
        for experiment in result.experiments:
            if experiment in results:
                raise Misuse(file, f"has rows of `{experiment}`, as {results[experiment].path} "
                             "does; name one of them instead of the folder")
            results[experiment] = result
    if not results:
        raise Misuse(path, f"no rows that can be compared; {result.found()}")
    return Side(name, path, results)


def halves(side):
    """The odd and the even runs of a side, as two sides."""
    for result in side.files:
        if not any(row.samples for row in result.rows):
            name = result.rows[0].experiment
            raise Misuse(result.path, all_failed(name, result.experiment(name)))
        if len(result.runs) < 2:
            raise Misuse(result.path, "has one run; --self sets odd runs against even ones, so it "
                         "needs at least 2")
    return [Side(name, f"{side.path}, {word} runs", some(side, start))
            for name, word, start in (("A", "odd", 0), ("B", "even", 1))]


def some(side, start):
    """The results of a side with every second run, from its first or second on (start 0 or 1).

    Without rows that were measured outside the runs.
    """
    made = {}
    for result in side.files:
        runs = set(result.runs[start::2])
        made[id(result)] = result._replace(rows=[part(row, runs) for row in result.rows
                                                 if not row.single])
    return {experiment: made[id(result)] for experiment, result in side.results.items()}


def part(row, runs):
    """A row with some of its runs; failures, which belong to no run, are left out."""
    return replace(row, failures=[],
                   samples=[sample for sample in row.samples if sample.run in runs])


def measured(result):
    """What tells a measurement from a copy of it."""
    return [(row.name, row.samples, row.failures) for row in result.rows]


def check(sides):
    """Refuse what cannot be compared whatever the rows are.

    That are the same file or a copy of it, and another version of gilbench.
    """
    seen = {}
    for side in sides:
        for result in side.files:
            if result.identity in seen:
                raise Misuse(result.path, f"is the same file as {seen[result.identity]}; --self "
                             "FILE compares the runs of one file with each other")
            seen[result.identity] = result.path
    for first, other in itertools.combinations((one for side in sides for one in side.files), 2):
        if measured(first) == measured(other):
            raise Misuse(other.path, f"has the same samples as {first.path}, so it is a copy of it "
                         "and no other measurement")
    known = [result for side in sides for result in side.files
             if "gilbench_version" in result.context]
    for first, other in zip(known, itertools.islice(known, 1, None)):
        versions = [one.context["gilbench_version"] for one in (first, other)]
        if versions[0] != versions[1]:
            raise Misuse(other.path, f"is of gilbench {versions[1]}, {first.path} of gilbench "
                         f"{versions[0]}, which may measure something else; measure both with one "
                         "version")
