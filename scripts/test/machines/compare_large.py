#!/usr/bin/python3
"""How long scripts/compare takes for two large files, and how much memory.

    scripts/test/machines/compare_large.py [--rows=10000] [--runs=3] [--samples=1]

Prints both, and the size of the files. The exit status is 1 if it takes more than 5 s or 500 MiB,
which are the limits for 10,000 rows with one sample in each of 3 runs, the fewest with verdicts.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, SCRIPTS

MOST_S, MOST_MIB = 5, 500
PLACES = [("sequential", "", 1), *((mode, f"/lock:{lock}", workers)
                                   for mode in ("gil", "processes")
                                   for lock in ("cpython2", "cpython3", "mutex")
                                   for workers in (1, 2, 4))]


def names(rows):
    """The names of so many rows, those of several kernels."""
    made = (f"times/kernel:chase:size={size}MiB/mode:{mode}{lock}/workers:{workers}"
            for size in range(1, rows + 1) for mode, lock, workers in PLACES)
    return [next(made) for _ in range(rows)]


def entries(seed, rows, runs, samples):
    """The samples of a file, with the counters that gilbench writes."""
    chance = random.Random(seed)
    for run in range(1, runs + 1):
        common = chance.gauss(0, 0.02)
        for number in range(1, samples + 1):
            for name in rows:
                value = 400 * math.exp(common + chance.gauss(0, 0.02))
                yield {"name": name, "family_index": 0, "per_family_instance_index": 0,
                       "run_name": name, "run_type": "iteration", "repetitions": runs * samples,
                       "repetition_index": number, "threads": 1, "iterations": 1,
                       "real_time": value, "cpu_time": 0.0016, "time_unit": "ms",
                       "cpu_s": value / 1000, "ctxsw_involuntary": 4.0, "ctxsw_voluntary": 0.0,
                       "migrations": 0.0, "order": 1.0, "round": float(number),
                       "run": float(run), "runqueue_s": 3.194e-05, "start_s": 21.960831485,
                       "start_skew_s": 0.0, "units": 20220678.0, "workers": 1.0, "label": "pu 0"}


def write(path, seed, options):
    """Write a file as gilbench does: a key a line."""
    rows = names(options.rows)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"context": {"gilbench_version": "1", "machine": f"machine {seed}"},
                   "benchmarks": list(entries(seed, rows, options.runs, options.samples))},
                  file, indent=2)
    return os.path.getsize(path)


def compared(paths):
    """The seconds and MiB that a comparison takes."""
    begin = time.monotonic()
    child = subprocess.Popen([os.path.join(SCRIPTS, "compare"), *paths], env=ENVIRONMENT,
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"compare: exit status {child.returncode}")
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def main():
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10000, help="of each file")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--samples", type=int, default=1, help="of each row in each run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gilbench-large-") as folder:
        paths = [os.path.join(folder, f"{seed}.json") for seed in (1, 2)]
        sizes = [write(path, seed, options) for seed, path in enumerate(paths, 1)]
        seconds, mib = compared(paths)
    print(f"2 files of {options.rows} rows, {options.runs} runs of {options.samples}, "
          f"{max(sizes) / 2 ** 20:.0f} MiB each: {seconds:.1f} s, {mib:.0f} MiB")
    return 1 if seconds > MOST_S or mib > MOST_MIB else 0


if __name__ == "__main__":
    sys.exit(main())
