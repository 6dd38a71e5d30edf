"""pipeline: external programs connected by pipes, with the module subprocess.

The words are STAGES SIZE BLOCK CLOSE_AFTER PROGRAM. PROGRAM is gilbench, which is every stage: the
first writes SIZE bytes of a pattern, BLOCK at a time, the others copy. This process reads from the
last one to the end, or closes its end after CLOSE_AFTER bytes, unless that is 0.
"""
import signal
import subprocess

PERIOD = 251        # the byte at position P of the pattern is P modulo PERIOD
USAGE = "pipeline takes STAGES SIZE BLOCK CLOSE_AFTER PROGRAM, where STAGES is 1 to 16"


def parse(words):
    *numbers, command = words or [""]
    if len(numbers) != 4 or not all(word.isascii() and word.isdigit() for word in numbers):
        raise ValueError(USAGE)
    stages, size, block, close_after = map(int, numbers)
    if not 1 <= stages <= 16 or size < 1 or block < 1:
        raise ValueError(USAGE)
    return lambda program: run(program, command, stages, (size, block, close_after))


def run(program, command, stages, sizes):
    size, block, close_after = sizes
    program.start()
    program.ready()
    reader = Reader(program, bytes(range(PERIOD)) * (block // PERIOD + 2))
    started_ns = program.now()
    processes = start(program, command, stages, (size, block))
    try:
        reader.read(processes[-1].stdout, block, close_after)
        processes[-1].stdout.close()
        closed_ns = program.now()
        statuses = [process.wait() for process in processes]
        ended_ns = program.now()
    except BaseException:
        for process in processes:
            process.kill()
            process.wait()
        raise
    check(program, statuses, close_after)
    if reader.bytes != (close_after or size):
        raise program.Failure(f"{reader.bytes} of {close_after or size} bytes arrived")
    program.value("total_ns", ended_ns - started_ns)
    program.value("first_byte_ns", reader.first_ns - started_ns)
    program.value("transfer_ns", reader.last_ns - reader.first_ns)
    program.value("transferred", reader.bytes - reader.first_bytes)
    program.value("stop_ns", ended_ns - closed_ns)
    program.value("bytes", reader.bytes)


def start(program, command, stages, sizes):
    """Start all stages; returns their processes. Only the stages keep the pipes between them."""
    task = [command, "--as-task", "pipeline-stage"]
    size, block = map(str, sizes)
    processes = []
    try:
        for number in range(stages):
            words = ["copy", block] if number else ["write", size, block]
            source = processes[-1].stdout if number else subprocess.DEVNULL
            processes.append(subprocess.Popen(task + words, stdin=source, stdout=subprocess.PIPE))
            if number:
                source.close()
    except OSError as error:
        for process in processes:
            process.kill()
            process.wait()
        raise program.Failure(f"could not start stage {len(processes) + 1}: {error}") from error
    return processes


class Reader:
    """What reads from the last stage, and compares it with the pattern."""

    def __init__(self, program, pattern):
        self.program = program
        self.pattern = pattern
        self.bytes = self.first_bytes = self.first_ns = self.last_ns = 0

    def read(self, file, block, close_after):
        """Read to the end of the file, or until there are `close_after` bytes."""
        while not close_after or self.bytes < close_after:
            data = file.read1(min(block, close_after - self.bytes) if close_after else block)
            if not data:
                return
            place = self.bytes % PERIOD
            if data != self.pattern[place:place + len(data)]:
                raise self.program.Failure(f"the {len(data)} bytes from {self.bytes} on are not "
                                           "those that the first stage wrote")
            self.last_ns = self.program.now()
            if not self.bytes:
                self.first_ns, self.first_bytes = self.last_ns, len(data)
            self.bytes += len(data)


def check(program, statuses, close_after):
    """Report the stage furthest down the pipeline that failed; SIGPIPE follows from closing."""
    for number, status in reversed(list(enumerate(statuses, 1))):
        if status < 0 and not (close_after and status == -signal.SIGPIPE):
            raise program.Failure(f"stage {number} of {len(statuses)} was killed by signal "
                                  f"{-status}")
        if status > 0:
            raise program.Failure(f"stage {number} of {len(statuses)} ended early with exit "
                                  f"status {status}")
