#!/usr/bin/python3
"""Write golden data with real interpreters: `times`, `convoy` and `bandwidth`, of one machine.

Run it only to change the data on purpose, then read the difference of every golden output. What
fidelity is to find in it is known: the model of CPython is alike in all; the model of Ruby is too
slow with 4 workers and has a p50 that is too long; PyPy has too few samples; OCaml has no model,
and one model has no runtime.
"""

import math
import os
import random
import sys

from make_golden import GOLDEN, SMALL, entry, noisy, write

WORKERS = (1, 2, 4)
BESIDE = (0, 1, 2, 4)
CPYTHON, RUBY, PYPY, OCAML = "cpython-3.11.2", "ruby-3.1.7", "pypy-7.3.11", "ocaml-4.13.1"
REAL = {**SMALL, "machine": "small", "places": "2", "governor": "none", "time_s": "0.4",
        f"interpreter.{CPYTHON}": "python3", f"interpreter.{RUBY}": "ruby"}
# The parts of a name that say what runs: seconds with 1 worker, slow-down with 2 and 4, samples,
# units of work, the lock's quantum.
TIMES = {
    "mode:gil/lock:cpython3": (0.40, 1.02, 1.03, 12, 28e6, 0.005),
    "mode:gil/lock:ruby_waitq": (2.00, 1.00, 1.01, 5, 140e6, 0.1),
    "mode:threads": (0.40, 0.51, 0.51, 12, 28e6, None),
    "mode:processes/lock:cpython3": (0.40, 0.51, 0.52, 12, 28e6, 0.005),
    f"mode:gil/lock:cpython3/runtime:{CPYTHON}": (0.41, 1.03, 1.04, 12, 17e6, 0.005),
    f"mode:real/runtime:{CPYTHON}": (0.40, 1.04, 1.05, 12, 17e6, 0.005),
    f"mode:real-processes/runtime:{CPYTHON}": (0.80, 0.52, 0.53, 12, 34e6, None),
    f"mode:gil/lock:ruby_waitq/runtime:{RUBY}": (2.01, 1.00, 1.31, 5, 230e6, 0.1),
    f"mode:real/runtime:{RUBY}": (2.00, 1.01, 1.02, 5, 230e6, 0.1),
    f"mode:real-processes/runtime:{RUBY}": (2.00, 0.50, 0.51, 5, 230e6, None),
    f"mode:gil/lock:pypy/runtime:{PYPY}": (0.40, 1.00, 1.00, 2, 590e6, None),
    f"mode:real/runtime:{PYPY}": (0.40, 1.00, 1.00, 2, 590e6, None),
    f"mode:real/runtime:{OCAML}": (1.00, 1.00, 1.01, 5, 170e6, 0.05),
    "mode:gil/lock:ruby_handoff/runtime:ruby-3.4.1": (2.00, 1.00, 1.01, 5, 230e6, 0.1)}
# Seconds that a message waits beside each CPU-bound thread, and how much p99 exceeds p50.
CONVOY = {
    "mode:gil/lock:cpython3": (0.005, 1.1),
    "mode:gil/lock:ruby_waitq": (0.100, 1.3),
    "mode:threads": (20e-6, 3),
    "mode:processes/lock:cpython3": (25e-6, 4),
    f"mode:gil/lock:cpython3/runtime:{CPYTHON}": (0.00505, 1.1),
    f"mode:real/runtime:{CPYTHON}": (0.00515, 1.2),
    f"mode:gil/lock:ruby_waitq/runtime:{RUBY}": (0.125, 1.3),
    f"mode:real/runtime:{RUBY}": (0.100, 1.4),
    f"mode:gil/lock:pypy/runtime:{PYPY}": (0.010, 1.1),
    f"mode:real/runtime:{PYPY}": (0.011, 1.1)}
ALONE, MESSAGES = 40e-6, 400


def times_rows():
    chance = random.Random(11)
    for what, (alone, two, four, count, units, quantum) in TIMES.items():
        for workers, factor in zip(WORKERS, (1, two, four)):
            seconds = alone * factor
            for index in range(count):
                more = {"quanta": seconds / quantum} if quantum else {}
                yield entry(f"times/kernel:countdown/{what}/workers:{workers}", index, count,
                            noisy(chance, seconds, 0.03), workers=float(workers), units=units,
                            **more)
    for index in range(12):
        yield entry("times/kernel:countdown/mode:sequential", index, 12,
                    noisy(chance, 0.40, 0.03), units=28e6)


