"""Test that the programs of bench/runtimes/programs keep to their protocol.

Plays gilbench's part: starts a program, answers its lines, and compares what it reports with what
was requested and with what the system shows (the tasks in /proc, the exit status). Counts and
orders are checked, durations never.

Runs for the first interpreter of COMMANDS; with GILBENCH_TEST_INTERPRETERS=all in the environment,
for each that is installed; or for those given as arguments:
    programs.py python3.13t "taskset -c 0 ruby"
"""

import os
import re
import shlex
import signal
import struct
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True      # no __pycache__ in the source tree
from session import (PROGRAMS, PROTOCOL, Program, is_gone, program_of, settles, stat, tasks,
                     version_of)

COMMANDS = ["/usr/bin/python3", "python2", "pypy3", "ruby", "ocaml", "ocamlc", "ocamlopt"]
GIVEN = []
ALL = "GILBENCH_TEST_INTERPRETERS"
CLOCKS = {"monotonic": time.monotonic_ns, "realtime": time.time_ns}
CLOCK_STEP_NS = 1000    # resolution of a time of day in seconds as a double
LAST = 2**64 - 1
CHUNK = 1000
QUIET_S = 0.005


# --- the tests of one interpreter -----------------------------------------------------------------

class Interpreter(unittest.TestCase):
    command = None      # set by the subclasses
    is_wanted = True

    @classmethod
    def setUpClass(cls):
        if not cls.is_wanted:
            raise unittest.SkipTest(f"{shlex.join(cls.command)} is tested with {ALL}=all")
        if version_of(cls.command) is None:
            raise unittest.SkipTest(f"{shlex.join(cls.command)} cannot be run here")
        folder = tempfile.TemporaryDirectory(prefix="gilbench-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.words = program_of(cls.command, folder.name)
        cls.protocol = "2" if version_of(cls.command).startswith("Python") else "1"
        cls.facts = cls.describe()[0]

    @classmethod
    def describe(cls, **environment):
        """The program's description: facts, lock parameters, and all lines."""
        program = Program(cls.words, "describe", environment=environment)
        try:
            lines = program.rest()
            status = program.end()
        finally:
            program.close()
        assert status == (int(lines[-1] != ["done"]), ""), lines
        assert lines[0] == ["gilbench", cls.protocol], lines
        facts = {line[0]: line[1] for line in lines if line[0] in ("runtime", "version", "clock")}
        parameters = dict(line[1].split("=") for line in lines if line[0] == "param")
        return facts, parameters, lines

    def start(self, arguments, over="pipe", **environment):
        program = Program(self.words, arguments, over, environment)
        self.addCleanup(program.close)
        return program

    def now(self):
        return CLOCKS[self.facts["clock"]]()

    def reach_gate(self, program):
        """Answer all lines up to `ready`, but not that; returns (kind, pid) of each worker."""
        self.assertEqual(program.line(), ["gilbench", self.protocol])
        word, pid = program.line()
        self.assertEqual(word, "start")
        seen = tasks(pid)
        workers = []
        while True:
            self.assertFalse(program.has_output(QUIET_S), "continues without an answer")
            program.answer()
            words = program.line()
            if words == ["ready"]:
                self.assertFalse(program.has_output(QUIET_S), "continues without an answer")
                return workers
            kind, index, worker = words
            self.assertEqual(index, str(len(workers)))
            workers.append((kind, int(worker)))
            if kind == "thread":
                self.assertEqual(worker, pid)
                self.assertEqual(len(tasks(pid) - seen), 1, "exactly one new thread")
                seen |= tasks(pid)
            elif worker != pid:
                self.assertEqual(stat(worker)[1], int(pid), "a child of the program")

    def finish(self, program):
        """The remaining lines; the program has to succeed."""
        lines = program.rest()
        self.assertEqual((program.end(), lines.pop()), ((0, ""), ["done"]))
        return lines

    def spans(self, lines, opened):
        """Remove the span lines from `lines`; returns the units of each."""
        units = []
        while lines and lines[0][0] == "span":
            index, start, end, count = map(int, lines.pop(0)[1:])
            self.assertEqual(index, len(units))
            self.assertLessEqual(opened, start + CLOCK_STEP_NS)
            self.assertLessEqual(start, end)
            self.assertLessEqual(end, self.now() + CLOCK_STEP_NS)
            units.append(count)
        return units

    def supports_io(self, workers):
        """Whether the I/O experiments run with these workers; if not, the program must say so."""
        version = tuple(map(int, self.facts["version"].split(".")[:2]))
        if not workers or self.facts["runtime"] != "ocaml-native" or version >= (4, 14):
            return True
        for what in ("convoy", "bandwidth"):
            program = self.start(f"{what} threads {workers} {CHUNK}")
            lines = program.rest()
            self.assertEqual((program.end(), len(lines), lines[1][0]), ((1, ""), 2, "error"))
        return False

    # --- describe

    def test_describe(self):
        facts, parameters, lines = self.describe()
        words = [line[0] for line in lines]
        self.assertEqual((words[0], words[-1]), ("gilbench", "done"))
        self.assertEqual([words.count(word) for word in ("runtime", "version", "clock")], [1] * 3)
        self.assertLessEqual(set(words), {"gilbench", "runtime", "version", "clock", "param",
                                          "unlocked", "experiment", "done"})
        self.assertRegex(facts["runtime"], r"\A[a-z-]+\Z")
        self.assertRegex(facts["version"], r"\A[0-9]+(\.[0-9]+)+[-+.0-9a-z]*\Z")
        self.assertIn(facts["clock"], CLOCKS)
        for value in parameters.values():
            self.assertRegex(value, r"\A([0-9]+(ns|us|ms|s)?|[a-z]+)\Z")
        first_line = version_of(self.command)
        if facts["runtime"] != "pypy" and first_line != PROTOCOL:      # PyPy's begins with Python's
            self.assertIn(facts["version"].removesuffix("t"), first_line)

    def test_settings(self):
        parameters = self.describe()[1]
        settings = {"interval": ("GILBENCH_SWITCHINTERVAL", "0.0005", "500us", "x"),
                 "checkinterval": ("GILBENCH_CHECKINTERVAL", "321", "321", "0")}
        for key, (variable, value, expected, wrong) in settings.items():
            if key in parameters:
                self.assertEqual(self.describe(**{variable: value})[1][key], expected)
                error = self.describe(**{variable: wrong})[2][1]
                self.assertEqual(error[:4], ["error", variable, "is", f"'{wrong}';"])
            elif self.words[-1].endswith(".py"):
                self.assertEqual(self.describe(**{variable: value})[2][1][:2], ["error", variable])

    # --- times

    def check_times(self, mode, workers, units):
        program = self.start(f"times {mode} {workers} {units}")
        gate_workers = self.reach_gate(program)
        kind = "thread" if mode == "threads" else "process"
        self.assertEqual([worker[0] for worker in gate_workers], [kind] * workers)
        if mode == "processes":
            self.assertEqual(len(set(gate_workers)), workers)
        opened = self.now()
        program.answer()
        lines = self.finish(program)
        counted = self.spans(lines, opened)
        self.assertEqual(lines, [])
        self.assertEqual(sum(counted), units)
        self.assertEqual(counted, [units * (index + 1) // workers - units * index // workers
                                   for index in range(workers)])
        self.assertTrue(all(is_gone(pid) for _, pid in gate_workers))

    def test_sequential(self):
        self.check_times("sequential", 1, 100003)

    def test_threads(self):
        self.check_times("threads", 3, 100003)
        self.check_times("threads", 4, 2)

    def test_processes(self):
        self.check_times("processes", 3, 100003)

    # --- the I/O experiments

    def check_convoy(self, workers, over, count):
        if not self.supports_io(workers):
            return
        program = self.start(f"convoy threads {workers} {CHUNK}", over)
        self.assertEqual([kind for kind, _ in self.reach_gate(program)], ["thread"] * (workers + 1))
        opened = self.now()
        program.answer()
        sent = []
        for number in range(count):
            sent.append(self.now())
            program.send(struct.pack("<QQ", number, sent[-1]))
        if over == "pipe" and workers == 0:
            program.close_input()
        else:
            program.send(struct.pack("<QQ", LAST, 0))
        lines = self.finish(program)
        units = self.spans(lines, opened)
        self.assertEqual((len(units), [count % CHUNK for count in units]), (workers, [0] * workers))
        received = [tuple(map(int, line[1:])) for line in lines]
        self.assertEqual({line[0] for line in lines}, {"message"})
        self.assertEqual([number for number, _ in received], list(range(count)))
        stamps = [stamp for _, stamp in received]
        self.assertEqual(stamps, sorted(stamps))
        for begin, stamp in zip(sent, stamps):
            self.assertLessEqual(begin, stamp + CLOCK_STEP_NS)

    def test_convoy_alone(self):
        self.check_convoy(0, "pipe", 100)

    def test_convoy_over_a_pipe(self):
        self.check_convoy(2, "pipe", 3)

    def test_convoy_over_udp(self):
        self.check_convoy(1, "udp", 3)

    def check_bandwidth(self, workers, count):
        if not self.supports_io(workers):
            return
        program = self.start(f"bandwidth threads {workers} {CHUNK}", "udp")
        self.reach_gate(program)
        opened = self.now()
        program.answer()
        for number in range(count):
            packet = struct.pack("<QQ", number, self.now())
            program.send(packet)
            self.assertEqual(program.socket.recv(100), packet)
        program.send(struct.pack("<QQ", LAST, 0))
        lines = self.finish(program)
        self.assertEqual(len(self.spans(lines, opened)), workers)
        word, echoes, start, end = lines.pop()
        self.assertEqual((lines, word, int(echoes)), ([], "echoes", count))
        self.assertLessEqual(opened, int(start) + CLOCK_STEP_NS)
        self.assertLessEqual(int(start), int(end))
        program.socket.setblocking(False)
        with self.assertRaises((BlockingIOError, ConnectionRefusedError)):
            program.socket.recv(100)        # the end marker is not echoed

    def test_bandwidth(self):
        self.check_bandwidth(0, 100)
        self.check_bandwidth(1, 3)

    # --- errors

    def test_wrong_arguments(self):
        for arguments in ("", "times threads 2", "times sequential 2 5", "times threads 2 5x",
                          "convoy processes 1 5", "bandwidth threads -1 5"):
            with self.subTest(arguments):
                program = self.start(arguments)
                self.assertEqual(program.rest(), [])
                status, errors = program.end()
                self.assertEqual((status, errors.count("\n")), (2, 1))
                self.assertRegex(errors, f"^gilbench.*'{arguments}'; allowed are describe, times")

    def assert_silent_exit(self, program):
        program.close_input()
        self.assertEqual(program.rest(), [])
        self.assertEqual(program.end(), (1, ""))

    def test_end_of_input_before_the_gate(self):
        program = self.start("times sequential 1 5")
        program.line()
        self.assertEqual(program.line()[0], "start")
        self.assert_silent_exit(program)
        for arguments in ("times threads 2 5", "times processes 2 5"):
            with self.subTest(arguments):
                program = self.start(arguments)
                gate_workers = self.reach_gate(program)
                self.assert_silent_exit(program)
                self.assertTrue(all(is_gone(pid) for _, pid in gate_workers))

    def check_a_killed_worker(self, wait):
        program = self.start("times processes 2 1000")
        gate_workers = self.reach_gate(program)
        os.kill(gate_workers[1][1], signal.SIGKILL)
        if wait:
            self.assertTrue(settles(lambda: is_gone(gate_workers[1][1])))
            self.assertFalse(program.has_output(QUIET_S))
        program.answer()
        self.assertEqual(program.rest(), ["error worker 1 was killed by signal 9".split()])
        self.assertEqual(program.end(), (1, ""))
        self.assertTrue(all(is_gone(pid) for _, pid in gate_workers))

    def test_a_killed_worker(self):
        self.check_a_killed_worker(wait=False)
        # SIGCHLD must not interrupt the wait for an answer.
        self.check_a_killed_worker(wait=True)

    def test_workers_end_with_a_killed_program(self):
        program = self.start("times processes 2 1000000000000")
        gate_workers = self.reach_gate(program)
        os.kill(program.process.pid, signal.SIGKILL)
        self.assertTrue(settles(lambda: all(is_gone(pid) for _, pid in gate_workers)))


class Example(Interpreter):
    """The example in the programs' README.md works, and keeps to the protocol."""

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(PROGRAMS, "README.md"), encoding="utf-8") as file:
            text = file.read().partition("```sh\n")[2].partition("```")[0]
        folder = tempfile.TemporaryDirectory(prefix="gilbench-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.command = ["sh", os.path.join(folder.name, "gilbench-dash")]
        with open(cls.command[1], "w", encoding="utf-8") as file:
            file.write(text)
        super().setUpClass()

    def test_unsupported_request(self):
        program = self.start("times threads 2 5")
        lines = program.rest()
        self.assertEqual((program.end(), len(lines), lines[-1][0]), ((1, ""), 2, "error"))


def load_tests(loader, _tests, _pattern):
    """One test class per interpreter."""
    suite = unittest.TestSuite()
    for place, command in enumerate(map(shlex.split, COMMANDS)):
        name = "Interpreter " + shlex.join(command)
        suite.addTest(loader.loadTestsFromTestCase(type(name, (Interpreter,), {
            "command": command, "is_wanted": place == 0 or GIVEN or os.environ.get(ALL) == "all",
            "__qualname__": name})))
    suite.addTests(map(Example, ("test_describe", "test_sequential", "test_unsupported_request")))
    return suite


if __name__ == "__main__":
    OPTIONS = [word for word in sys.argv[1:] if word.startswith("-")]
    GIVEN = [word for word in sys.argv[1:] if not word.startswith("-")]
    COMMANDS = GIVEN or COMMANDS
    unittest.main(argv=sys.argv[:1] + OPTIONS, verbosity=2)
