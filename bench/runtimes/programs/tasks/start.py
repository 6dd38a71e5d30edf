"""start: what it costs to start a thread or a process that ends at once, and to wait for its end.

    start WAY BATCH_NS PROGRAM

A batch of about BATCH_NS nanoseconds starts one after the other; those ways that execute a program
execute PROGRAM. Reports the values `starts`, how many the batch had, and `wall_ns`, its time.
"""
import multiprocessing
import os
import shlex
import subprocess
import threading

ESTIMATE_PART = 8       # as in gilbench's own starts
COUNT_MAX = 1000000


class Failed(Exception):
    """A start did not succeed; the text says why."""


def nothing():
    """What is started: it ends at once."""


def thread(_):
    """Start a thread and join it."""
    started = threading.Thread(target=nothing)
    started.start()
    started.join()


def process(method):
    """The function that starts a process by this method and joins it."""
    def start(_):
        started = multiprocessing.get_context(method).Process(target=nothing)
        started.start()
        started.join()
        expect_success("the process", started.exitcode)
    return start


def system(program):
    """Run a command by the shell."""
    expect_success(f"the shell's command '{program}'", os.system(shlex.quote(program)))


def run(program):
    """Run a program without a shell."""
    expect_success(program, subprocess.run([program], check=False).returncode)


def expect_success(what, status):
    if status != 0:
        raise Failed(f"{what} ended early with status {status}")


WAYS = {"threading.Thread": thread, "Process.fork": process("fork"),
        "Process.forkserver": process("forkserver"), "Process.spawn": process("spawn"),
        "os.system": system, "subprocess.run": run}
ALLOWED = f"start {'|'.join(WAYS)} BATCH_NS PROGRAM"


def choose_count(now, start, batch_ns):
    """How many starts take as long as the batch; the very first, which is slower, does not count."""
    start()
    made = passed = 0
    began = now()
    while passed < batch_ns // ESTIMATE_PART or not made:
        start()
        made += 1
        passed = now() - began
    return max(1, min(COUNT_MAX, batch_ns * made // max(passed, 1)))


def measure(now, start, batch_ns):
    """The number of starts in a batch, and its time."""
    count = choose_count(now, start, batch_ns)
    began = now()
    for _ in range(count):
        start()
    return count, now() - began


def parse(words):
    """The function run(program) for WAY BATCH_NS PROGRAM; ValueError if they are invalid."""
    if len(words) != 3 or words[0] not in WAYS:
        raise ValueError(ALLOWED)
    way, batch, executed = words
    if not (batch.isascii() and batch.isdecimal() and int(batch) > 0):
        raise ValueError(ALLOWED)

    def run_task(program):
        program.start()
        # Bound before anything is started, so that this is bound likewise.
        program.announce_process(0, os.getpid())
        program.ready()
        try:
            count, wall_ns = measure(program.now, lambda: WAYS[way](executed), int(batch))
        except (Failed, OSError) as failure:
            raise program.Failure(str(failure)) from failure
        program.value("starts", count)
        program.value("wall_ns", wall_ns)
    return run_task
