"""cancel: threads that are asked to stop by a flag, beside threads that compute.

Words: threads WORKERS WINDOW EVERY SEED. A thread starts another one, lets it run for about EVERY
nanoseconds, a random time from SEED, and stops it; until WINDOW nanoseconds have passed. WORKERS
threads count down meanwhile. Values, two for each stop, in this order:

    stopped_ns      from the request to the end of what the thread runs
    joined_ns       from the request to the return of join()
"""
import random
import threading
import time

LEAD_NS = 5 * 1000 * 1000       # how long the threads compute before the first one is stopped
STOPS_MAX = 4000                # as many pairs as may be reported
CHUNK = 1000


class StoppableThread(threading.Thread):
    """A thread that counts until stop() is called, and notes when it ends."""

    def __init__(self, now):
        super().__init__(daemon=True)
        self.now = now
        self.stopping = False
        self.ended_ns = 0

    def stop(self):
        self.stopping = True

    def run(self):
        n = 0
        while not self.stopping:
            n += 1
        self.ended_ns = self.now()


def countdown(stop):
    while not stop:
        n = CHUNK
        while n > 0:
            n -= 1


def stop_one(now, run_s):
    """Start a thread, stop it after a time; returns its two values."""
    thread = StoppableThread(now)
    thread.start()
    time.sleep(run_s)
    asked_ns = now()
    thread.stop()
    thread.join()
    return thread.ended_ns - asked_ns, now() - asked_ns


def stop_threads(now, window_ns, every_ns, seed):
    """Stop threads until the window has passed, at least one; returns the values of each."""
    chance = random.Random(seed)
    end_ns = now() + LEAD_NS + window_ns
    stops = []
    run_ns = LEAD_NS
    while not stops or now() < end_ns and len(stops) < STOPS_MAX:
        run_ns += every_ns * chance.uniform(0.5, 1.5)
        stops.append(stop_one(now, run_ns / 1e9))
        run_ns = 0
    return stops


class Worker(threading.Thread):
    """A thread behind a gate."""

    def __init__(self, job):
        super().__init__(daemon=True)   # let the program exit while it waits, if gilbench has ended
        self.job = job
        self.result = None
        self.gate = threading.Lock()
        self.gate.acquire()

    def run(self):
        self.gate.acquire()
        self.result = self.job()


def run_threads(program, count, window_ns, every_ns, seed):
    stop = []

    def stop_all():
        try:
            return stop_threads(program.now, window_ns, every_ns, seed)
        finally:
            stop.append(True)

    stop_one(program.now, 0.05)     # until the loop has been compiled or specialised
    program.start()
    workers = [Worker(lambda: countdown(stop)) for _ in range(count)] + [Worker(stop_all)]
    for index, worker in enumerate(workers):
        worker.start()
        program.announce_thread(index)
    program.ready()
    for worker in workers:
        worker.gate.release()
    for worker in workers:
        worker.join()
    stops = workers[-1].result
    if not stops:
        raise program.Failure("no thread was stopped")
    for stopped_ns, joined_ns in stops:
        program.value("stopped_ns", max(stopped_ns, 1))
        program.value("joined_ns", max(joined_ns, 1))


def parse(words):
    numbers = [int(word) if word.isascii() and word.isdecimal() else -1 for word in words[1:]]
    if words[:1] != ["threads"] or len(numbers) != 4 or min(numbers) < 0 or min(numbers[1:3]) < 1:
        raise ValueError("threads WORKERS WINDOW EVERY SEED")
    return lambda program: run_threads(program, *numbers)
