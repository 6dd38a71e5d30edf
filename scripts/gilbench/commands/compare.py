"""Compare machines: result files, or folders of them, each with the first.

Prints what differs between the machines, the score (how much faster one is for programs that a
lock holds back, and whether that is due to its CPU or to its locks), and each row with its ratio,
95 % interval and verdict. Verdicts need 3 runs on each side. --self compares the runs of one
machine with each other. --out draws the rows' ratios and the speed-up of all machines.
"""

import argparse
import contextlib
import sys
from dataclasses import replace

from gilbench import command, stats
from gilbench.formats import FORMATS
from gilbench.machines import comparison, curves, facts, forest, sides, tables, troubles
from gilbench.machines.differences import Limits
from gilbench.parts import noise, verdict
from gilbench.pictures import gnuplot
from gilbench.runs import FEWEST
from gilbench.units import counted

NAME = "compare"
EPILOG = """exit status: 0 if all was compared, whatever differs; 1 if a file cannot be read; 2 if
files, or some of their rows, cannot be compared or judged: a line on standard error names each file
and the reason

examples:
  scripts/compare results/old results/new
  scripts/compare a/times.json b/times.json c/times.json
  scripts/compare --self results/laptop/latest/times.json"""


class About:
    """What formats ask a result for, of all sides together."""

    def __init__(self, compared):
        files = [result for side in compared for result in side.files]
        self.shown_path = " ".join(command.printable(side.path) for side in compared)
        words = [result.verdict for result in files]
        self.verdict = next((word for word in reversed(verdict.WORDS) if word in words), None)


def about_sides(compared):
    """Pairs of a word and its text: each side, its runs, and what it says of itself."""
    for side in compared:
        first, *more = verdict.verdicts_of(side.files)
        yield side.name, (f"{command.printable(side.path)}: {side.machine}, {runs_text(side)}; "
                          f"{first}")
        for line in more:
            yield side.name, line


def about_halves(whole, halves):
    """The same for a file that is compared with itself, and its noise floor."""
    for _, text in about_sides([whole]):
        yield "file", text
    for name, result in whole.results.items():
        yield name, noise.noise_line(result.experiment(name))
    for half, word in zip(halves, ("odd", "even")):
        yield half.name, f"its {word} runs: {runs_text(half)}"


def runs_text(side):
    few, most = side.runs
    return counted(most, "run") if few == most else f"{few} to {most} runs"


def cautions(found):
    """What makes the comparison weaker than it looks."""
    bad = [side.name for side in found.sides
           if any(result.verdict == "disturbed" for result in side.files)]
    if bad:
        yield (f"Caution: {' and '.join(bad)} {'was' if len(bad) == 1 else 'were'} disturbed, so "
               "what differs may come from that.")
    for one in found.scores:
        if one.lacking:
            yield f"No score for {one.kernel}: {one.lacking}."


def missing(found):
    """The rows that could not be compared or judged: those that a machine lacks in one line."""
    absent = {}
    for lack in found.lacks:
        if not lack.failure:
            absent.setdefault(lack.name, []).append(lack.label)
    for name, labels in absent.items():
        yield f"not in {name}: {'; '.join(labels)}"
    yield from (str(lack) for lack in found.lacks if lack.failure)
    if found.single and max(side.runs[1] for side in found.sides) >= FEWEST:
        yield f"not measured in each run, so without a verdict: {'; '.join(found.single)}"


def all_tables(found, notes):
    """Every Table, in order; the notes stand before the score."""
    layout = tables.Layout([side.name for side in found.sides], found.limits)
    made = [facts.table(found.sides)]
    made += [tables.score_table(layout, one.kernel, one.scores)
             for one in found.scores if not one.lacking]
    for rows in found.rows:
        if rows.values:
            made.append(tables.value_table(layout, rows.block, rows.values))
        if rows.slow_downs:
            made.append(tables.slow_down_table(layout, rows.block, rows.slow_downs))
    made[0].notes += notes
    made[-1].notes += [*layout.legend(), *missing(found)]
    return made


