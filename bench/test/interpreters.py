"""The programs of bench/interpreters: do they keep to their protocol?

This plays gilbench's part: it starts a program, answers its lines, and checks what it says against
what the system says (the tasks in /proc, the exit status) and against what was asked for. It counts
and puts in order; it times nothing.

All interpreters of COMMANDS that are found are tried; arguments name others to be tried instead:
    interpreters.py python3.13t "taskset -c 0 ruby"
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

sys.dont_write_bytecode = True      # beside the sources
from dialogue import OWN, PROGRAMS, Program, is_gone, program_of, settles, stat, tasks, version_of

COMMANDS = ["/usr/bin/python3", "python2", "pypy3", "ruby", "ocaml", "ocamlc", "ocamlopt"]
CLOCKS = {"monotonic": time.monotonic_ns, "realtime": time.time_ns}
CLOCK_STEP_NS = 1000    # some know the time of day only as a floating point number of seconds
LAST = 2**64 - 1
CHUNK = 1000
QUIET_S = 0.005


# --- the tests, for each interpreter --------------------------------------------------------------

class Interpreter(unittest.TestCase):
    command = None      # of a subclass

    @classmethod
    def setUpClass(cls):
        if version_of(cls.command) is None:
            raise unittest.SkipTest(f"{shlex.join(cls.command)} cannot be run here")
        folder = tempfile.TemporaryDirectory(prefix="gilbench-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.words = program_of(cls.command, folder.name)
        cls.facts = cls.describe()[0]

    @classmethod
    def describe(cls, **environment):
        """What the program says of itself: facts, parameters, and all lines."""
        program = Program(cls.words, "describe", environment=environment)
        try:
            lines = program.rest()
            status = program.end()
        finally:
            program.close()
        assert (status, lines[0]) == ((int(lines[-1] != ["done"]), ""), ["gilbench", "1"]), lines
        facts = {line[0]: line[1] for line in lines if line[0] in ("runtime", "version", "clock")}
        parameters = dict(line[1].split("=") for line in lines if line[0] == "param")
        return facts, parameters, lines

    def start(self, arguments, over="pipe", **environment):
        program = Program(self.words, arguments, over, environment)
        self.addCleanup(program.close)
        return program

    def now(self):
        return CLOCKS[self.facts["clock"]]()

    def open_stage(self, program):
        """Answer all lines to `ready`, but not that; returns [kind, pid] of each worker."""
        self.assertEqual(program.line(), ["gilbench", "1"])
        word, pid = program.line()
        self.assertEqual(word, "start")
        seen = tasks(pid)
        workers = []
        while True:
            self.assertFalse(program.says(QUIET_S), "goes on without an answer")
            program.answer()
            words = program.line()
            if words == ["ready"]:
                self.assertFalse(program.says(QUIET_S), "goes on without an answer")
                return workers
            kind, index, worker = words
            self.assertEqual(index, str(len(workers)))
            workers.append((kind, int(worker)))
            if kind == "thread":
                self.assertEqual(worker, pid)
                self.assertEqual(len(tasks(pid) - seen), 1, "exactly one new thread")
                seen |= tasks(pid)
            elif worker != pid:
                self.assertEqual(stat(worker)[1], int(pid), "a child of it")

    def finish(self, program):
        """The lines to the end, which is a good one."""
        lines = program.rest()
        self.assertEqual((program.end(), lines.pop()), ((0, ""), ["done"]))
        return lines

    def spans(self, lines, opened):
        """The units of each span; takes the spans' lines off the lines."""
        units = []
        while lines and lines[0][0] == "span":
            index, start, end, count = map(int, lines.pop(0)[1:])
            self.assertEqual(index, len(units))
            self.assertLessEqual(opened, start + CLOCK_STEP_NS)
            self.assertLessEqual(start, end)
            self.assertLessEqual(end, self.now() + CLOCK_STEP_NS)
            units.append(count)
        return units

    def can_be_beside(self, workers):
        """Whether the interpreter can do I/O beside workers; if not, it must say so."""
        version = tuple(map(int, self.facts["version"].split(".")[:2]))
        if not workers or self.facts["runtime"] != "ocaml-native" or version >= (4, 14):
            return True
        for what in ("convoy", "bandwidth"):
            program = self.start(f"{what} threads {workers} {CHUNK}")
            lines = program.rest()
            self.assertEqual((program.end(), len(lines), lines[1][0]), ((1, ""), 2, "error"))
        return False

    # --- what it is

    def test_describe(self):
        facts, parameters, lines = self.describe()
        words = [line[0] for line in lines]
        self.assertEqual((words[0], words[-1]), ("gilbench", "done"))
        self.assertEqual([words.count(word) for word in ("runtime", "version", "clock")], [1] * 3)
        self.assertLessEqual(set(words), {"gilbench", "runtime", "version", "clock", "param",
                                          "unlocked", "done"})
        self.assertRegex(facts["runtime"], r"\A[a-z-]+\Z")
        self.assertRegex(facts["version"], r"\A[0-9]+(\.[0-9]+)+[-+.0-9a-z]*\Z")
        self.assertIn(facts["clock"], CLOCKS)
        for value in parameters.values():
            self.assertRegex(value, r"\A([0-9]+(ns|us|ms|s)?|[a-z]+)\Z")
        said = version_of(self.command)
        if facts["runtime"] != "pypy" and said != OWN:      # PyPy says Python's version first
            self.assertIn(facts["version"].removesuffix("t"), said)

    def test_knobs(self):
        parameters = self.describe()[1]
        knobs = {"interval": ("GILBENCH_SWITCHINTERVAL", "0.0005", "500us", "x"),
                 "checkinterval": ("GILBENCH_CHECKINTERVAL", "321", "321", "0")}
        for key, (variable, value, expected, wrong) in knobs.items():
            if key in parameters:
                self.assertEqual(self.describe(**{variable: value})[1][key], expected)
                error = self.describe(**{variable: wrong})[2][1]
                self.assertEqual(error[:4], ["error", variable, "is", f"'{wrong}';"])
            elif self.words[-1].endswith(".py"):
                self.assertEqual(self.describe(**{variable: value})[2][1][:2], ["error", variable])

    # --- times

    def check_times(self, mode, workers, units):
        program = self.start(f"times {mode} {workers} {units}")
        stage = self.open_stage(program)
        kind = "thread" if mode == "threads" else "process"
        self.assertEqual([worker[0] for worker in stage], [kind] * workers)
        if mode == "processes":
            self.assertEqual(len(set(stage)), workers)
        opened = self.now()
        program.answer()
        lines = self.finish(program)
        counted = self.spans(lines, opened)
        self.assertEqual(lines, [])
        self.assertEqual(sum(counted), units)
        self.assertEqual(counted, [units * (index + 1) // workers - units * index // workers
                                   for index in range(workers)])
        self.assertTrue(all(is_gone(pid) for _, pid in stage))

    def test_sequential(self):
        self.check_times("sequential", 1, 100003)

    def test_threads(self):
        self.check_times("threads", 3, 100003)
        self.check_times("threads", 4, 2)

    def test_processes(self):
        self.check_times("processes", 3, 100003)

    # --- beside I/O

    def check_convoy(self, workers, over, count):
        if not self.can_be_beside(workers):
            return
        program = self.start(f"convoy threads {workers} {CHUNK}", over)
        self.assertEqual([kind for kind, _ in self.open_stage(program)], ["thread"] * (workers + 1))
        opened = self.now()
        program.answer()
        sent = []
        for number in range(count):
            sent.append(self.now())
            program.send(struct.pack("<QQ", number, sent[-1]))
        if over == "pipe" and workers == 0:
            program.hang_up()
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
        if not self.can_be_beside(workers):
            return
        program = self.start(f"bandwidth threads {workers} {CHUNK}", "udp")
        self.open_stage(program)
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
            program.socket.recv(100)        # the last one is not answered

    def test_bandwidth(self):
        self.check_bandwidth(0, 100)
        self.check_bandwidth(1, 3)

    # --- trouble

    def test_wrong_arguments(self):
        for arguments in ("", "times threads 2", "times sequential 2 5", "times threads 2 5x",
                          "convoy processes 1 5", "bandwidth threads -1 5"):
            with self.subTest(arguments):
                program = self.start(arguments)
                self.assertEqual(program.rest(), [])
                status, errors = program.end()
                self.assertEqual((status, errors.count("\n")), (2, 1))
                self.assertRegex(errors, f"^gilbench.*'{arguments}'; allowed are describe, times")

    def assert_quiet_end(self, program):
        program.hang_up()
        self.assertEqual(program.rest(), [])
        self.assertEqual(program.end(), (1, ""))

    def test_end_of_input_before_the_gate(self):
        program = self.start("times sequential 1 5")
        program.line()
        self.assertEqual(program.line()[0], "start")
        self.assert_quiet_end(program)
        for arguments in ("times threads 2 5", "times processes 2 5"):
            with self.subTest(arguments):
                program = self.start(arguments)
                stage = self.open_stage(program)
                self.assert_quiet_end(program)
                self.assertTrue(all(is_gone(pid) for _, pid in stage))

    def test_a_killed_worker(self):
        program = self.start("times processes 2 1000")
        stage = self.open_stage(program)
        os.kill(stage[1][1], signal.SIGKILL)
        program.answer()
        self.assertEqual(program.rest(), ["error worker 1 was killed by signal 9".split()])
        self.assertEqual(program.end(), (1, ""))
        self.assertTrue(all(is_gone(pid) for _, pid in stage))

    def test_workers_end_with_a_killed_program(self):
        program = self.start("times processes 2 1000000000000")
        stage = self.open_stage(program)
        os.kill(program.process.pid, signal.SIGKILL)
        self.assertTrue(settles(lambda: all(is_gone(pid) for _, pid in stage)))


class Example(Interpreter):
    """The example in the programs' README is whole, and keeps to the protocol."""

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

    def test_what_it_cannot_do(self):
        program = self.start("times threads 2 5")
        lines = program.rest()
        self.assertEqual((program.end(), len(lines), lines[-1][0]), ((1, ""), 2, "error"))


def load_tests(loader, _tests, _pattern):
    """One class for each interpreter."""
    suite = unittest.TestSuite()
    for command in map(shlex.split, COMMANDS):
        name = "Interpreter " + shlex.join(command)
        suite.addTest(loader.loadTestsFromTestCase(
            type(name, (Interpreter,), {"command": command, "__qualname__": name})))
    suite.addTests(map(Example, ("test_describe", "test_sequential", "test_what_it_cannot_do")))
    return suite


if __name__ == "__main__":
    OPTIONS = [word for word in sys.argv[1:] if word.startswith("-")]
    COMMANDS = [word for word in sys.argv[1:] if not word.startswith("-")] or COMMANDS
    unittest.main(argv=sys.argv[:1] + OPTIONS, verbosity=2)
