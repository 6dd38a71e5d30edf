"""What scripts/bench does: build gilbench, run experiments, keep the results, show them.

bench/help.txt describes the command line.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys

from gilbench import command, reader
from gilbench.bench import options
from gilbench.bench.program import Program, Refused
from gilbench.bench.store import Run
from gilbench.commands import plot
from gilbench.models import pairs

NAME = "bench"
SCRIPTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
INTERPRETERS = ("python3", "pypy3", "ruby", "ocaml")
CONTEXT = "--benchmark_context="


def main(words):
    """Run the command; returns its exit status."""
    arguments = options.parse(words)
    bench = Bench(source_tree(), arguments, shlex.join(["scripts/bench", *words]))
    if arguments.version:
        print(bench.version())
        return 0
    bench.prepare()
    if arguments.list:
        return bench.call(bench.program.path, "--list")
    try:
        return bench.run()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1


def source_tree():
    """The root of the source tree, relative to the current folder where that is inside it."""
    root, here = os.path.dirname(SCRIPTS), os.getcwd()
    inside = os.path.commonpath([root, here]) == root
    return os.path.relpath(root) if inside else root


class Bench:
    """One call of scripts/bench."""

    def __init__(self, root, arguments, command_line):
        self.root = root
        self.arguments = arguments
        self.command_line = command_line
        self.program = Program(self.path("build", "bench", "gilbench"))
        self.failed = False
        self.interrupted = False

    def path(self, *parts):
        return os.path.normpath(os.path.join(self.root, *parts))

    def version(self):
        with open(self.path("meson.build"), encoding="utf-8") as file:
            number = re.search(r"version: *'([^']*)'", file.read())[1]
        revision = self.revision()
        return f"gilbench {number}" + (f" ({revision})" if revision else "")

    def revision(self):
        """What git calls this revision of the source tree, or None."""
        if not os.path.exists(self.path(".git")) or not shutil.which("git"):
            return None
        done = subprocess.run(["git", "-C", self.root, "describe", "--always", "--dirty"],
                              capture_output=True, encoding="utf-8", errors="replace", check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    def prepare(self):
        """Install what is missing and build gilbench; ends the program if that fails."""
        shell = "set -x; " if self.arguments.verbose else ""
        if self.call("sh", "-c", f"{shell}. scripts/setup.sh && prepare_bench", cwd=self.root):
            sys.exit(1)

    def run(self):
        experiments = self.experiments()
        commands = {name: self.options_for(axes) for name, (_, axes) in experiments.items()}
        for name, (spec, axes) in experiments.items():
            self.program.check(spec, self.given_options(axes))
        with Run(self.path("results", self.arguments.machine)) as run:
            files = []
            for name, (spec, _) in experiments.items():
                if not self.interrupted:
                    files += self.measure(run, name, spec, commands[name])
            self.keep(run, complete=len(files) == len(experiments))
            if self.interrupted:
                self.name_files("results", files)
            elif files:
                self.show(run, files)
        return 1 if self.failed or self.interrupted else 0

    def keep(self, run, complete):
        """Let `latest` lead to the run if it is complete."""
        if complete:
            try:
                run.complete()
            except command.ToolError as error:
                command.complain(NAME, error)
                self.failed = True
        elif os.path.lexists(run.latest):
            command.complain(NAME, f"{run.latest}: still leads to an earlier run, as this one is not "
                             "complete")

    # --- what to run ---------------------------------------------------------------------------

    def experiments(self):
        """The experiments to run: for each name its spec, with parameters, and its axes."""
        known = self.program.experiments()
        chosen = {}
        for spec in self.arguments.experiments or list(known)[:1]:
            name = spec.split(":")[0]
            if name not in known:
                options.refuse(f"unknown experiment '{spec}'; there are {', '.join(known)}")
            if chosen.setdefault(name, (spec, known[name]))[0] != spec:
                options.refuse(f"{name} is given twice, and its results have one name; call "
                               "scripts/bench for each, with its own --machine=NAME")
        return chosen

    def given_options(self, axes):
        """The options from the command line that apply to an experiment with these axes."""
        has_runtimes = axes is None or "runtime" in axes
        return [option for option in self.arguments.options
                if has_runtimes or not option.startswith("--interpreter=")]

    def options_for(self, axes):
        """All options for an experiment."""
        given = self.given_options(axes)
        revision = self.revision()
        context = [f"git_revision={revision}"] if revision else []
        context += [option[len(CONTEXT):] for option in given if option.startswith(CONTEXT)]
        own = [option for option in given if not option.startswith(CONTEXT)]
        if self.arguments.find_interpreters and (axes is None or "runtime" in axes):
            own += [f"--interpreter={name}" for name in INTERPRETERS if shutil.which(name)]
        return [f"--machine={self.arguments.machine}",
                *([CONTEXT + ",".join(context)] if context else []), *own]

    # --- measuring -----------------------------------------------------------------------------

    def measure(self, run, name, spec, given):
        """Run an experiment; returns the list of its result file, empty if it left none."""
        out = run.path(f"{name}.json")
        arguments = [f"--out={out}", *given, spec]
        self.trace([self.program.path, *arguments])
        outcome = self.program.run(arguments, self.environment())
        self.failed |= outcome.status != 0
        self.interrupted |= outcome.interrupted
        self.report(outcome)
        if os.path.exists(out):
            return [out]
        self.failed = True
        if not (outcome.interrupted and outcome.messages):
            how = "was interrupted" if outcome.interrupted else "did not come to its end"
            command.complain(NAME, f"{name}: the run {how}; there is no {out}")
        return []

    def environment(self):
        """The environment of gilbench, whose standard error is not the terminal."""
        environment = {**os.environ, "GILBENCH_STARTED_BY": self.command_line}
        if self.arguments.quiet:
            environment.pop("GILBENCH_TERMINAL", None)
        elif sys.stderr.isatty():
            environment["GILBENCH_TERMINAL"] = os.ttyname(sys.stderr.fileno())
        return environment

    def report(self, outcome):
        """Show what gilbench printed."""
        lines = outcome.output.splitlines() if self.arguments.verbose else outcome.messages
        for line in lines:
            print(command.printable(line), file=sys.stderr)

    # --- showing -------------------------------------------------------------------------------

    def show(self, run, files):
        """Print the tables, draw the pictures, and name all files."""
        if not self.arguments.quiet:
            self.failed |= self.call(self.path("scripts", "table"), *files) != 0
        pictures = []
        found = {path: self.read(path) for path in files}
        paired = [path for path, result in found.items() if self.arguments.wants_fidelity
                  and result and can_be_compared(result)]
        if paired:
            text, drawn = self.draw(run, "fidelity", f"--out={run.folder}", *paired)
            pictures += drawn
            if not self.arguments.quiet:
                print(text, end="\n\n")
        self.name_files("results", files)
        for path, result in found.items():
            if result and any(True for _ in plot.planned(result)):
                pictures += self.draw(run, "plot", path)[1]
        self.name_files("picture", pictures)

    def read(self, path):
        """A result file that has just been written; None if it cannot be read."""
        try:
            return reader.read(path)
        except command.ToolError as error:
            command.complain(NAME, error)
            self.failed = True
            return None

    def draw(self, run, name, *arguments):
        """Run a script that draws; returns its text, and the pictures it wrote."""
        self.trace([self.path("scripts", name), *arguments])
        done = subprocess.run([self.path("scripts", name), *arguments], stdout=subprocess.PIPE,
                              encoding="utf-8", errors="replace", check=False)
        self.failed |= done.returncode != 0
        lines = done.stdout.rstrip().splitlines()
        files = [line for line in lines if line.startswith(run.folder + os.sep)
                 and line.endswith((".dat", ".png", ".svg"))]
        text = "\n".join(line for line in lines if line not in files)
        return text.rstrip(), [line for line in files if not line.endswith(".dat")]

    def call(self, *words, cwd=None):
        """Run a command whose output the user sees; returns its exit status."""
        self.trace(words)
        sys.stdout.flush()
        return subprocess.run(words, cwd=cwd, check=False).returncode

    def trace(self, words):
        if self.arguments.verbose:
            print("+", *map(command.printable, words), file=sys.stderr)

    def name_files(self, word, paths):
        """Print a line for each of the files."""
        for path in paths:
            print(f"{word:<8} {command.printable(path)}", flush=True)


def can_be_compared(result):
    """Whether a model and the real interpreter that it stands for have results of the same kind."""
    order = pairs.experiments([result])
    return any(True for pair in pairs.pairs_of([result])[0]
               for _ in pairs.comparisons(pair, order))