def halves_note(halves):
    """Why the halves of a file have no verdicts, where they have none."""
    if min(half.runs[0] for half in halves) < FEWEST:
        yield (f"No verdicts on odd against even runs: they need {FEWEST} of each, as with "
               f"--runs={2 * FEWEST}.")


def show(found, lines, notes, formatter):
    """Print a Comparison."""
    about = About(found.sides)
    parts = [formatter.head + "\n" if formatter.head else "", formatter.about(lines)]
    parts += [formatter.table(about, table) for table in all_tables(found, notes)]
    print("".join(parts) + formatter.tail, end="")


def draw(found, folder, to_stdout):
    """Draw the pictures; their names are printed where they do not get into a table's format."""
    pictures = [*forest.pictures(found), *curves.pictures(found.sides)]
    if len({one.kernel for one in pictures}) == 1:
        pictures = [replace(one, kernel="") for one in pictures]
    with contextlib.redirect_stdout(sys.stdout if to_stdout else sys.stderr):
        gnuplot.draw_all(gnuplot.named(pictures), folder, folder)


def part(text):
    """A percentage from the command line, as a part of 1."""
    value = float(text)
    if not 0 <= value < 100:
        raise ValueError(text)
    return value / 100


def parse(arguments):
    """The options."""
    parser = argparse.ArgumentParser(prog=NAME, description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self", action="store_true", dest="alone", help="the noise floor of one "
                        "FILE: how far its runs lie apart, and its odd runs against its even ones")
    parser.add_argument("--floor", metavar="PERCENT", type=part, default=0.02,
                        help="no row counts as faster or slower below this difference; from 0 to "
                        "below 100; default: 2")
    parser.add_argument("--same", metavar="PERCENT", type=part, default=0.05,
                        help="rows count as the same if they are shown to differ by less; from 0 "
                        "to below 100; default: 5")
    parser.add_argument("--format", choices=FORMATS, default="text",
                        help="how to print; csv has the numbers as measured; default: text")
    parser.add_argument("--out", metavar="FOLDER", help="draw the ratios, and speed-up curves of "
                        "all machines, as compare-*.svg, .png and .dat in this folder; made if "
                        "missing")
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a result file, or a folder with "
                        "the result files of a machine; the first is what others are compared with")
    options = parser.parse_args(arguments)
    if options.alone and len(options.paths) != 1:
        parser.error(f"--self needs one FILE; {len(options.paths)} were given")
    if not options.alone and len(options.paths) < 2:
        parser.error("one FILE was given; name two or more, or --self for the noise of one")
    if len(options.paths) > len(sides.LETTERS):
        parser.error(f"{len(options.paths)} FILEs were given; at most {len(sides.LETTERS)} can be "
                     "compared")
    return options


def compared(options, given):
    """The Comparison that the options ask for, and the troubles of the files as a whole."""
    limits = Limits(options.floor, options.same)
    if options.alone:
        return (comparison.compare(sides.halves(given[0]), limits),
                list(troubles.of_halves(given[0])))
    sides.check(given)
    found = comparison.compare(given, limits)
    return found, [*troubles.of_runs(found), *troubles.of_experiments(found)]


def main(arguments):
    """Run the command; returns its exit status."""
    options = parse(arguments)
    stats.library("scipy.special")      # fails before anything is printed
    given = [sides.read(name, path) for name, path in zip(sides.LETTERS, options.paths)]
    found, told = compared(options, given)
    told += troubles.of_values(found)
    lines, notes = about_sides(found.sides), [*cautions(found), *map(str, told)]
    if options.alone:
        lines = about_halves(given[0], found.sides)
        notes += halves_note(found.sides)
    show(found, lines, notes, FORMATS[options.format])
    told += troubles.of_rows(found)
    for trouble in told:
        command.complain(NAME, trouble)
    if options.out is not None:
        draw(found, options.out, options.format == "text")
    return command.Misuse.status if told else 0
