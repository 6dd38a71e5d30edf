"""Write result files in the format of another program: a spreadsheet or R, an issue, benchstat, the
GitHub action that keeps a history of benchmarks.

Everything is read and converted before anything is written. What a format cannot hold, such as
failed rows, is said on standard error.
"""

import argparse
import os

from gilbench import command, latest, reader
from gilbench.command import Misuse, ToolError
from gilbench.exports import benchstat, github_action, markdown, samples
from gilbench.exports.measured import rows_of
from gilbench.printer import not_shown
from gilbench.views import known

NAME = "export"
FORMATS = {"csv": samples.export, "markdown": markdown.export, "benchstat": benchstat.export,
           "github-action": github_action.export}
EPILOG = """formats:
  csv            one line per sample, for spreadsheets and R: file, machine, verdict, experiment,
                 row, axes, run, round, value, unit, better direction, reason of a failure, counters
  markdown       verdict, answer and tables, to paste into an issue
  benchstat      the benchmark format of Go, one line per run of a row; times are per unit of work
  github-action  JSON for benchmark-action/github-action-benchmark, with tool: customSmallerIsBetter
                 or, for values of which higher is better, tool: customBiggerIsBetter
exit status: 0; 2 if a file cannot be used or the output cannot be written, and then nothing is
written

examples:
  scripts/export --to=csv --out=times.csv results/laptop/latest/times.json
  scripts/export --to=benchstat results/laptop/latest > laptop.txt"""


def parse(arguments):
    """The options."""
    parser = argparse.ArgumentParser(prog=NAME, description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", metavar="FORMAT", choices=FORMATS, required=True,
                        help=f"{', '.join(FORMATS)}; see below")
    parser.add_argument("--out", metavar="FILE", help="where to write; its folder is made if "
                        "missing; default: standard output")
    parser.add_argument("--better", choices=github_action.TOOLS, help="for github-action: export "
                        "the values of which lower, or higher, is better, if the files have both")
    parser.add_argument("files", nargs="*", metavar="FILE", help=latest.HELP)
    options = parser.parse_args(arguments)
    if options.better and options.to != "github-action":
        parser.error(f"--better is for --to=github-action, not for --to={options.to}")
    if options.out is not None and not os.path.basename(options.out):
        parser.error(f"--out: '{command.printable(options.out)}' names no file")
    return options


def read_all(paths):
    """The Results of all files, each with something to export."""
    results = reader.read_different(paths)
    for result in results:
        if not result.experiments:
            raise ToolError(result.path, f"no rows of {', '.join(known())}; {result.found()}")
        rows = [row for row, _ in rows_of(result)]
        if not any(row.samples for row in rows):
            raise ToolError(result.path, f"all {sum(row.tries for row in rows)} samples failed; "
                            f"the first, {rows[0].name}: {rows[0].failures[0]}")
    return results


def check_output(out, results):
    """Refuse to write over a file that is exported."""
    if out is not None and os.path.exists(out):
        facts = os.stat(out)
        if (facts.st_dev, facts.st_ino) in (result.identity for result in results):
            raise ToolError(out, "is one of the files to export; write into another one")


def convert(results, options):
    """The Exported of all files."""
    more = {"better": options.better} if options.better else {}
    exported = FORMATS[options.to](results, **more)
    unknown = [(result.path, f"left out: rows of {', '.join(not_shown(result))}, of which the file "
                "does not say what they measure") for result in results if not_shown(result)]
    return exported._replace(lost=(*exported.lost, *unknown))


def write(out, text):
    """Write the text to standard output, or to a file that appears only when it is complete."""
    if out is None:
        print(text, end="", flush=True)
    elif os.path.exists(out) and not os.path.isfile(out):
        with open(out, "w", encoding="utf-8", newline="") as file:      # such as a pipe
            file.write(text)
    else:
        folder, name = os.path.split(os.path.realpath(out))
        with command.whole_files(folder) as unfinished:
            with open(os.path.join(unfinished, name), "w", encoding="utf-8", newline="") as file:
                file.write(text)


def main(arguments):
    """Run the command; returns its exit status."""
    options = parse(arguments)
    try:
        results = read_all(latest.given_or_latest(options.files))
        check_output(options.out, results)
        exported = convert(results, options)
        write(options.out, exported.text)
    except ToolError as error:
        error.status = Misuse.status
        raise
    except OSError as error:
        command.discard_output()
        raise Misuse(error.filename or options.out or "standard output",
                     error.strerror or error) from error
    for path, text in exported.lost:
        command.complain(NAME, f"{path}: {text}")
    return 0
