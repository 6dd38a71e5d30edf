"""gilbench's program for Python: CPython 2.6 to the newest, free-threaded builds, and PyPy.

gilbench runs `COMMAND gilbench.py ARGS` and talks to it over standard input and output; README.md
beside this file specifies the protocol. The program counts down in one thread, in several threads,
or in several processes, or in threads next to one thread that receives messages. It creates all
workers first; each waits at a gate and measures its own time from the opening of the gate on.

The gate is one lock per thread, held by the main thread. The main thread can release all of them
without releasing the interpreter's own lock in between, which a write to a pipe would do; then it
sleeps until the workers are done. gilbench.rb and gilbench.ml have the same structure.
"""
import os
import platform
import signal
import struct
import sys
import threading
import time

ARGUMENTS = ("describe, times sequential 1 UNITS, times threads|processes WORKERS UNITS, "
             "convoy|bandwidth threads WORKERS CHUNK (numbers from 1; these WORKERS from 0), "
             "or those of a module in tasks/")
WARM_NS = 50 * 1000 * 1000
WARM_UNITS = 200 * 1000
WARM_CHUNK = 20 * 1000
MESSAGE = struct.Struct("<QQ")
LAST = 2 ** 64 - 1
PYPY = platform.python_implementation() == "PyPy"
sys.dont_write_bytecode = True
# The experiments of version 2 of the protocol.
TASKS = __import__("tasks") if sys.version_info >= (3, 8) else None

if hasattr(time, "monotonic_ns"):
    CLOCK, now = "monotonic", time.monotonic_ns
elif hasattr(time, "monotonic"):
    CLOCK, now = "monotonic", lambda: int(time.monotonic() * 1e9)
else:
    CLOCK, now = "realtime", lambda: int(time.time() * 1e9)


class Failure(Exception):
    """The request is not supported here, or failed; the text is reported to gilbench."""


class Disconnected(Exception):
    """gilbench has ended or closed its side."""


def report(*words):
    """Send a line."""
    try:
        sys.stdout.write(" ".join(map(str, words)) + "\n")
        sys.stdout.flush()
    except EnvironmentError:
        raise Disconnected()


def report_and_wait(*words):
    """Send a line and wait for the answer."""
    report(*words)
    if not os.read(0, 1):
        raise Disconnected()


def countdown(n):
    """The kernel; one iteration is a unit. Returns the final value of n."""
    while n > 0:
        n -= 1
    return n


def warm_up():
    """Run the kernel until it has been compiled or specialised.

    Start one thread before: until then CPython up to 3.6 does not use its lock, and the loops that
    PyPy compiles do not count down its check interval and take half as long.
    """
    thread = threading.Thread(target=countdown, args=(0,))
    thread.start()
    thread.join()
    end = now() + WARM_NS
    units = 0
    while units < WARM_UNITS or now() < end:
        units += WARM_CHUNK - countdown(WARM_CHUNK)


def share(units, workers, index):
    return units * (index + 1) // workers - units * index // workers


def measure(units):
    """Count down; returns start, end and the units done."""
    start = now()
    left = countdown(units)
    return start, now(), units - left


def measure_until(stop, chunk):
    """Count down chunk by chunk until `stop` is set; returns the same."""
    units = 0
    start = now()
    while not stop:
        units += chunk - countdown(chunk)
    return start, now(), units


def receive_messages():
    """Receive messages until the last; returns (number, time of receipt) for each."""
    received = []
    while True:
        message = os.read(0, MESSAGE.size)
        time_ns = now()
        if len(message) < MESSAGE.size:
            return received
        number = MESSAGE.unpack(message)[0]
        if number == LAST:
            return received
        received.append((number, time_ns))


def echo_messages():
    """Send back each message until the last; returns their count, start and end."""
    count = 0
    start = now()
    while True:
        message = os.read(0, MESSAGE.size)
        if len(message) < MESSAGE.size or MESSAGE.unpack(message)[0] == LAST:
            return count, start, now()
        os.write(0, message)
        count += 1


