#!/usr/bin/python3
"""Count how often gilbench finds that a run was disturbed, with and without a busy loop beside it.

    scripts/test/disturbed_runs.py [--runs=N] [--busy=free|pinned] [GILBENCH OPTION...]

Without --busy, nothing is started beside the runs: what they find is then of this machine. With it, a
program that only counts runs beside each of them, either wherever the system lets it run, or bound to
the first allowed processor. Takes about 25 s per run, needs the machine for itself, and so is not one
of the tests. Prints a line for each run, and the counts of the verdicts.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUSY = "while True: pass"


def verdict_of(program, options):
    """The verdict and the findings of one run that are not notes."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "times.json")
        subprocess.run([program, "--quick", "-q", f"--out={out}", *options], check=True)
        with open(out, encoding="utf-8") as file:
            context = json.load(file)["context"]
    findings = [value for key, value in sorted(context.items())
                if key.startswith("finding.") and not value.startswith("note: ")]
    return context["verdict"], findings


def start_busy(kind):
    """A process that uses all of a processor, or None."""
    if kind is None:
        return None
    busy = subprocess.Popen([sys.executable, "-c", BUSY])
    if kind == "pinned":
        os.sched_setaffinity(busy.pid, {min(os.sched_getaffinity(0))})
    return busy


def main():
    """Make the runs, and count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=20, metavar="N")
    parser.add_argument("--busy", choices=("free", "pinned"))
    parser.add_argument("--gilbench", default=str(ROOT / "build/bench/gilbench"), metavar="PROGRAM")
    arguments, options = parser.parse_known_args()
    counts = collections.Counter()
    for number in range(1, arguments.runs + 1):
        busy = start_busy(arguments.busy)
        try:
            verdict, findings = verdict_of(arguments.gilbench, options)
        finally:
            if busy:
                busy.kill()
                busy.wait()
        counts[verdict] += 1
        print(f"{number:3d}  {verdict:9s}  {' | '.join(findings)}", flush=True)
    print(", ".join(f"{verdict}: {count}" for verdict, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
