#!/usr/bin/python3
"""Write the result files in golden/: what gilbench would write, from fixed random numbers.

Run it only to change the data on purpose, then read the difference of every golden output. The
times follow measured ones: threads and processes scale up to the cores, cpython3 stays at 1x,
cpython2 gets slower with a second worker.
"""

import json
import math
import os
import random

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
SMALL = {"machine": "small", "cpu_model": "Example 3000 at 2.4 GHz", "cores": "2", "pus": "4",
         "pin": "core", "pin_map": "0=PU#0 1=PU#1", "governor": "performance", "boost": "off",
         "smt": "on", "virtualization": "none", "cgroup_cpu_max": "max 100000", "seed": "1",
         "time_s": "0.3", "gilbench_version": "0.1", "git_revision": "0123abc",
         "compiler": "gcc 12.2.0", "build_type": "release", "kernel_release": "6.1.0-28-amd64"}
LARGE = {**SMALL, "machine": "large", "cpu_model": "Example 9000", "cores": "16", "pus": "32",
         "pin_map": "in order", "governor": "schedutil", "boost": "on", "virtualization": "kvm",
         "compiler": "gcc 13.2.0", "time_s": "2"}
# Two cores, one of which has two hardware threads and is of another kind.
HYBRID = {**SMALL, "machine": "hybrid", "pus": "3", "places": "3", "pin": "pu",
          "pin_map": "pu 2,0,1", "topology": "packages 1, cores 2, PUs 3, kinds of core 2"}
SAME = {**SMALL, "places": "1", "pin": "same", "pin_map": "pu 0,0,0,0",
        "topology": "packages 1, cores 2, PUs 4, kinds of core 1"}
# (mode, lock, workers): seconds and number of samples
TIMES = {("sequential", "", 1): (0.300, 10),
         ("gil", "cpython2", 1): (0.310, 10), ("gil", "cpython2", 2): (0.640, 10),
         ("gil", "cpython2", 4): (0.700, 10),
         ("gil", "cpython3", 1): (0.301, 10), ("gil", "cpython3", 2): (0.302, 10),
         ("gil", "cpython3", 4): (0.308, 10),
         ("threads", "", 1): (0.300, 3), ("threads", "", 2): (0.152, 3),
         ("threads", "", 4): (0.153, 3),
         ("processes", "cpython3", 1): (0.302, 3), ("processes", "cpython3", 2): (0.153, 3),
         ("processes", "cpython3", 4): (0.155, 3)}


def name_of(kernel, mode, lock, workers):
    lock = f"/lock:{lock}" if lock else ""
    return f"times/kernel:{kernel}/mode:{mode}{lock}/workers:{workers}"


def entry(name, index, count, seconds, unit="s", **more):
    """One repetition, with the keys Google Benchmark writes."""
    scale = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
    full = f"{name}/iterations:1/repeats:{count}/manual_time"
    time = round(seconds * scale, 6)
    return {"name": full, "run_name": full, "run_type": "iteration", "repetitions": count,
            "repetition_index": index, "threads": 1, "iterations": 1, "real_time": time,
            "cpu_time": round(0.001 * scale, 6), "time_unit": unit, **more}


def aggregate(name, count, kind, value, unit):
    full = f"{name}/iterations:1/repeats:{count}/manual_time"
    return {"name": f"{full}_{kind}", "run_name": full, "run_type": "aggregate",
            "repetitions": count, "threads": 1, "aggregate_name": kind, "aggregate_unit": unit,
            "iterations": count, "real_time": value, "cpu_time": value, "time_unit": "s"}


def noisy(chance, seconds, noise):
    """A time that is rarely shorter and sometimes clearly longer, as real ones are."""
    return seconds * (1 + noise * (0.1 * chance.random() + chance.random() ** 6))


def rows_of(times, seed, kernel="countdown", units=1000000, unit="s"):
    chance = random.Random(seed)
    for (mode, lock, workers), (seconds, count) in times.items():
        noise = 0.3 if lock == "cpython2" and workers > 1 else 0.04
        for index in range(count):
            counters = {"workers": float(workers), "units": float(units), "jain_hold": 1.0,
                        "ctxsw_involuntary": float(chance.random() < 0.1)}
            if lock:
                counters["quanta"] = seconds / 0.005
            yield entry(name_of(kernel, mode, lock, workers), index, count,
                        noisy(chance, seconds, noise), unit, **counters)


def changed(factors):
    """TIMES with some rows multiplied."""
    return {key: (seconds * factors.get(key, 1), count)
            for key, (seconds, count) in TIMES.items()}