def latencies(what, beside):
    """What a message waits in the middle and at worst: p50 and p99."""
    wait, tail = CONVOY[what]
    p50 = ALONE + wait * beside
    return p50, p50 * (tail if beside else 2)


def convoy_rows():
    chance = random.Random(12)
    for what in CONVOY:
        count = TIMES[what][3] if TIMES[what][3] < 5 else 5
        for beside in BESIDE:
            for index in range(count):
                p50, p99 = (noisy(chance, value, 0.05) for value in latencies(what, beside))
                more = {"throughput_kept": 0.97} if beside else {}
                late = 8e-6 if what == "mode:threads" else 2e-6
                yield entry(f"convoy/kernel:countdown/{what}/workers:{beside}", index, count, p50,
                            p50_s=p50, p90_s=0.9 * p99, p99_s=p99, p999_s=1.1 * p99,
                            max_s=1.2 * p99, messages=float(MESSAGES), duplicated=0.0,
                            lost=float(what.endswith(RUBY) and beside == 4 and index == 2),
                            late_p50_s=late, late_max_s=9 * late,
                            sent_late=float(late > p50 / 10), workers=float(beside), **more)


def bandwidth_rows():
    chance = random.Random(13)
    for what in CONVOY:
        count = min(TIMES[what][3], 5)
        for beside in BESIDE:
            alone = 60000 if "runtime" in what else 80000
            wait = CONVOY[what][0] * beside
            for index in range(count):
                rate = 1 / noisy(chance, 1 / alone + wait, 0.05)
                kept = 0.98 if "lock" in what or "real" in what else 0.49
                more = {"throughput_kept": kept} if beside else {}
                yield entry(f"bandwidth/kernel:countdown/{what}/workers:{beside}", index, count,
                            1 / rate, packets_per_s=rate, packets=float(round(rate)), lost=0.0,
                            duplicated=0.0, workers=float(beside), **more)


def failing(rows):
    """One row of which all samples failed, and one of which one did."""
    for row in rows:
        if "lock:ruby_waitq/workers:4" in row["name"] or (
                "lock:ruby_waitq/workers:2" in row["name"] and row["repetition_index"] == 0):
            row.update(error_occurred=True, error_message="deadline of 20 s passed", real_time=0.0)
            for key in ("p50_s", "p99_s"):
                row.pop(key, None)
        yield row


def hgrm(p50, p99, messages, chance):
    """An HdrHistogram percentile file of so many messages, in microseconds."""
    values = sorted(1e6 * p50 * math.exp(max(chance.gauss(0, math.log(p99 / p50) / 2.33), -2))
                    for _ in range(messages))
    lines = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
    part, rest = 0.0, 1.0
    while True:
        rank = max(math.ceil(part * messages), 1)
        if rank >= messages:
            break
        lines.append(f"{values[rank - 1]:12.3f} {part:2.12f} {rank:10d} {1 / (1 - part):14.2f}")
        rest = 2.0 ** math.floor(math.log2(1 / (1 - part)) + 1)
        part += 1 / (5 * rest)
    lines.append(f"{values[-1]:12.3f} {1:2.12f} {messages:10d} {'inf':>14}")
    mean = sum(values) / messages
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / messages)
    lines += [f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]",
              f"#[Max     = {values[-1]:12.3f}, Total count    = {messages:12d}]",
              f"#[Buckets = {20:12d}, SubBuckets     = {2048:12d}]"]
    return "\n".join(lines) + "\n"


def write_hgrm(folder, whats, beside=BESIDE[1:], messages=5 * MESSAGES):
    """The percentile files of rows, named as gilbench does."""
    chance = random.Random(14)
    os.makedirs(folder, exist_ok=True)
    for what in whats:
        words = "_".join(word.split(":", 1)[1].replace(":", "-") for word in what.split("/"))
        for workers in beside:
            path = os.path.join(folder, f"{words}_workers-{workers}.hgrm")
            with open(path, "w", encoding="utf-8") as file:
                file.write(hgrm(*latencies(what, workers), messages, chance))


def main():
    write("real.json", REAL, times_rows())
    write("convoy.json", REAL, failing(convoy_rows()))
    write("bandwidth.json", REAL, bandwidth_rows())
    write_hgrm(os.path.join(GOLDEN, "convoy.hgrm"), list(CONVOY))
    os.remove(os.path.join(GOLDEN, "convoy.hgrm", "gil_ruby_waitq_workers-4.hgrm"))


if __name__ == "__main__":
    sys.exit(main())
