"""Ask the built gilbench what it can do, and run it.

A run is interrupted by SIGINT, SIGTERM or SIGHUP: the signal is passed on to gilbench, which then
writes down what it has measured and ends.
"""

import contextlib
import re
import signal
import subprocess
import tempfile

from gilbench.command import ToolError, printable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TAIL = 20       # lines of output shown of a run that failed without a message of gilbench


class Outcome:
    """How a run ended, and what it printed."""

    def __init__(self, status, interrupted, output):
        self.status = status
        self.interrupted = interrupted
        self.output = output

    @property
    def messages(self):
        """The lines that the user should see."""
        lines = self.output.splitlines()
        messages = [line for line in lines if line.startswith("gilbench:")]
        if not messages and self.status and not self.interrupted:
            messages = lines[-TAIL:]
        return messages


class Program:
    """The built gilbench."""

    def __init__(self, path):
        self.path = path

    def experiments(self):
        """For each experiment the list of its axes, or None if gilbench does not tell them."""
        done = self._ask("--list")
        section = re.search(r"^Experiments:\n((?: .*\n)*)", done.stdout, re.M)
        found = {}
        for line in section[1].splitlines() if section else ():
            name = re.match(r"  (\S+)", line)
            axes = re.match(r"\s+axes: (.*)", line)
            if name:
                found[name[1]] = None
            elif axes and found:
                found[list(found)[-1]] = re.split(r", *", axes[1])
        if not found:
            raise ToolError(self.path, "its --list names no experiments")
        return found

    def check(self, experiment, options):
        """Raise Refused if gilbench would not run the experiment with these options.

        One of several interpreters may fail as long as something is left to be measured.
        """
        done = self._ask(experiment, "--benchmark_list_tests", *options)
        if done.returncode and not done.stdout.strip():
            raise Refused(Outcome(done.returncode, False, done.stderr).messages)

    def run(self, arguments, environment):
        """Run gilbench with its output collected; returns the Outcome."""
        with tempfile.TemporaryFile() as log, passing_signals_on() as signals:
            child = subprocess.Popen([self.path, *arguments], stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=log, env=environment)
            signals.child = child
            status = child.wait()
            log.seek(0)
            return Outcome(status, signals.interrupted, log.read().decode("utf-8", "replace"))

    def _ask(self, *arguments):
        try:
            return subprocess.run([self.path, *arguments], stdin=subprocess.DEVNULL,
                                  capture_output=True, encoding="utf-8", errors="replace",
                                  check=False)
        except OSError as error:
            raise ToolError(self.path, error.strerror) from error


class Refused(Exception):
    """gilbench refused its command line; the text is its own message."""

    def __init__(self, messages):
        super().__init__("\n".join(map(printable, messages)))


class SignalsPassedOn:
    """A signal handler that passes signals on to `child`, also those that came before it."""

    def __init__(self):
        self._child = None
        self._received = []

    @property
    def interrupted(self):
        return bool(self._received)

    @property
    def child(self):
        return self._child

    @child.setter
    def child(self, child):
        self._child = child
        for number in self._received:
            child.send_signal(number)

    def __call__(self, number, frame):
        self._received.append(number)
        if self._child:
            self._child.send_signal(number)


@contextlib.contextmanager
def passing_signals_on():
    """Pass signals on for the length of the block; those that nohup ignores stay ignored."""
    handler = SignalsPassedOn()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, old in before.items():
        if old is not signal.SIG_IGN:
            signal.signal(number, handler)
    try:
        yield handler
    finally:
        for number, old in before.items():
            signal.signal(number, old)