def large_times():
    """A machine with 16 cores and up to 64 workers, all in milliseconds."""
    times = {("sequential", "", 1): (2.0, 6)}
    for workers in (1, 2, 4, 8, 16, 32, 64):
        part = 2.0 / min(workers, 16)
        times["gil", "cpython2", workers] = (2.05 if workers == 1 else 3.1, 6)
        times["gil", "cpython3:interval=500us", workers] = (2.01 + 0.01 * workers, 6)
        times["threads", "", workers] = (part * 1.01, 6)
        times["processes", "cpython3:interval=500us", workers] = (part * 1.03, 6)
        times["interpreters", "cpython3:interval=500us", workers] = (part * 1.02, 6)
    return times


def places_times(places):
    """Up to 4 workers on so many places."""
    times = {("sequential", "", 1): (0.3, 3)}
    for workers in (1, 2, 3, 4):
        times["gil", "cpython2", workers] = (0.31 + 0.1 * min(workers - 1, places - 1), 3)
        times["threads", "", workers] = (0.3 / min(workers, places), 3)
    return times


def failed_rows():
    """Failures in the words of both versions of Google Benchmark, short regions, two kernels."""
    rows = [row for row in rows_of(TIMES, 5) if row["repetition_index"] < 2]
    for row in rows:
        if "gil/lock:cpython2/workers:4" in row["name"]:
            row.update(error_occurred=True, error_message="worker 3 was killed by signal 9",
                       real_time=0.0)
        if "gil/lock:cpython3/workers:4" in row["name"] and row["repetition_index"] == 1:
            row.update(skipped="SKIPPED_WITH_ERROR", skip_message="deadline of 30 s passed",
                       real_time=0.0)
        if "gil/lock:cpython2/workers:2" in row["name"]:
            row["quanta"] = 3.0
    real = {("real", "", workers): (seconds, 3)
            for workers, seconds in ((1, 12.0), (2, 12.5), (4, 13.0))}
    for row in rows_of(real, 6, kernel="chase:size=64MiB"):
        row["name"] = row["name"].replace("mode:real", "mode:real/runtime:cpython-3.11.2")
        rows.append(row)
    for lock in ("cpython2", "cpython3"):
        for operation, value in (("acquire", 21.5e-9), ("checkpoint", 0.61e-9)):
            rows += [entry(f"primitives/lock:{lock}/op:{operation}", index, 3,
                           value * (1 + index / 100), "ns") for index in range(3)]
    rows.append(entry("handover/kernel:countdown/mode:gil/lock:cpython3/workers:1", 0, 1, 0.3))
    return rows


def aggregate_rows():
    """Each row with the aggregates that Google Benchmark adds, among them a ratio as a time."""
    for row in rows_of({key: TIMES[key] for key in list(TIMES)[:4]}, 7):
        yield row
        if row["repetition_index"] == row["repetitions"] - 1:
            name = row["name"].split("/iterations")[0]
            yield aggregate(name, row["repetitions"], "median", 99.0, "time")
            yield aggregate(name, row["repetitions"], "cv", 0.01, "percentage")


# Machines with several runs, as gilbench writes them: seconds on machine a of each mode, lock or
# runtime, and number of workers.
MACHINE_TIMES = {
    ("sequential", "", 1): 0.400,
    ("gil", "lock:cpython2", 1): 0.421, ("gil", "lock:cpython2", 2): 0.660,
    ("gil", "lock:cpython2", 4): 0.950,
    ("gil", "lock:cpython3", 1): 0.401, ("gil", "lock:cpython3", 2): 0.407,
    ("gil", "lock:cpython3", 4): 0.412,
    ("threads", "", 1): 0.401, ("threads", "", 2): 0.205, ("threads", "", 4): 0.206,
    ("real", "runtime:cpython-3.11.2", 1): 0.402, ("real", "runtime:cpython-3.11.2", 2): 0.425}
COMMON, OWN, WITHIN = 0.0175, 0.010, 0.014     # SD between runs, of a row in a run, of a sample


def machine_rows(seed, runs, samples, factors=(1, 1), patch="2", units=28000000,
                 times=None):
    """The rows of a machine; the factors are those of all times and of the locks' own cost."""
    chance = random.Random(seed)
    times = times or MACHINE_TIMES
    order = 0
    for run in range(1, runs + 1):
        common = chance.gauss(0, COMMON)
        own = {key: chance.gauss(common, OWN) for key in times}
        for number in range(1, samples + 1):
            for (mode, what, workers), seconds in times.items():
                order += 1
                what = what.replace("3.11.2", f"3.11.{patch}")
                name = "/".join(filter(None, ("times/kernel:countdown", f"mode:{mode}", what,
                                              f"workers:{workers}")))
                seconds *= factors[0] * (factors[1] if workers > 1 and mode == "gil" else 1)
                shift = own[mode, what.replace(f"3.11.{patch}", "3.11.2"), workers]
                yield {"name": name, "run_name": name, "run_type": "iteration",
                       "repetitions": samples, "repetition_index": number - 1, "threads": 1,
                       "iterations": 1, "time_unit": "ms", "cpu_time": 0.001,
                       "real_time": round(1e3 * seconds * math.exp(chance.gauss(shift, WITHIN)), 6),
                       "order": float(order), "round": float(number), "run": float(run),
                       "units": float(units), "workers": float(workers)}


