#!/usr/bin/python3
"""Run an experiment for `meson test --benchmark`, and keep its results in a folder of its own.

    benchmark.py FOLDER EXPERIMENT GILBENCH [OPTION...]

GILBENCH is the program, and the options are passed on to it. What it prints is shown as it comes.
The results lie below FOLDER as those of scripts/bench lie below results/NAME; see store.py.
"""

import os
import subprocess
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from gilbench import command                                # noqa: E402  (found only with the line above)
from gilbench.bench.program import passing_signals_on       # noqa: E402
from gilbench.bench.store import Run                        # noqa: E402

NAME = "benchmark"


def main(words):
    """Run the experiment; returns the exit status."""
    folder, experiment, program, *options = words
    with Run(folder) as run:
        out = run.path(f"{experiment}.json")
        with passing_signals_on() as signals:
            child = subprocess.Popen([program, f"--out={out}", *options, experiment],
                                     stdin=subprocess.DEVNULL)
            signals.child = child
            status = child.wait()
        if os.path.exists(out):
            print(f"results  {command.printable(out)}")
            run.complete()
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(command.run(NAME, main, sys.argv[1:]))
