#!/usr/bin/python3
"""Write golden data with the latencies of single samples: messages.json and messages.hgrm.

Run it only to change the data on purpose, then read the difference of every golden output. What the
table is to find in it is known: beside `threads`, samples have messages enough for a p99.9; beside
`ruby_handoff`, messages are not read in time; beside `mutex`, a tenth of the samples is sent late.
"""

import math
import os
import random

from make_golden import GOLDEN, machine, write

RUNS, SAMPLES, UNREAD = 5, 4, 12
# What runs: the mean latency in seconds, messages per sample.
ROWS = {
    "mode:gil/lock:cpython3/workers:0": (40e-6, 20),
    "mode:gil/lock:cpython3/workers:1": (0.005, 20),
    "mode:gil/lock:cpython3/workers:2": (0.010, 20),
    "mode:gil/lock:mutex/workers:1": (80e-6, 20),
    "mode:gil/lock:ruby_handoff/workers:1": (0.3, 20),
    "mode:threads/workers:1": (30e-6, 200)}
COMMON, OWN = 0.02, 0.10    # SD of the logarithm between runs, between samples of a run


def nearest(values, part):
    return values[max(math.ceil(part * len(values) - 1e-9), 1) - 1]


def sample(chance, what, shift):
    """The latencies of a sample in seconds, ascending, and from where they are bounds, or None."""
    mean, count = ROWS[what]
    shift += chance.gauss(0, OWN)
    values = sorted(round(1e6 * mean * math.exp(shift) * (0.5 + chance.expovariate(2)), 3) / 1e6
                    for _ in range(count))
    if "ruby_handoff" not in what:
        return values, None
    return values, values[-UNREAD]


def entry(what, run, number, late, values, bound):
    """The repetition of a sample."""
    name = f"convoy/kernel:countdown/{what}"
    censored = {"censored_from_s": bound} if bound else {}
    return {"name": name, "run_name": name, "run_type": "iteration", "repetitions": SAMPLES,
            "repetition_index": number - 1, "threads": 1, "iterations": 1, "time_unit": "us",
            "cpu_time": 0.001, "real_time": 1e6 * nearest(values, 0.5),
            "p50_s": nearest(values, 0.5), "p90_s": nearest(values, 0.9),
            "p99_s": nearest(values, 0.99), "max_s": values[-1], "late_p50_s": 2e-6,
            "late_p99_s": 5e-6, "late_max_s": 5e-6, "sent_late": float(late),
            "messages": float(len(values)), "unread": float(UNREAD if bound else 0), **censored,
            "lost": 0.0, "duplicated": 0.0, "workers": float(what[-1]), "run": float(run),
            "round": float(number)}


def line_of(run, number, values, bound):
    """The line of the file of distributions."""
    censored = f" censored={UNREAD} from={1e6 * bound:.3f}" if bound else ""
    return (f"# sample: run={run} round={number} messages={len(values)}{censored}:"
            + "".join(f" {1e6 * value:.3f}" for value in values))


def distribution(values, bounds):
    """A percentile file with the points that the tests need."""
    values = sorted(values)
    lines = [f"{1e6 * nearest(values, part):12.3f} {part:14.12f} "
             f"{math.ceil(part * len(values)):10d} {1 / (1 - part):14.2f}"
             for part in (0.5, 0.75, 0.9, 0.95, 0.99)]
    largest = 1e6 * values[-1]
    return "\n".join([
        f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", "", *lines,
        f"{largest:12.3f} {1:14.12f} {len(values):10d} {'inf':>14}",
        f"#[Max     = {largest:12.3f}, Total count    = {len(values):12d}]",
        *(f"#[Censored = {UNREAD * len(bounds):11d}, from           = {1e6 * min(bounds):12.3f}]"
          for _ in bounds[:1])])


def main():
    chance = random.Random(17)
    entries, texts = [], []
    for what in ROWS:
        everything, lines, bounds = [], [], []
        for run in range(1, RUNS + 1):
            shift = chance.gauss(0, COMMON)
            for number in range(1, SAMPLES + 1):
                values, bound = sample(chance, what, shift)
                late = "mutex" in what and run <= 2 and number == 1
                entries.append(entry(what, run, number, late, values, bound))
                lines.append(line_of(run, number, values, bound))
                everything += values
                bounds += [bound] if bound else []
        texts += [f"# row: convoy/kernel:countdown/{what}", distribution(everything, bounds), *lines]
    write("messages.json", machine("small", samples="4"), entries)
    with open(os.path.join(GOLDEN, "messages.hgrm"), "w", encoding="utf-8") as file:
        file.write("\n".join(texts) + "\n")


if __name__ == "__main__":
    main()