def machine(name, **context):
    """What the file of a machine says of it."""
    return {**SMALL, "machine": name, "gilbench_version": "0.2.0", "runs": "5", "samples": "5",
            "time_s": "0.4", "verdict": "ok", "experiment.times.value": "time s lower",
            "interpreter.cpython-3.11.2": "python3", **context}


def write_machines():
    """a; a again, quickly; b, of which everything is 12 % faster; c, whose locks cost 15 % more."""
    write("a.json", machine("a"), machine_rows(11, 5, 5))
    write("a-again.json", machine("a"), machine_rows(12, 5, 5))
    write("a-quick.json", machine("a", runs="3", samples="3", time_s="0.2"),
          machine_rows(13, 3, 3, units=14000000, factors=(0.5, 1)))
    faster = {**machine("b", cpu_model="Example 3000 at 2.7 GHz", governor="schedutil"),
              "interpreter.cpython-3.11.9": "python3", "compiler": "gcc 13.2.0"}
    del faster["interpreter.cpython-3.11.2"]
    write("b.json", faster, machine_rows(14, 5, 5, factors=(1 / 1.12, 1), patch="9"))
    disturbed = {"verdict": "disturbed", "finding.1": "disturbed: other programs used 0.4 of a "
                 "CPU; stop them, and measure again", "kernel_release": "6.12.9-amd64"}
    write("c.json", machine("c", **disturbed), machine_rows(15, 5, 5, factors=(1, 1.15)))


def scaling_times(places, numbers):
    """Locks, one of them with several intervals, and free threads on so many cores."""
    times = {("sequential", "", 1): 0.4}
    for workers in numbers:
        part = 0.4 / min(workers, places)
        contended = 0.8 if places > 1 else 0.5
        for lock, seconds in (("cpython2", 0.42 if workers == 1 else contended),
                              ("cpython3:interval=50ms", 0.401), ("cpython3:interval=5ms", 0.402),
                              ("cpython3:interval=500us", 0.402 + 0.002 * workers)):
            times["gil", f"lock:{lock}", workers] = seconds
        times["threads", "", workers] = part * (1 + 0.002 * workers)
        times["processes", "lock:cpython2", workers] = part * 1.05
        times["processes", "lock:cpython3", workers] = part * (1 + 0.001 * workers)
        times["interpreters", "lock:cpython3", workers] = part * (1 + 0.003 * workers)
    return times


def write_sizes():
    """Machines with 64 cores and with one."""
    many = {"cores": "64", "pus": "128", "runs": "3", "samples": "1", "verdict": "doubtful",
            "finding.1": "doubtful: workers are not bound to cores; measure with --pin=core"}
    write("many.json", machine("many", cpu_model="Example 9000 64-Core Processor", **many),
          machine_rows(16, 3, 1, times=scaling_times(64, (1, 2, 4, 8, 16, 32, 64, 128))))
    write("single.json", machine("single", cores="1", pus="1", runs="3", samples="1"),
          machine_rows(17, 3, 1, times=scaling_times(1, (1, 2, 4))))


# (mode, lock or runtime, workers): seconds per run, marks per run, the lost part of the marks.
ORDERS = {("gil", "lock:cpython2", 2): (5.2e-6, 34, 0), ("gil", "lock:cpython2", 4): (6e-6, 34, 0),
          ("gil", "lock:cpython3", 2): (6e-3, 2e5, 0), ("gil", "lock:cpython3", 4): (6e-3, 2e5, 0),
          ("threads", "", 2): (3e-6, 5, 0.25), ("threads", "", 4): (3e-6, 5, 0.25),
          ("processes", "lock:cpython3", 2): (7e-6, 1, 0),
          ("real", "runtime:cpython-3.11.2", 2): (6e-3, 56000, 0)}


