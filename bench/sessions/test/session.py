"""gilbench's side of a session with a program of bench/runtimes/programs, for the tests."""

import os
import select
import socket
import subprocess
import tempfile
import time

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../runtimes/programs")
PROTOCOL = "gilbench-interpreter 1"
OCAML = ["-I", "+unix", "-I", "+threads"]
DEADLINE_S = 30


# --- the interpreters -----------------------------------------------------------------------------

def version_of(command):
    """The first line that `COMMAND --version` prints, or None if it cannot be run."""
    try:
        result = subprocess.run(command + ["--version"], stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT, encoding="utf-8", timeout=DEADLINE_S)
    except OSError:
        return None
    return None if result.returncode or not result.stdout else result.stdout.splitlines()[0]


def program_of(command, folder):
    """The command line that starts the program; compiles it into the folder first, if needed."""
    version = version_of(command)
    if version == PROTOCOL:
        return command
    if version.startswith("Python"):
        return command + [os.path.join(PROGRAMS, "gilbench.py")]
    if version.startswith(("ruby", "jruby", "truffleruby")):
        return command + [os.path.join(PROGRAMS, "gilbench.rb")]
    source = os.path.join(PROGRAMS, "gilbench.ml")
    if version.startswith("The OCaml toplevel"):
        return command + OCAML + ["unix.cma", "threads.cma", source]
    suffix = "cmxa" if command[-1].endswith("opt") else "cma"
    with open(source, "rb") as file, open(os.path.join(folder, "gilbench.ml"), "wb") as copy:
        copy.write(file.read())
    subprocess.run(command + OCAML + ["unix." + suffix, "threads." + suffix, "gilbench.ml",
                                      "-o", "program"], check=True, cwd=folder)
    return [os.path.join(folder, "program")]


# --- /proc ----------------------------------------------------------------------------------------

def tasks(pid):
    return set(os.listdir(f"/proc/{pid}/task"))


def stat(pid):
    """The state and the parent of a process; None if it does not exist."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            words = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return words[0], int(words[1])


def is_gone(pid):
    return (stat(pid) or "Z")[0] == "Z"


def settles(condition):
    """Wait until the condition holds; False if it does not before the deadline."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


# --- gilbench's side ------------------------------------------------------------------------------

def loopback_pair():
    """Two UDP sockets, connected to each other."""
    ends = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for end in ends:
        end.bind(("127.0.0.1", 0))
    ends[0].connect(ends[1].getsockname())
    ends[1].connect(ends[0].getsockname())
    ends[0].settimeout(DEADLINE_S)
    return ends


class Program:
    """A running program; `over` is the kind of its standard input: "pipe" or "udp"."""

    def __init__(self, words, arguments, over="pipe", environment=None):
        self.socket = None
        if over == "udp":
            self.socket, theirs = loopback_pair()
            stdin = theirs.fileno()
        else:
            stdin, self.pipe = os.pipe()
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            words + arguments.split(), stdin=stdin, stdout=subprocess.PIPE, stderr=self.errors,
            env={**os.environ, **(environment or {})}, bufsize=0)
        if self.socket:
            theirs.close()
        else:
            os.close(stdin)
        self.text = b""

    def has_output(self, seconds):
        """Whether there is something to read within so many seconds."""
        return b"\n" in self.text or bool(select.select([self.process.stdout], [], [], seconds)[0])

    def line(self):
        """The words of the next line; an empty list at the end of the output."""
        while b"\n" not in self.text:
            if not self.has_output(DEADLINE_S):
                raise AssertionError(f"no output for {DEADLINE_S} s after {self.text}")
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                assert not self.text, self.text
                return []
            self.text += more
        line, _, self.text = self.text.partition(b"\n")
        return line.decode("ascii").split(" ")

    def rest(self):
        """The words of each line up to the end of the output."""
        lines = []
        while line := self.line():
            lines.append(line)
        return lines

    def send(self, data):
        if self.socket:
            self.socket.send(data)
        else:
            os.write(self.pipe, data)

    def answer(self):
        self.send(b"!")

    def close_input(self):
        os.close(self.pipe)
        self.pipe = None

    def end(self):
        """Wait for the exit; returns the status and the text on standard error."""
        status = self.process.wait(DEADLINE_S)
        self.errors.seek(0)
        return status, self.errors.read().decode()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        if self.socket:
            self.socket.close()
        elif self.pipe is not None:
            os.close(self.pipe)
