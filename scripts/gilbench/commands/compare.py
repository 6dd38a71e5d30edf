"""Compare two result files row by row, and draw both in one picture.

Prints first what differs between the two runs, then for each kernel and row both medians, their
ratio with an interval, a p value and a verdict in words, then what only one of the files has. If
the work per row differs, because it is calibrated on each machine, time per unit of work is
compared.
"""

from gilbench import command, reader, stats
from gilbench.command import ToolError
from gilbench.commands import comparison
from gilbench.parts import speedup
from gilbench.pictures import gnuplot
from gilbench.textgrid import wrapped

NAME = "compare"


def legend(tests, floor, needed):
    """How to read the table."""
    yield ("A, B: medians. B/A: below 1 B is faster; 95 % percentile bootstrap interval of the "
           "ratio of the medians.")
    yield (f"p: two-sided Mann-Whitney test, corrected for {tests} tested rows (Holm). A "
           "difference needs p < 0.05, an interval without 1"
           + (f", and at least {floor:g} %." if floor else "."))
    yield (f"too few samples: even without any overlap p would not fall below 0.05; {tests} "
           f"tested rows need {needed} samples on each side, a single row needs 4.")


def show(a, b, pairs, floor):
    """Print the whole comparison."""
    stats.libraries()   # fails before anything is printed
    for side, result in zip("AB", (a, b)):
        print(f"{side}  {result.shown_path} ({result.machine})")
    print("", *comparison.context(a, b), sep="\n")
    found = stats.differences([pair.values(key) for pair in pairs for key in pair.common],
                              floor / 100)
    tests = sum(one.p is not None for one in found)
    cautions = [line for text in comparison.warnings(a, b, pairs) for line in wrapped(text)]
    if cautions:
        print("", *cautions, sep="\n")
    for pair in pairs:
        print("", *comparison.lines_of(pair, found), sep="\n")
        del found[:len(pair.common)]
    print()
    needed = stats.enough(max(tests, 1))
    for text in (*legend(tests, floor, needed), *comparison.leftovers(a, b)):
        print(*wrapped(text), sep="\n")


def draw(a, b, pairs, folder):
    """Draw every kernel and print what was written."""
    print()
    lacking, pictures = [], []
    for pair in pairs:
        picture = speedup.comparison_picture(a, b, pair)
        if picture is None:
            lacking.append(pair.a.kernel)
        else:
            picture.kernel = picture.kernel if len(pairs) > 1 else ""
            pictures.append(picture)
    with command.whole_files(folder) as unfinished:
        for name, picture in zip(gnuplot.file_names(pictures), pictures):
            gnuplot.draw(picture, name, unfinished)
    if lacking:
        raise ToolError(f"{a.path}, {b.path}", f"{', '.join(lacking)}: no picture, it needs a "
                        "sequential row and rows of another mode")


def percent(text):
    value = float(text)
    if not 0 <= value < 100:
        raise ValueError(text)
    return value


def main(arguments):
    """Run the command; returns its exit status."""
    parser = command.parser(NAME, "Compare two result files, as text and as a picture.",
                            "scripts/compare --out=/tmp results/old/times.json "
                            "results/new/times.json")
    parser.add_argument("--out", metavar="FOLDER",
                        help="where to write compare.svg, .png and .dat; default: the folder of B")
    parser.add_argument("--no-pictures", action="store_true", help="print only, draw nothing")
    parser.add_argument("--floor", metavar="PERCENT", type=percent, default=1.0,
                        help="a row counts as faster or slower only from this difference on; 0 to "
                        "100, default %(default)g; compare two runs of one machine to learn how "
                        "far runs lie apart")
    parser.add_argument("a", metavar="A", help="a result file")
    parser.add_argument("b", metavar="B", help="the result file to compare with it")
    options = parser.parse_args(arguments)
    a, b = reader.read(options.a), reader.read(options.b)
    pairs = comparison.pairs_of(a, b)
    show(a, b, pairs, options.floor)
    if not options.no_pictures:
        draw(a, b, pairs, options.out or command.folder_of(options.b))
    return 0
