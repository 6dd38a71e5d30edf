"""Result files of `times` for tests, from ratios to the sequential run."""

import json
import random

QUIET = {"sequential": {1: 1.0},
         "gil/lock:cpython2": {1: 1.05, 2: 1.65, 4: 2.38},
         "gil/lock:cpython3": {1: 1.0, 2: 1.01, 4: 1.02},
         "threads": {1: 1.0, 2: 0.51, 4: 0.51},
         "processes/lock:cpython2": {1: 1.05, 2: 0.53, 4: 0.53},
         "processes/lock:cpython3": {1: 1.0, 2: 0.51, 4: 0.51}}
FEW = {"sequential": {1: 1.0}, "gil/lock:cpython3": {1: 1.0, 2: 1.01}}
REAL = {"real/runtime:cpython-3.11.2": {1: 1.0, 2: 1.08, 4: 1.12},
        "real/runtime:ruby-3.1.7": {1: 5.0, 2: 5.05, 4: 5.1},
        "gil/lock:cpython3/runtime:cpython-3.11.2": {1: 1.1, 2: 1.11, 4: 1.12}}
SECONDS = 0.4


def entries(rows, runs=5, rounds=5, noise=0.01, seed=1):
    """The samples of rows: for each mode, with its lock or runtime, ratios by workers."""
    chance = random.Random(seed)
    for run in range(1, runs + 1):
        shift = chance.gauss(0, noise)
        for mode, ratios in rows.items():
            for workers, ratio in ratios.items():
                for number in range(1, rounds + 1):
                    yield {"name": f"times/kernel:countdown/mode:{mode}/workers:{workers}",
                           "run_type": "iteration", "time_unit": "ms", "units": 1e6,
                           "real_time": 1e3 * SECONDS * ratio * (1 + chance.gauss(shift, noise)),
                           "run": run, "round": number, "workers": workers}


def failed(entry, reason="worker 1 was killed by signal 9"):
    return {**entry, "error_occurred": True, "error_message": reason, "real_time": 0.0}


def document(rows, **context):
    """The text of a file: the samples, and facts about a machine of two cores."""
    context = {"machine": "m", "cores": "2", "places": "2", "pin": "core", "verdict": "ok",
               **context}
    return json.dumps({"context": context, "benchmarks": list(rows)})