def run_threads(jobs):
    """Run each job in its own thread, all behind one gate; returns their results."""
    warm_up()
    report_and_wait("start", os.getpid())
    results = [None] * len(jobs)
    threads = []

    def run(index, gate, job):
        gate.acquire()
        results[index] = job()

    for index, job in enumerate(jobs):
        gate = threading.Lock()
        gate.acquire()
        thread = threading.Thread(target=run, args=(index, gate, job))
        thread.daemon = True    # let the program exit while they wait, if gilbench has ended
        thread.start()          # returns once the thread runs
        threads.append((gate, thread))
        report_and_wait("thread", index, os.getpid())
    report_and_wait("ready")
    for gate, _ in threads:
        gate.release()
    for _, thread in threads:
        thread.join()
    if None in results:
        raise Failure("thread %d did not finish" % results.index(None))
    return results


# --- processes ------------------------------------------------------------------------------------

def run_processes(workers, units):
    """Count down in forked processes; returns their spans."""
    if not hasattr(os, "fork"):
        raise Failure("this interpreter cannot fork")
    warm_up()
    report_and_wait("start", os.getpid())
    children = []
    try:
        for index in range(workers):
            children.append(Child(index, share(units, workers, index), children))
            report_and_wait("process", index, children[-1].pid)
        report_and_wait("ready")
        for child in children:
            child.open_gate()
        return [child.result() for child in children]
    finally:
        for child in children:
            child.kill()


