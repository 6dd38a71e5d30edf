#!/usr/bin/python3
"""Write golden/start.json: what gilbench would write for `start`, from fixed random numbers.

Run it only to change the data on purpose, then read the difference of every golden output. The
times follow measured ones; one row failed for lack of memory.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from make_golden import machine, noisy, write

RUNS, SAMPLES = 5, 3
REAL = "mode:real/runtime:cpython-3.11.2/way:"
# Seconds per start, by the parts of a row's name; 0: it failed.
TIMES = {"mode:threads/way:thread": 12e-6,
         "mode:processes/way:fork": 95e-6,
         "mode:processes/way:posix_spawn/program:true": 410e-6,
         "mode:processes/way:vfork_exec/program:true": 395e-6,
         "mode:processes/way:system/program:true": 800e-6,
         "mode:processes/way:posix_spawn/program:gilbench": 1900e-6,
         "mode:processes/way:by_name/program:gilbench": 1950e-6,
         "mode:processes/way:fork/pages:small/memory:1MiB": 105e-6,
         "mode:processes/way:fork/pages:huge/memory:1MiB": 97e-6,
         "mode:processes/way:fork/pages:small/memory:100MiB": 780e-6,
         "mode:processes/way:fork/pages:huge/memory:100MiB": 110e-6,
         "mode:processes/way:fork/pages:small/memory:1GiB": 6.9e-3,
         "mode:processes/way:fork/pages:huge/memory:1GiB": 0,
         f"{REAL}threading.Thread": 42e-6,
         f"{REAL}Process.fork": 900e-6,
         f"{REAL}Process.forkserver": 4.1e-3,
         f"{REAL}Process.spawn": 48e-3,
         f"{REAL}os.system/program:true": 850e-6,
         f"{REAL}subprocess.run/program:true": 790e-6}
FAILED = {"error_occurred": True, "real_time": 0.0,
          "error_message": "too little memory to touch 1GiB: 612MiB is available, of which 64 MiB "
                           "is kept free"}


def rows():
    """The samples of every row, each with the counters that gilbench writes."""
    chance = random.Random(21)
    order = 0
    for run in range(1, RUNS + 1):
        for number in range(1, SAMPLES + 1):
            for parts, seconds in TIMES.items():
                order += 1
                name = f"start/{parts}"
                yield {"name": name, "run_name": name, "run_type": "iteration",
                       "repetitions": RUNS * SAMPLES, "repetition_index": number - 1,
                       "threads": 1, "iterations": 1, "time_unit": "us", "cpu_time": 0.001,
                       "real_time": round(1e6 * noisy(chance, seconds, 0.08), 6),
                       "order": float(order), "round": float(number), "run": float(run),
                       "starts": float(int(0.05 / (seconds or 1)) + 1), "workers": 1.0,
                       **(FAILED if not seconds else {})}


def main():
    context = {"experiment.start.value": "start_s s lower",
               "experiment.start.axes": "mode runtime way program pages memory",
               "experiment.start.counters": "starts 1 -, huge_part 1 -"}
    write("start.json", machine("small", **context), rows())


if __name__ == "__main__":
    main()
