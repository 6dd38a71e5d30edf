"""How closely do the lock models match the real runtimes they stand for?

Compares each model that ran at a runtime's pace with that runtime, in result files of one machine:
slow-downs with several workers, and what an I/O thread gets done beside k CPU-bound threads.
Prints the ratio model / real with its interval, the limit, and a verdict. Draws the same as points
near the diagonal. Without a FILE the newest results are compared.
"""

import argparse

from gilbench import command, latest, reader, stats
from gilbench.command import ToolError
from gilbench.models import equivalence, pairs, text
from gilbench.parts import agreement
from gilbench.pictures import gnuplot
from gilbench.textgrid import wrapped

NAME = "fidelity"
EPILOG = """verdicts (a limit L is a factor):
  alike            the 90 % interval of model / real lies within 1/L to L
  differs          the 95 % interval lies outside, corrected for the number of lines of the model
  undecided (N)    neither is shown; about N samples, or runs, would show one of them
  for reference    k = 0, not judged
  overrun          messages came faster than they were read, not judged
  too few packets  fewer than 30 packets per sample, not judged
a model is alike if all its lines are; the table shows each limit
exit status: 0 whatever the verdicts are; 1 if a file cannot be used, nothing can be compared, or,
with --strict, a line differs

example:
  scripts/fidelity results/laptop/*.json"""


def read_all(paths):
    """The files, checked to be of one machine and different from each other."""
    files = reader.read_different(paths)
    pairs.check_machine(files)
    if not any(row.parts.get("runtime") for row in pairs.compared_rows(files)):
        raise ToolError(", ".join(paths), "no rows of real interpreters; gilbench "
                        "--interpreter=COMMAND adds them and their models")
    return files


def show(files, pin):
    """Print one section; returns the list of (pair, comparison, verdict), empty if none."""
    order = pairs.experiments(files)
    found_pairs, modelless = pairs.pairs_of(files)
    judged = [(pair, judged_lines(list(pairs.comparisons(pair, order)))) for pair in found_pairs]
    found = [(pair, *both) for pair, some in judged for both in some]
    for line in text.heading(files, pin):
        print(*wrapped(line), sep="\n")
    print()
    if found:
        print(*text.table(judged), sep="\n")
        print()
    for line in (*text.legend(judged, modelless, order),
                 *(text.summary(judged) if found else ())):
        print(*wrapped(line), sep="\n")
    print()
    return found


def judged_lines(comparisons):
    """Pairs of a comparison of a model and the verdict on it."""
    return list(zip(comparisons, equivalence.judge([
        equivalence.Line(equivalence.difference(one.model.estimate, one.real.estimate),
                         one.quantity.limit(one.workers), one.unusable) for one in comparisons])))


def draw(sections, found, folder):
    """Draw every section and print what was written."""
    pictures = [picture for pin, files in sections if found[pin] for picture in
                agreement.pictures(found[pin], files[0].machine, pin, len(sections) > 1)]
    with command.whole_files(folder) as unfinished:
        for name, picture in zip(gnuplot.file_names(pictures), pictures):
            gnuplot.draw(picture, name, unfinished)


def main(arguments):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog=NAME, description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FOLDER", help="where to write fidelity.svg, .png and "
                        ".dat; made if missing; default: the folder of the first FILE")
    parser.add_argument("--no-pictures", action="store_true", help="print only, draw nothing")
    parser.add_argument("--strict", action="store_true",
                        help="exit status 1 if a line differs")
    parser.add_argument("files", nargs="*", metavar="FILE", help=latest.HELP)
    options = parser.parse_args(arguments)
    stats.library("scipy.special")   # fails before anything is printed
    paths = latest.given_or_latest(options.files)
    sections = pairs.sections(read_all(paths))
    found = {pin: show(files, pin) for pin, files in sections}
    if not any(found.values()):
        raise ToolError(", ".join(paths), "no model has samples beside a real runtime "
                        "that has samples; see above for what is missing")
    if not options.no_pictures:
        draw(sections, found, options.out or command.folder_of(paths[0]))
    differs = any(one.text == equivalence.DIFFERS for some in found.values() for *_, one in some)
    return 1 if options.strict and differs else 0
