#!/usr/bin/python3
"""Write golden data of pools: pool.json, from costs that are known.

Run it only to change the data on purpose, then read the difference of every golden output. An item
costs its task divided by the speed-up, and a part of what a chunk costs; where that makes a pool
faster than no pool by 5 % is computed in test_pool.py.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from make_golden import machine, write     # noqa: E402  (found only with the line above)

RUNS, NOISE = 5, 0.004
TASKS = {"0ns": 0.0, "1us": 1e-6, "10us": 1e-5, "100us": 1e-4}
ITEMS = {"0ns": 100000, "1us": 100000, "10us": 10000, "100us": 1000}
CHUNKS = {"1": 1, "256": 256, "auto": 1000}
LOOP, REAL_LOOP = 4e-9, 250e-9      # of an item without a pool
# What runs: the speed-up, and the costs of a chunk and of an item.
POOLS = {"mode:gil/lock:cpython2/workers:2": (0.6, 100e-9, 10e-9),
         "mode:gil/lock:cpython3/workers:2": (1.0, 40e-9, 4e-9),
         "mode:threads/workers:2": (1.98, 200e-9, 2.2e-9),
         "mode:processes/lock:cpython3/workers:2": (1.96, 200e-9, 2.5e-9)}
REAL = "runtime:cpython-3.11.2"
REAL_POOLS = {f"mode:real/{REAL}/workers:2/api:ThreadPoolExecutor": (0.9, 15e-6, 1e-6),
              f"mode:real-processes/{REAL}/workers:2/api:Pool": (1.9, 25e-6, 0.4e-6),
              f"mode:real-processes/{REAL}/workers:2/api:ProcessPoolExecutor": (1.9, 150e-6, 1e-6)}


def item_s(task, pool, chunk):
    """How long an item takes in a pool."""
    speed_up, per_chunk, per_item = pool
    return TASKS[task] / speed_up + per_chunk / CHUNKS[chunk] + per_item


def times():
    """(what, task, seconds per item, number of items) of each row."""
    for task, length in TASKS.items():
        yield "mode:sequential", task, length + LOOP, ITEMS[task]
        for what, pool in POOLS.items():
            for chunk in CHUNKS:
                yield f"{what}/chunk:{chunk}", task, item_s(task, pool, chunk), ITEMS[task]
        yield f"mode:real/{REAL}/api:map", task, length + REAL_LOOP, min(ITEMS[task], 10000)
        for what, pool in REAL_POOLS.items():
            for chunk in ("1",) if "Thread" in what else ("1", "256"):
                yield (f"{what}/chunk:{chunk}", task, item_s(task, pool, chunk),
                       min(ITEMS[task], 10000))


def entries():
    """The samples; in one row, those of one run failed."""
    chance = random.Random(21)
    for run in range(1, RUNS + 1):
        for what, task, seconds, items in times():
            seconds *= 1 + chance.gauss(0, NOISE)
            name = f"pool/{what}/task:{task}"
            one = {"name": name, "run_name": name, "run_type": "iteration", "repetitions": 1,
                   "repetition_index": 0, "threads": 1, "iterations": 1, "time_unit": "ns",
                   "cpu_time": 0.001, "real_time": round(1e9 * seconds, 6),
                   "items_per_s": 1 / seconds, "items": float(items), "run": float(run),
                   "round": 1.0, "workers": 2.0}
            if run == 3 and "processes/lock" in name and name.endswith("chunk:256/task:10us"):
                one = {**one, "error_occurred": True, "real_time": 0.0,
                       "error_message": "worker 1 was killed by signal 9 (Killed); 256 of 10000 "
                                        "items were not done: 512 to 767"}
            yield one


def main():
    write("pool.json", machine("pools", **{
        "places": "2", "experiment.pool.value": "item_s s lower",
        "experiment.pool.summary": "items per second that a pool maps",
        "experiment.pool.axes": "mode lock runtime workers api chunk task items",
        "experiment.pool.counters": "items_per_s 1/s higher, items 1 -"}), entries())


if __name__ == "__main__":
    main()