def order_rows(chance):
    """Marks of 6 samples a row; of one row all failed, of another one sample did."""
    for (mode, what, workers), (seconds, length, lost) in ORDERS.items():
        name = "/".join(filter(None, ("order/kernel:countdown", f"mode:{mode}", what,
                                      f"workers:{workers}")))
        for index in range(6):
            run = noisy(chance, seconds, 0.04)
            yield entry(name, index, 6, run, "us", workers=float(workers), run_max=4.0 * length,
                        run_p50=float(length), run_p90=2.0 * length, marks=1e6, lost=1e6 * lost,
                        run=float(index // 2 + 1), round=float(index % 2 + 1),
                        marks_per_s=length / run)
    name = "order/kernel:countdown/mode:processes/lock:cpython3/workers:4"
    for index in range(6):
        yield entry(name, index, 6, 0.0, "us", error_occurred=True,
                    error_message="the process that reads the marks was killed by signal 9")


def write_order():
    write("order.json", {**SMALL, "places": "2", "runs": "3", "verdict": "ok",
                         "experiment.order.value": "run_s s lower",
                         "interpreter.cpython-3.11.2": "python3"}, order_rows(random.Random(18)))


# (mode, lock, way, k): the time to stop in seconds, and the stops of each of 6 samples.
STOPS = {("gil", "lock:cpython3", "flag", 0): (11e-6, 20), ("gil", "lock:cpython3", "flag", 1):
         (21e-6, 8), ("gil", "lock:cpython3", "flag", 4): (24e-3, 3),
         ("threads", "", "flag", 0): (10e-6, 40), ("threads", "", "flag", 1): (9e-6, 40),
         ("processes", "lock:cpython3", "sigterm", 1): (200e-6, 30),
         ("processes", "lock:cpython3", "sigkill", 1): (3e-3, 30),
         ("real", "runtime:cpython-3.11.2", "flag", 1): (60e-6, 8)}


def cancel_rows(chance):
    """Stops of 6 samples a row; of one row all failed."""
    for (mode, what, way, k), (seconds, stops) in STOPS.items():
        name = "/".join(filter(None, ("cancel/kernel:countdown", f"mode:{mode}", what,
                                      f"workers:{k}", f"way:{way}")))
        for index in range(6):
            times = sorted(noisy(chance, seconds, 0.5) for _ in range(stops))
            p50 = times[(stops - 1) // 2]
            yield entry(name, index, 6, p50, "us", workers=float(k), p50_s=p50, p99_s=times[-1],
                        max_s=times[-1], join_p50_s=1.5 * p50, stops=float(stops),
                        run=float(index // 2 + 1), round=float(index % 2 + 1))
    name = "cancel/kernel:countdown/mode:threads/workers:4/way:flag"
    for index in range(6):
        yield entry(name, index, 6, 0.0, "us", error_occurred=True, error_message="stuck")


def write_cancel():
    write("cancel.json", {**SMALL, "places": "2", "runs": "3", "verdict": "ok",
                          "experiment.cancel.value": "p50_s s lower",
                          "experiment.cancel.distribution": "latency s",
                          "interpreter.cpython-3.11.2": "python3"}, cancel_rows(random.Random(19)))


def write(name, context, rows, host="golden-host"):
    """One row a line: small, and a difference shows which rows changed."""
    shared = {"date": "2024-05-01T12:00:00+00:00", "host_name": host, "executable": "./gilbench",
              "num_cpus": 4, "mhz_per_cpu": 2400, "cpu_scaling_enabled": False, "caches": [],
              "load_avg": [0.1, 0.1, 0.1], "library_build_type": "release"}
    lines = ",\n".join(json.dumps(row) for row in rows)
    with open(os.path.join(GOLDEN, name), "w", encoding="utf-8") as file:
        file.write(f'{{"context": {json.dumps({**shared, **context}, indent=1)},\n'
                   f'"benchmarks": [\n{lines}\n]}}\n')


def main():
    write("small.json", SMALL, rows_of(TIMES, 1))
    write("small-again.json", SMALL, rows_of(TIMES, 2))
    other = changed({("gil", "cpython2", 2): 1.4, ("gil", "cpython3", 4): 0.9})
    del other["threads", "", 4]
    other["gil", "mutex", 2] = (0.31, 3)
    write("small-changed.json", {**SMALL, "compiler": "clang 14.0.6"}, rows_of(other, 3))
    write("large.json", LARGE, rows_of(large_times(), 4, units=8000000, unit="ms"))
    write("hybrid.json", HYBRID, rows_of(places_times(3), 8))
    write("same.json", SAME, rows_of(places_times(1), 9))
    write("failed.json", {}, failed_rows())
    write("aggregates.json", SMALL, aggregate_rows())
    write_machines()
    write_sizes()
    write_order()
    write_cancel()


if __name__ == "__main__":
    main()
