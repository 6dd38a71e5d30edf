"""CSV as in RFC 4180, for spreadsheets and R: one line for each sample, also for failed ones.

The columns are what is fixed, the axes of all experiments, and all counters. A value is in the base
unit, as measured: that of `times` is the time of the region, in which `units` of work were done.
"""

import csv
import io

from gilbench.command import printable
from gilbench.exports import Exported
from gilbench.exports.measured import rows_of
from gilbench.formats import Csv
from gilbench.names import own_name

FIXED = ("file", "machine", "verdict", "experiment", "row")
MEASURED = ("run", "round", "value", "unit", "better", "failed")
# Numbers that Google Benchmark writes into each entry, and those that have a column of their own.
NO_COUNTERS = {"family_index", "per_family_instance_index", "repetitions", "repetition_index",
               "threads", "iterations", "real_time", "cpu_time", "run", "round"}


def export(results):
    """A table of all samples of all files."""
    axes, counters = axes_of(results), counters_of(results)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(Csv.harmless, headings(axes, counters)))
    for result in results:
        for row, value in rows_of(result):
            about = (result.shown_path, result.machine, result.verdict or "", row.experiment,
                     own_name(row.name))
            about = [*about, *(row.parts.get(key, "") for key in axes)]
            for line in lines_of(row, value, counters):
                writer.writerow([*map(Csv.harmless, about), *line])
    return Exported(text.getvalue())


def axes_of(results):
    """The keys of all row names; first those that are declared, in their order."""
    declared = [key for result in results for one in result.experiments.values()
                for key in one.axes]
    return list(dict.fromkeys([*declared, *(key for result in results
                                            for row, _ in rows_of(result) for key in row.parts)]))


def counters_of(results):
    """The names of all counters, in the order in which they occur."""
    return list(dict.fromkeys(
        key for result in results for row, _ in rows_of(result) for sample in row.samples
        for key in sample.counters if key not in NO_COUNTERS))


def headings(axes, counters):
    """The names of all columns, no two of them alike.

    Some counters repeat an axis, such as `workers`; words in a name without a key have no axis.
    """
    taken = {*FIXED, *MEASURED}

    def free(name, ending):
        name = printable(name) or "words"
        while name in taken:
            name += ending
        taken.add(name)
        return name

    return [*FIXED, *(free(name, "_axis") for name in axes), *MEASURED,
            *(free(name, "_counter") for name in counters)]


def lines_of(row, value, counters):
    """What differs between the samples of a row, failed ones last."""
    for sample in row.samples:
        round_number = "" if sample.round is None else sample.round
        yield [sample.run, round_number, number(sample.seconds), Csv.harmless(value.unit),
               value.better, "", *(number(sample.counters[key]) if key in sample.counters else ""
                                   for key in counters)]
    for reason in row.failures:
        yield ["", "", "", Csv.harmless(value.unit), value.better, Csv.harmless(reason),
               *("" for _ in counters)]


def number(value):
    """A number without loss, whole ones without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
