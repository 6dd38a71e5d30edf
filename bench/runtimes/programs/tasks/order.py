"""order: threads append their marks to one list, with no lock but the interpreter's own.

Words: threads WORKERS WINDOW, the window in nanoseconds. Values, each once:

    wall_ns                     from the first start to the last end
    marks                       appended by all threads
    kept                        of these, in the list; those of each thread are counted
    runs                        rows of marks of one thread
    run_p50, run_p90, run_max   their lengths, in marks, by nearest rank
"""
import itertools
import threading

CHECK_EVERY = 64        # marks after which a thread reads the clock; as gilbench's own workers
MARKS_MAX = 2 ** 24     # of each thread, so that the list stays below some hundred MB


def append_marks(mark, append, stop, end_ns, now):
    """Append until `stop` is set, or set it; returns the number of marks and the time of the end.

    Between two marks there is a turn of the countdown, as with gilbench's own workers.
    """
    left = MARKS_MAX
    while left > 0 and not stop:
        left -= 1
        append(mark)
        if not left % CHECK_EVERY and now() >= end_ns:
            stop.append(True)
    stop.append(True)
    return MARKS_MAX - left, now()


class Worker(threading.Thread):
    """A thread behind a gate."""

    def __init__(self, mark, log, stop, opened, window_ns, now):
        super().__init__(daemon=True)   # let the program exit while it waits, if gilbench has ended
        self.mark, self.log, self.stop, self.opened = mark, log, stop, opened
        self.window_ns, self.now = window_ns, now
        self.appended = self.start_ns = self.end_ns = 0
        self.gate = threading.Lock()
        self.gate.acquire()

    def run(self):
        self.gate.acquire()
        self.start_ns = self.now()
        self.appended, self.end_ns = append_marks(
            self.mark, self.log.append, self.stop, self.opened[0] + self.window_ns, self.now)


def percentile(lengths, percent):
    """By nearest rank, of a sorted list; 0 for an empty one."""
    return lengths[max(-(-len(lengths) * percent // 100) - 1, 0)] if lengths else 0


def report(program, log, workers):
    for worker in workers:
        if not worker.end_ns:
            raise program.Failure(f"thread {worker.mark} did not finish")
    kept = [log.count(worker.mark) for worker in workers]
    if sum(kept) != len(log) or any(number > worker.appended
                                    for number, worker in zip(kept, workers)):
        raise program.Failure("the list has marks that no thread appended")
    lengths = sorted(sum(1 for _ in run) for _, run in itertools.groupby(log))
    start_ns = min(worker.start_ns for worker in workers)
    program.value("wall_ns", max(worker.end_ns for worker in workers) - start_ns)
    program.value("marks", sum(worker.appended for worker in workers))
    program.value("kept", sum(kept))
    program.value("runs", len(lengths))
    program.value("run_p50", percentile(lengths, 50))
    program.value("run_p90", percentile(lengths, 90))
    program.value("run_max", percentile(lengths, 100))


def warm_up(now):
    """Append in a thread until the loop has been compiled or specialised."""
    thread = threading.Thread(
        target=append_marks, args=(0, [].append, [], now() + 50 * 1000 * 1000, now))
    thread.start()
    thread.join()


def run_threads(program, count, window_ns):
    log, stop, opened, workers = [], [], [], []
    warm_up(program.now)
    program.start()
    for mark in range(count):
        worker = Worker(mark, log, stop, opened, window_ns, program.now)
        worker.start()
        workers.append(worker)
        program.announce_thread(mark)
    program.ready()
    opened.append(program.now())
    for worker in workers:
        worker.gate.release()
    for worker in workers:
        worker.join()
    report(program, log, workers)


def parse(words):
    numbers = [int(word) if word.isascii() and word.isdecimal() else 0 for word in words[1:]]
    if words[:1] != ["threads"] or len(numbers) != 2 or min(numbers) < 1:
        raise ValueError("threads WORKERS WINDOW")
    return lambda program: run_threads(program, *numbers)
