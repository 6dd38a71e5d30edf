"""A source tree with the real scripts/bench, a fake gilbench, and fakes of what it shows with.

The fakes are small shell scripts. They note their calls in the file `calls`, so a test can see what
was run and in which order. The fake gilbench copies the file $RESULT to --out, or does what the
lines in $BEHAVIOUR say.

Starting Python takes most of the time of a call, so bench() makes most of them in a copy of the test's
own process. run_bench() and start_bench() run scripts/bench itself.
"""

import atexit
import compileall
import functools
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, GOLDEN, SCRIPTS, Case, Done

from gilbench import command
from gilbench.commands import bench
from gilbench.views import times        # noqa: F401  (needed by bench later, once for each copy)

LIST = """Experiments:
  times           seconds for the same work
                  axes: kernel, mode, lock, runtime, workers
  pings           latency of messages
                  every=10ms: between two messages
                  axes: kernel, mode, lock, runtime, workers
  single          nanoseconds of single operations
                  axes: lock
Kernels:
  countdown       counts down
"""
GILBENCH = """#!/bin/sh
for argument; do
  case $argument in
    --list) cat "$TREE/list"; exit 0 ;;
    --benchmark_list_tests) only_list=1 ;;
    --kernel=unknown) echo "gilbench: --kernel: unknown kernel 'unknown'" >&2; exit 1 ;;
    --out=*) out=${argument#--out=} ;;
  esac
done
[ -z "${only_list-}" ] || { echo row; exit 0; }
{ printf 'gilbench'; printf ' <%s>' "$@"; echo; } >>"$TREE/calls"
echo 'Run on (2 X 2000 MHz CPU s)' >&2
whole() { cp "${RESULT:-$TREE/result.json}" "$out"; }
eval "${BEHAVIOUR:-whole}"
"""
# A fake of scripts/table and so on: prints its call, then the names of the files that it makes.
SHOW = """#!/bin/sh
echo "{name} $*" >>"$TREE/calls"
echo "the {name} of $*"
for file in {files}; do
  case $1 in
    --out=*) path=${{1#--out=}}/$file ;;
    *) path=${{1%/*}}/$file ;;
  esac
  echo "{name}" >"$path"
  echo "$path"
done
"""
SETUP = """needed=
say() { echo "$*" >&2; }
need_python() { :; }
install_needed() { echo install >>"$TREE/calls"; }
prepare_bench() { install_needed; ! [ -e "$TREE/broken" ]; }
"""


@functools.lru_cache(maxsize=None)
def compiled_scripts():
    """A folder with scripts/bench and its package, compiled to bytecode."""
    folder = tempfile.mkdtemp(prefix="gilbench-test-")
    atexit.register(shutil.rmtree, folder)
    scripts = os.path.join(folder, "scripts")
    shutil.copytree(os.path.join(SCRIPTS, "gilbench"), os.path.join(scripts, "gilbench"),
                    ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(scripts, quiet=1)
    shutil.copy(os.path.join(SCRIPTS, "bench"), scripts)
    return scripts


def link(source, target):
    """Make a file of the package appear in the tree; only scripts/bench is changed by tests."""
    (shutil.copy if source.endswith("/bench") else os.link)(source, target)


def become_bench(tree, words, environment, files):
    """Go on as scripts/bench of the tree, with the files as standard output and error."""
    status = 1
    try:
        for number, file in enumerate(files, start=1):
            os.dup2(file if isinstance(file, int) else file.fileno(), number)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)
        os.chdir(tree)
        os.environ.clear()
        os.environ.update(environment)
        bench.SCRIPTS = os.path.join(tree, "scripts")
        sys.argv = ["bench", *words]
        command.start("bench")
    except SystemExit as done:
        status = done.code
    finally:
        os._exit(status)


def without_find(arguments):
    """The arguments; unless `--find` is one, real interpreters are not looked for."""
    if "--find" in arguments:
        return [argument for argument in arguments if argument != "--find"]
    return ["--no-interpreters", *arguments]


def read_from_start(file):
    file.seek(0)
    return file.read().decode()


class TreeCase(Case):
    """A test with such a tree in `self.tree`; its path has a space, a quote and a `#`."""

    def setUp(self):
        super().setUp()
        self.tree = os.path.join(self.folder, "a 'tree' #1")
        self.environment = {**ENVIRONMENT, "TREE": self.tree}
        del self.environment["PYTHONDONTWRITEBYTECODE"]     # saves half of the time
        shutil.copytree(compiled_scripts(), os.path.join(self.tree, "scripts"), copy_function=link)
        self.add("scripts/setup.sh", SETUP)
        self.add("meson.build", "project('gilbench', 'c',\n\tversion: '1.2.3',\n)\n")
        self.add("list", LIST)
        self.add("build/bench/gilbench", GILBENCH)
        self.add("scripts/table", SHOW.format(name="table", files=""))
        self.add("scripts/plot", SHOW.format(name="plot", files="times.svg times.png times.dat"))
        self.add("scripts/fidelity", SHOW.format(name="fidelity", files="fidelity.png"))
        shutil.copy(os.path.join(GOLDEN, "small.json"), os.path.join(self.tree, "result.json"))

    def add(self, name, text):
        path = os.path.join(self.tree, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def options(self, options, environment):
        return {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8",
                "cwd": self.tree, "env": {**self.environment, **environment}, **options}

    def bench(self, *arguments, environment=(), stdout=None, stderr=None):
        """Do what scripts/bench does in the tree, by default without real interpreters."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                become_bench(self.tree, without_find(arguments),
                             {**self.environment, **dict(environment)}, (stdout or out, stderr or err))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            return Done(status, *(read_from_start(file) for file in (out, err)))

    def run_bench(self, *arguments, program="scripts/bench", environment=(), **options):
        """Run scripts/bench in the tree."""
        return subprocess.run([program, *without_find(arguments)], check=False,
                              **self.options(options, dict(environment)))

    def start_bench(self, *arguments, before=(), start_new_session=False, **environment):
        """Start scripts/bench; `before` are words of a command that runs it."""
        return subprocess.Popen([*before, "scripts/bench", "--no-interpreters", *arguments],
                                start_new_session=start_new_session, stdin=subprocess.DEVNULL,
                                **self.options({}, environment))

    def calls(self, name=""):
        """The calls of a fake, or of all."""
        try:
            with open(os.path.join(self.tree, "calls"), encoding="utf-8") as file:
                return [line.rstrip("\n") for line in file if line.startswith(name)]
        except FileNotFoundError:
            return []

    def path(self, *names):
        return os.path.join(self.tree, *names)

    def content(self, *names):
        with open(self.path(*names), encoding="utf-8") as file:
            return file.read()

    def found(self, *names):
        """Everything that lies under a folder of the tree, relative to it."""
        top = self.path(*names)
        return sorted(os.path.relpath(os.path.join(folder, name), top)
                      for folder, _, files in os.walk(top) for name in files)

    def folder_of_run(self, machine="m", number=0):
        """The name of the folder of a run, relative to results/; 0: the first."""
        names = sorted(name for name in os.listdir(self.path("results", machine)) if name != "latest")
        return os.path.join("results", machine, names[number])

    def assert_refused(self, done, *parts):
        """A wrong command line: one line, and nothing was done."""
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertFalse(os.path.exists(self.path("results")))
