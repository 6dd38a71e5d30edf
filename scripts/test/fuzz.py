#!/usr/bin/python3
"""Run every reader on mutated golden files; fail on a traceback, a hang or another exit status.

    scripts/test/fuzz.py --inputs=20000 --seed=1
    scripts/test/fuzz.py --only=17 --seed=1 --keep=FOLDER    one input, and keep its files

Input N of a seed is always the same. Each input is one mutated result file with its distributions;
table, export, plot, compare and fidelity read it in a worker process with a time limit. The
tables of the pictures are written, but gnuplot draws them only for one input in --draw.
"""

import argparse
import collections
import contextlib
import functools
import os
import signal
import sys
import tempfile
import traceback

import mutate
from support import GOLDEN, call, without_gnuplot

TIME_LIMIT = 20     # seconds of processor time for one input; the slowest take about one
WAIT_LIMIT = 600    # seconds for one input on a machine that does much else
FORMATS = ("text", "markdown", "csv", "html")
EXPORTS = ("csv", "markdown", "benchstat", "github-action")
READERS = (("plot", "--out=out"), ("compare",), ("compare", "--self"), ("fidelity", "--out=out"))


class Hang(BaseException):
    """An input took longer than the time limit."""


def out_of_time(_number, _frame):
    raise Hang()


@functools.lru_cache(maxsize=None)
def originals():
    """The names of the golden files that are mutated."""
    return sorted(name for name in os.listdir(GOLDEN) if name.endswith(".json"))


def prepare(folder, seed, number):
    """Write input `number` into a folder; returns the name of the result file."""
    chance = mutate.chance_of(seed, number)
    name = chance.choice(originals())
    with open(os.path.join(GOLDEN, name), encoding="utf-8") as file:
        content = mutate.result(chance, file.read())
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)
    if name == "convoy.json":
        mutate.distributions(chance, os.path.join(GOLDEN, "convoy.hgrm"),
                             os.path.join(folder, "convoy.hgrm"))
    if name == "messages.json":
        mutate.file(chance, os.path.join(GOLDEN, "messages.hgrm"),
                    os.path.join(folder, "messages.hgrm"))
    return name


def others(command, options, name):
    """The further files that a command needs."""
    if command == "compare" and not options:
        return [os.path.join(GOLDEN, name)]
    return []


def faults(folder, name, number, draw):
    """What the commands do wrong with an input, in words."""
    table = ("table", f"--format={FORMATS[number % len(FORMATS)]}")
    export = ("export", f"--to={EXPORTS[number % len(EXPORTS)]}")
    for command, *options in (table, export, *READERS):
        drawn = contextlib.nullcontext() if draw else without_gnuplot()
        try:
            with drawn:
                done = call(command, *options, name, *others(command, options, name), cwd=folder)
        except Hang:
            yield f"{command}: took more than {TIME_LIMIT} s"
            return
        except BaseException:       # pylint: disable=broad-except
            yield f"{command}: {traceback.format_exc()}"
            continue
        lines = done.stderr.count("\n")
        said = command == "export" and not done.returncode      # what the format cannot hold
        if done.returncode not in (0, 1, 2) or (lines != bool(done.returncode) and not said):
            yield f"{command}: status {done.returncode}, {lines} lines of errors: {done.stderr}"


def check(seed, number, draw, keep=None):
    """The faults of one input, with a time limit."""
    with contextlib.ExitStack() as stack:
        for number_of in (signal.SIGALRM, signal.SIGPROF):
            stack.callback(signal.signal, number_of, signal.signal(number_of, out_of_time))
        folder = keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="gilbench-fuzz-"))
        os.makedirs(folder, exist_ok=True)
        name = prepare(folder, seed, number)
        signal.setitimer(signal.ITIMER_PROF, TIME_LIMIT)
        signal.alarm(WAIT_LIMIT)
        try:
            return list(faults(folder, name, number, draw))
        except Hang:
            return [f"took more than {TIME_LIMIT} s"]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)


def work(options, part):
    """Check every input of one part; the faults go to standard output at once."""
    found = 0
    for number in range(part, options.inputs, options.jobs):
        if number % 2000 == 0 and number:
            print(f"{number} inputs", file=sys.stderr, flush=True)
        for fault in check(options.seed, number, options.draw and number % options.draw == 0):
            found = 1
            os.write(1, f"input {number} of seed {options.seed}: {fault.rstrip()}\n".encode(
                errors="backslashreplace"))
    return found


def main():
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    parser.add_argument("--draw", type=int, default=0, metavar="N",
                        help="let gnuplot draw one input in N; default: none")
    parser.add_argument("--only", type=int, metavar="N", help="check only input N")
    parser.add_argument("--keep", metavar="FOLDER", help="with --only: where to keep its files")
    options = parser.parse_args()
    if options.only is not None:
        print(*check(options.seed, options.only, options.draw, options.keep), sep="\n")
        return 0
    children = []
    for part in range(options.jobs):
        child = os.fork()
        if not child:
            os._exit(work(options, part))
        children.append(child)
    ends = collections.Counter(os.waitpid(child, 0)[1] for child in children)
    print(f"{options.inputs} inputs, seed {options.seed}: "
          f"{'no faults' if set(ends) == {0} else 'faults; see above'}")
    return 0 if set(ends) == {0} else 1


if __name__ == "__main__":
    sys.exit(main())
