"""The experiments of version 2 of the protocol: one module each, found by its name.

A module NAME.py has a function parse(words), which returns a function run(program), or raises
ValueError with what is allowed if the words are invalid; `program` is a Program. Python 3.8 or later
runs them, CPython or PyPy. ../README.md specifies what they print.
"""
import importlib
import os
import pkgutil

NAMES = sorted(module.name for module in pkgutil.iter_modules(__path__))


class Program:
    """The connection of a task to gilbench."""

    def __init__(self, report, report_and_wait, now, failure):
        self.report = report
        self.report_and_wait = report_and_wait
        self.now = now              # nanoseconds of the clock that `describe` reports
        self.Failure = failure      # an exception whose text is reported to gilbench

    def start(self):
        """The warm-up is over; this process creates the workers next, if there are any."""
        self.report_and_wait("start", os.getpid())

    def announce_thread(self, index):
        """Worker `index`, the only new thread of this process, waits at the gate."""
        self.report_and_wait("thread", index, os.getpid())

    def announce_process(self, index, process):
        """Worker `index`, the process of that ID, waits at the gate."""
        self.report_and_wait("process", index, process)

    def ready(self):
        """All workers wait; the gate may be opened after this."""
        self.report_and_wait("ready")

    def value(self, name, number):
        """Report a whole number from 0 on; the same name may occur several times."""
        self.report("value", name, number)


def parse(words):
    """The function run(program) of the experiment that the first word names; or ValueError."""
    return importlib.import_module(f"{__name__}.{words[0]}").parse(words[1:])
