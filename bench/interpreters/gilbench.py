"""gilbench's program for Python: from 2.6 to the newest, free-threaded builds and PyPy, unchanged.

gilbench runs it as `COMMAND gilbench.py ARGS` and talks to it over standard input and output, by
the protocol in README.md beside this file. It counts down in one thread, in several, or in several
processes; or it counts down in threads beside one that answers messages. Whatever runs beside
others is made first, waits at a gate, and takes its own time from the gate's opening to its end.

The gate is one lock for each thread, held by the main thread. That opens them all without giving
up the interpreter's own lock in between, as it would if it wrote to a pipe; then it sleeps until
they are through. gilbench.rb and gilbench.ml are the same program, part by part.
"""
import os
import platform
import signal
import struct
import sys
import threading
import time

ARGUMENTS = ("describe, times sequential 1 UNITS, times threads|processes WORKERS UNITS, "
             "or convoy|bandwidth threads WORKERS CHUNK (whole numbers from 1; from 0 for the "
             "WORKERS of convoy and bandwidth)")
WARM_NS = 50 * 1000 * 1000
WARM_UNITS = 200 * 1000
WARM_CHUNK = 20 * 1000
MESSAGE = struct.Struct("<QQ")
LAST = 2 ** 64 - 1
PYPY = platform.python_implementation() == "PyPy"

if hasattr(time, "monotonic_ns"):
    CLOCK, now = "monotonic", time.monotonic_ns
elif hasattr(time, "monotonic"):
    CLOCK, now = "monotonic", lambda: int(time.monotonic() * 1e9)
else:
    CLOCK, now = "realtime", lambda: int(time.time() * 1e9)


class Refused(Exception):
    """What was asked for cannot be done here, or went wrong; gilbench is told so."""


class Gone(Exception):
    """gilbench is no longer there."""


# --- the talk with gilbench -----------------------------------------------------------------------

def say(*words):
    """Send a line."""
    try:
        sys.stdout.write(" ".join(map(str, words)) + "\n")
        sys.stdout.flush()
    except EnvironmentError:
        raise Gone()


def ask(*words):
    """Send a line and wait for the answer."""
    say(*words)
    if not os.read(0, 1):
        raise Gone()


# --- the work -------------------------------------------------------------------------------------

def countdown(n):
    """The kernel; a unit is one turn. Returns what is left of n."""
    while n > 0:
        n -= 1
    return n


def warm_up():
    """Run the kernel until a compiler has seen it and adaptive code has adapted.

    A thread comes first: without one, CPython up to 3.6 has no lock, and the loops that PyPy
    compiles count nothing, and take half as long.
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


def timed(units):
    """Count down; returns start, end and the units done."""
    start = now()
    left = countdown(units)
    return start, now(), units - left


def timed_until(flag, chunk):
    """Count down chunk after chunk until the flag is set; returns the same."""
    units = 0
    start = now()
    while not flag:
        units += chunk - countdown(chunk)
    return start, now(), units


def take_messages(flag):
    """Receive messages until the last; returns (number, when it was here) for each."""
    taken = []
    try:
        while True:
            message = os.read(0, MESSAGE.size)
            here = now()
            if len(message) < MESSAGE.size:
                return taken
            number = MESSAGE.unpack(message)[0]
            if number == LAST:
                return taken
            taken.append((number, here))
    finally:
        flag.append(True)


def echo_messages(flag):
    """Send every message back until the last; returns how many, start and end."""
    count = 0
    start = now()
    try:
        while True:
            message = os.read(0, MESSAGE.size)
            if len(message) < MESSAGE.size or MESSAGE.unpack(message)[0] == LAST:
                return count, start, now()
            os.write(0, message)
            count += 1
    finally:
        flag.append(True)


# --- threads --------------------------------------------------------------------------------------

def run_threads(jobs):
    """Run each job in a thread of its own, all from one gate on; returns their results."""
    warm_up()
    ask("start", os.getpid())
    results = [None] * len(jobs)
    made = []

    def body(index, gate, job):
        gate.acquire()
        results[index] = job()

    for index, job in enumerate(jobs):
        gate = threading.Lock()
        gate.acquire()
        thread = threading.Thread(target=body, args=(index, gate, job))
        thread.daemon = True    # if gilbench is gone, the program ends though they wait
        thread.start()          # returns when the thread runs
        made.append((gate, thread))
        ask("thread", index, os.getpid())
    ask("ready")
    for gate, _ in made:
        gate.release()
    for _, thread in made:
        thread.join()
    if None in results:
        raise Refused("thread %d did not finish" % results.index(None))
    return results


# --- processes ------------------------------------------------------------------------------------

def run_processes(workers, units):
    """Count down in forked processes; returns their spans."""
    if not hasattr(os, "fork"):
        raise Refused("this interpreter cannot fork")
    warm_up()
    ask("start", os.getpid())
    children = []
    try:
        for index in range(workers):
            children.append(Child(index, share(units, workers, index), children))
            children[-1].wait_until_there()
            ask("process", index, children[-1].pid)
        ask("ready")
        for child in children:
            child.open_gate()
        return [child.result() for child in children]
    finally:
        for child in children:
            child.kill()


class Child(object):
    """A forked worker; one pipe is its gate, another brings its results."""

    def __init__(self, index, units, elder):
        gate, self.gate = os.pipe()
        self.results, results = os.pipe()
        self.index = index
        self.pid = os.fork()
        if self.pid:
            os.close(gate)
            os.close(results)
            return
        status = 1
        try:
            for child in elder + [self]:    # or their gates would not end with the parent
                os.close(child.gate)
            status = self.body(gate, results, units)
        finally:
            os._exit(status)

    def body(self, gate, results, units):
        os.write(results, b"!")
        if not os.read(gate, 1):
            return 1
        os.write(results, ("%d %d %d" % timed(units)).encode("ascii"))
        return 0

    def wait_until_there(self):
        if not os.read(self.results, 1):
            self.reap()

    def open_gate(self):
        try:
            os.write(self.gate, b"!")
        except OSError:     # it died; its result says so
            pass

    def result(self):
        with os.fdopen(self.results, "rb") as results:
            text = results.read()
        self.reap()
        return tuple(map(int, text.split()))

    def reap(self):
        """Wait for it; complains if it did not end well."""
        status = os.waitpid(self.pid, 0)[1]
        self.pid = 0
        if os.WIFSIGNALED(status):
            raise Refused("worker %d was killed by signal %d" % (self.index, os.WTERMSIG(status)))
        if status:
            raise Refused("worker %d ended with status %d" % (self.index, os.WEXITSTATUS(status)))

    def kill(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


# --- what can be asked for ------------------------------------------------------------------------

def say_spans(spans):
    for index, span in enumerate(spans):
        say("span", index, *span)


def times(mode, workers, units):
    if mode == "sequential":
        warm_up()
        ask("start", os.getpid())
        ask("process", 0, os.getpid())
        ask("ready")
        say_spans([timed(units)])
    elif mode == "threads":
        shares = [share(units, workers, index) for index in range(workers)]
        say_spans(run_threads([lambda mine=mine: timed(mine) for mine in shares]))
    else:
        say_spans(run_processes(workers, units))


def run_beside(service, workers, chunk):
    """Run threads that count down beside one for messages; says their spans, returns its result."""
    flag = []       # empty: not set
    jobs = [lambda: timed_until(flag, chunk)] * workers + [lambda: service(flag)]
    results = run_threads(jobs)
    say_spans(results[:-1])
    return results[-1]


def beside(what, workers, chunk):
    if what == "convoy":
        for number, here in run_beside(take_messages, workers, chunk):
            say("message", number, here)
    else:
        say("echoes", *run_beside(echo_messages, workers, chunk))


# --- the runtime and its knobs --------------------------------------------------------------------

def counts_checks():
    """Whether the interpreter's lock goes by a count, not by a time."""
    return PYPY or sys.version_info < (3, 2)