class Child(object):
    """A forked worker with two pipes: its gate, and its results."""

    def __init__(self, index, units, older):
        gate, self.gate = os.pipe()
        self.results, results = os.pipe()
        self.index = index
        self.pid = os.fork()
        if self.pid:
            os.close(gate)
            os.close(results)
            if not os.read(self.results, 1):    # the child runs, or has died
                self.reap()
            return
        status = 1
        try:
            for child in older + [self]:    # keep no gate, so that all close when the parent dies
                os.close(child.gate)
            status = self.run(gate, results, units)
        finally:
            os._exit(status)

    def run(self, gate, results, units):
        os.write(results, b"!")
        if not os.read(gate, 1):
            return 1
        os.write(results, ("%d %d %d" % measure(units)).encode("ascii"))
        return 0

    def open_gate(self):
        try:
            os.write(self.gate, b"!")
        except OSError:     # the child has died; result() reports it
            pass

    def result(self):
        with os.fdopen(self.results, "rb") as results:
            text = results.read()
        self.reap()
        return tuple(map(int, text.split()))

    def reap(self):
        """Wait for the child; raises Failure if it failed."""
        status = os.waitpid(self.pid, 0)[1]
        self.pid = 0
        if os.WIFSIGNALED(status):
            raise Failure("worker %d was killed by signal %d" % (self.index, os.WTERMSIG(status)))
        if status:
            raise Failure("worker %d ended with status %d" % (self.index, os.WEXITSTATUS(status)))

    def kill(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


# --- the experiments ------------------------------------------------------------------------------

def report_spans(spans):
    for index, span in enumerate(spans):
        report("span", index, *span)


def times(mode, workers, units):
    if mode == "sequential":
        warm_up()
        report_and_wait("start", os.getpid())
        report_and_wait("process", 0, os.getpid())
        report_and_wait("ready")
        report_spans([measure(units)])
    elif mode == "threads":
        report_spans(run_threads([lambda part=share(units, workers, index): measure(part)
                                  for index in range(workers)]))
    else:
        report_spans(run_processes(workers, units))


def run_with_io(io_job, workers, chunk):
    """Run counting threads next to an I/O thread; reports their spans, returns its result."""
    stop = []       # empty: not set

    def run_io():
        try:
            return io_job()
        finally:
            stop.append(True)

    results = run_threads([lambda: measure_until(stop, chunk)] * workers + [run_io])
    report_spans(results[:-1])
    return results[-1]


def convoy(workers, chunk):
    for number, time_ns in run_with_io(receive_messages, workers, chunk):
        report("message", number, time_ns)


def bandwidth(workers, chunk):
    report("echoes", *run_with_io(echo_messages, workers, chunk))


# --- the runtime and its settings -----------------------------------------------------------------

def counts_checks():
    """Whether the check interval of the interpreter's lock is a count, not a time."""
    return PYPY or sys.version_info < (3, 2)


def read_setting(name, convert, least, allowed):
    """The value of an environment variable; 0 if it is not set."""
    text = os.environ.get(name, "")
    try:
        value = convert(text or 0)
    except (ValueError, OverflowError):
        value = -1
    if text and not least <= value < 2 ** 31:
        raise Failure("%s is %r; allowed is %s" % (name, text, allowed))
    return value


def apply_settings():
    count = read_setting("GILBENCH_CHECKINTERVAL", int, 1, "a whole number from 1 on")
    seconds = read_setting("GILBENCH_SWITCHINTERVAL", float, 1e-6,
                           "a number of seconds from 0.000001 on")
    if count and not counts_checks():
        raise Failure("GILBENCH_CHECKINTERVAL is for PyPy and for CPython up to 3.1")
    if seconds and counts_checks():
        raise Failure("GILBENCH_SWITCHINTERVAL is for CPython from 3.2 on")
    if seconds or count and hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(seconds or count / 2e6)
    elif count:
        sys.setcheckinterval(count)


def jit_works():
    """Whether PyPy compiles the kernel; not if built without JIT or run with `--jit off`."""
    try:
        import pypyjit
    except ImportError:
        return False
    loops = []
    pypyjit.set_compile_hook(loops.append)
    warm_up()
    return bool(loops)


def describe():
    version = platform.python_version().rstrip("+")
    if PYPY:
        version = "%d.%d.%d" % sys.pypy_version_info[:3]
    elif "t" in getattr(sys, "abiflags", ""):
        version += "t"
    report("runtime", platform.python_implementation().lower())
    report("version", version)
    report("clock", CLOCK)
    if hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled():
        report("unlocked")
    elif not counts_checks():
        report("param", "interval=%dus" % round(sys.getswitchinterval() * 1e6))
    elif hasattr(sys, "getswitchinterval"):     # PyPy 3 converts its count to a time
        report("param", "checkinterval=%d" % round(sys.getswitchinterval() * 2e6))
    else:
        report("param", "checkinterval=%d" % sys.getcheckinterval())
    if PYPY:
        report("param", "jit=on" if jit_works() else "jit=off")
    for name in TASKS.NAMES if TASKS else ():
        report("experiment", name)


def number(text, least):
    """A number of ASCII digits, at least `least`."""
    if not text or text.strip("0123456789") or int(text) < least:
        raise ValueError(text)
    return int(text)


def parse(arguments):
    """The function to call for the arguments; ValueError if they are invalid."""
    if arguments == ["describe"]:
        return describe
    if TASKS and arguments and arguments[0] in TASKS.NAMES:
        run = TASKS.parse(arguments)
        return lambda: run(TASKS.Program(report, report_and_wait, now, Failure))
    what, mode, workers, last = arguments
    modes = ("threads", "processes") if workers != "1" else ("sequential", "threads", "processes")
    if what == "times" and mode in modes:
        return lambda n=number(workers, 1), units=number(last, 1): times(mode, n, units)
    if what in ("convoy", "bandwidth") and mode == "threads":
        run = convoy if what == "convoy" else bandwidth
        return lambda n=number(workers, 0), chunk=number(last, 1): run(n, chunk)
    raise ValueError(what)


def main(arguments):
    try:
        run = parse(arguments)
    except ValueError:
        sys.stderr.write("gilbench.py: invalid arguments '%s'; allowed are %s\n"
                         % (" ".join(arguments), ARGUMENTS))
        return 2
    try:
        report("gilbench", 2)
        apply_settings()
        run()
        report("done")
    except Failure as failure:
        report("error", failure)
        return 1
    except Disconnected:
        return 1
    return 0


if __name__ == "__main__":
    STATUS = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(STATUS)    # without joining threads: after an error they may wait for ever