def get_checkinterval():
    if hasattr(sys, "getswitchinterval"):       # PyPy 3: it stands for a count
        return int(round(sys.getswitchinterval() * 2e6))
    return sys.getcheckinterval()


def knob(name, convert, least, allowed):
    """The value of a variable of the environment; 0 if it is not there."""
    text = os.environ.get(name, "")
    try:
        value = convert(text or 0)
    except (ValueError, OverflowError):
        value = -1
    if text and not least <= value < 2 ** 31:
        raise Refused("%s is '%s'; allowed is %s" % (name, text, allowed))
    return value


def set_knobs():
    count = knob("GILBENCH_CHECKINTERVAL", int, 1, "a whole number from 1 on")
    seconds = knob("GILBENCH_SWITCHINTERVAL", float, 1e-6, "a number of seconds from 0.000001 on")
    if count and not counts_checks():
        raise Refused("GILBENCH_CHECKINTERVAL is for PyPy and for CPython up to 3.1")
    if seconds and counts_checks():
        raise Refused("GILBENCH_SWITCHINTERVAL is for CPython from 3.2 on")
    if seconds:
        sys.setswitchinterval(seconds)
    elif count and hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(count / 2e6)
    elif count:
        sys.setcheckinterval(count)


def jit_works():
    """Whether PyPy compiles the kernel: it may be built without, or run with `--jit off`."""
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
    say("runtime", platform.python_implementation().lower())
    say("version", version)
    say("clock", CLOCK)
    if hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled():
        say("unlocked")
    elif counts_checks():
        say("param", "checkinterval=%d" % get_checkinterval())
    elif hasattr(sys, "getswitchinterval"):
        say("param", "interval=%dus" % round(sys.getswitchinterval() * 1e6))
    if PYPY:
        say("param", "jit=on" if jit_works() else "jit=off")


# --- the arguments --------------------------------------------------------------------------------

def number(text, least):
    """A number of ASCII digits, at least `least`."""
    if not text or text.strip("0123456789") or int(text) < least:
        raise ValueError(text)
    return int(text)


def parse(arguments):
    """What the arguments ask for, as a function to call; ValueError if they are wrong."""
    if arguments == ["describe"]:
        return describe
    what, mode, workers, last = arguments
    several = mode in ("threads", "processes")
    if what == "times" and (several or (mode, workers) == ("sequential", "1")):
        return lambda n=number(workers, 1), units=number(last, 1): times(mode, n, units)
    if what in ("convoy", "bandwidth") and mode == "threads":
        return lambda n=number(workers, 0), chunk=number(last, 1): beside(what, n, chunk)
    raise ValueError(what)


def main(arguments):
    try:
        run = parse(arguments)
    except ValueError:
        sys.stderr.write("gilbench.py: wrong arguments '%s'; allowed are %s\n"
                         % (" ".join(arguments), ARGUMENTS))
        return 2
    try:
        say("gilbench", 1)
        set_knobs()
        run()
        say("done")
    except Refused as refused:
        say("error", refused)
        return 1
    except Gone:
        return 1
    return 0


if __name__ == "__main__":
    STATUS = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(STATUS)    # nobody is waited for: after an error, threads may wait for ever
