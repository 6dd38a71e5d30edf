"""Tests of how scripts/bench keeps results: folders of runs, interruptions, folders that cannot be used.

Also of how `meson test --benchmark` keeps them, by the same means.
"""

import glob
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest
from unittest import mock

from bench_tree import TreeCase
from support import GOLDEN, SCRIPTS

from gilbench.bench import store

MEASURED = ["times.dat", "times.json", "times.png", "times.svg"]
DATE = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d"
WAIT_S = 150    # only a test that hangs takes so long
WAIT = 'touch "$TREE/measuring"; while ! [ -e "$TREE/go" ]; do sleep 0.02; done; whole'
# A run that writes what it has when it is interrupted; the signal may come more than once.
INTERRUPTIBLE = """
stop() {
  trap '' INT TERM HUP
  echo part >"$out.partial"
  echo "gilbench: interrupted by SIG$1; 3 of 9 samples were measured and are kept in $out.partial" >&2
  exit 1
}
trap 'stop INT' INT; trap 'stop TERM' TERM; trap 'stop HUP' HUP
touch "$TREE/measuring"
while :; do sleep 0.02; done
"""


class Runs(TreeCase):
    """Each run has a folder, and `latest` leads to the last whole one."""

    def latest(self):
        return os.readlink(self.path("results/m/latest"))

    def kept(self):
        """The folders of the runs."""
        return sorted(set(os.listdir(self.path("results/m"))) - {"latest"})

    def test_a_folder_for_each_run(self):
        self.assertEqual(self.bench("--machine=m", "times", "pings").returncode, 0)
        first, = self.kept()
        self.assertRegex(first, f"^{DATE}$")
        self.assertEqual(self.latest(), first)
        self.add(f"results/m/{first}/speedup.svg", "a picture")
        before = {name: self.content("results/m", first, name)
                  for name in self.found("results/m", first)}
        done = self.bench("--machine=m", environment={"RESULT": os.path.join(GOLDEN, "large.json")})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        second = self.latest()
        self.assertEqual(self.kept(), [first, second])
        self.assertEqual(self.found("results/m", second), MEASURED)
        self.assertEqual({name: self.content("results/m", first, name)
                          for name in self.found("results/m", first)}, before)
        self.assertIn(f"results  results/m/{second}/times.json\n", done.stdout)

    def test_two_runs_of_the_same_second(self):
        with mock.patch.object(store, "DATE", "then"):
            for _ in range(3):
                self.assertEqual(self.bench("--machine=m", "-q").returncode, 0)
        self.assertEqual(self.kept(), ["then", "then-2", "then-3"])
        self.assertEqual(self.latest(), "then-3")

    def test_results_of_older_versions_stay(self):
        """They lay in the folder of the machine itself."""
        names = [*MEASURED, "convoy.hgrm", "older/2026-11-24_101010/times.json", "times.json.partial",
                 ".measuring-xy/times.json"]
        for name in names:
            self.add(f"results/m/{name}", "older")
        self.assertEqual(self.bench("--machine=m").returncode, 0)
        for name in names:
            self.assertEqual(self.content("results/m", name), "older")
        self.assertEqual(self.found("results/m", self.latest()), MEASURED)

    def test_a_run_that_fails_leaves_no_folder(self):
        self.assertEqual(self.bench("--machine=m").returncode, 0)
        before = self.found("results/m")
        for behaviour in ("exit 1", "kill -KILL $$"):
            done = self.bench("--machine=m", environment={"BEHAVIOUR": behaviour})
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertIn("there is no results/m/", done.stderr)
            self.assertIn("bench: results/m/latest: still leads to an earlier run", done.stderr)
            self.assertEqual(self.found("results/m"), before)
            self.assertEqual(self.kept(), [self.latest()])

    def test_a_run_of_which_a_part_fails(self):
        """What there is is kept and shown, but `latest` leads to whole runs only."""
        self.assertEqual(self.bench("--machine=m").returncode, 0)
        whole = self.latest()
        done = self.bench("--machine=m", "single", "times", environment={
            "BEHAVIOUR": "case $* in *single) whole ;; *) exit 1 ;; esac"})
        self.assertEqual(done.returncode, 1)
        part, = set(self.kept()) - {whole}
        self.assertIn(f"results  results/m/{part}/single.json\n", done.stdout)
        self.assertEqual(self.latest(), whole)
        self.assertIn("still leads to an earlier run", done.stderr)

    def test_what_is_left_of_a_process_that_was_killed(self):
        """It may have been killed between any two steps."""
        os.makedirs(self.path("results/m"))
        os.symlink("nowhere", self.path("results/m/.latest-new"))
        os.symlink("nowhere", self.path("results/m/latest"))
        self.assertEqual(self.bench("--machine=m").returncode, 0)
        self.assertEqual(self.kept(), [self.latest()])

    def test_a_latest_that_is_no_link(self):
        self.add("results/m/latest", "a file")
        done = self.bench("--machine=m")
        self.assert_fails(done, "bench: results/m/latest: is not a symbolic link", "rename it")
        self.assertEqual((self.found("results/m"), self.calls("gilbench")), (["latest"], []))

    def test_a_link_that_cannot_be_made(self):
        """As on a file system without symbolic links, or a full one."""
        with mock.patch.object(os, "symlink", side_effect=OSError(95, "Operation not supported")):
            done = self.bench("--machine=m")
        folder = self.folder_of_run()
        self.assert_fails(done, "bench: results/m/latest: Operation not supported; the results are in "
                          f"{folder}\n")
        self.assertIn(f"picture  {folder}/times.png\n", done.stdout)

    def test_two_at_once(self):
        first = self.start_bench("--machine=m", BEHAVIOUR=WAIT)
        self.wait_for("measuring")
        second = self.bench("--machine=m")
        self.assert_fails(second, "bench: results/m: another scripts/bench is measuring")
        self.assertEqual(self.bench("--machine=other").returncode, 0)
        self.add("go", "")
        first.communicate(timeout=WAIT_S)
        self.assertEqual(first.returncode, 0)
        self.assertEqual(self.kept(), [self.latest()])

    def test_a_folder_that_is_removed_while_it_is_opened(self):
        """Another process removes the folder of the machine, as nothing was left in it."""
        folder = self.path("results/m")
        opened = []

        def open_folder(path):
            opened.append(store.open_folder.__wrapped__(path))
            if len(opened) == 1:
                os.rmdir(path)
            return opened[-1]

        open_folder.__wrapped__ = store.open_folder
        with mock.patch.object(store, "open_folder", open_folder), store.Run(folder) as run:
            self.assertEqual((len(opened), os.path.isdir(run.folder)), (2, True))

    def wait_for(self, name):
        end = time.monotonic() + WAIT_S
        while not os.path.exists(self.path(name)):
            self.assertLess(time.monotonic(), end, f"{name} does not appear")
            time.sleep(0.02)


class Interrupted(TreeCase):
    """Ctrl-C and its relatives keep what was measured."""

    def setUp(self):
        """Under nohup, as scripts/check may be started, SIGHUP would be ignored."""
        super().setUp()
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        self.addCleanup(signal.signal, signal.SIGHUP, before)

    wait_for = Runs.wait_for

    def interrupt(self, number, whole_group=False, **environment):
        child = self.start_bench("--machine=m", BEHAVIOUR=INTERRUPTIBLE,
                                 start_new_session=whole_group, **environment)
        self.wait_for("measuring")
        os.killpg(child.pid, number) if whole_group else child.send_signal(number)
        printed = child.communicate(timeout=WAIT_S)
        self.assertEqual((child.returncode, printed[0]), (1, ""))
        partial = f"{self.folder_of_run()}/times.json.partial"
        self.assertEqual(self.content(partial), "part\n")
        name = signal.Signals(number).name
        self.assertEqual(printed[1], f"gilbench: interrupted by {name}; 3 of 9 samples were measured "
                         f"and are kept in {partial}\n")
        self.assertEqual(self.calls("table"), [])
        self.assertFalse(os.path.lexists(self.path("results/m/latest")))

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.interrupt(number)
                os.remove(self.path("measuring"))
                shutil.rmtree(self.path("results"))

    def test_a_terminal_interrupts_the_whole_group(self):
        self.interrupt(signal.SIGINT, whole_group=True)

    def test_an_earlier_result_stays_the_latest(self):
        self.assertEqual(self.bench("--machine=m", "-q").returncode, 0)
        child = self.start_bench("--machine=m", BEHAVIOUR=INTERRUPTIBLE)
        self.wait_for("measuring")
        child.terminate()
        printed = child.communicate(timeout=WAIT_S)[1]
        self.assertIn("bench: results/m/latest: still leads to an earlier run, as this one is not "
                      "complete\n", printed)
        self.assertEqual(self.content("results/m/latest/times.json"), self.content("result.json"))

    def test_nothing_measured(self):
        child = self.start_bench("--machine=m", BEHAVIOUR="""
            trap 'exit 1' TERM
            touch "$TREE/measuring"
            while :; do sleep 0.02; done""")
        self.wait_for("measuring")
        child.terminate()
        self.assertRegex(child.communicate(timeout=WAIT_S)[1],
                         "^bench: times: the run was interrupted; there is no results/m/.*/times.json\n$")
        self.assertFalse(os.path.exists(self.path("results/m")))

    def test_results_that_came_before(self):
        """The experiments that had ended are named; the others are not begun."""
        child = self.start_bench("--machine=m", "single", "times", "pings", BEHAVIOUR=f"""
            case $* in *single) whole; exit 0 ;; esac
            {INTERRUPTIBLE}""")
        self.wait_for("measuring")
        child.terminate()
        printed = child.communicate(timeout=WAIT_S)[0]
        self.assertEqual(printed, f"results  {self.folder_of_run()}/single.json\n")
        self.assertEqual(len(self.calls("gilbench")), 2)

    def test_nohup(self):
        child = self.start_bench("--machine=m", before=["nohup"], BEHAVIOUR=WAIT)
        self.wait_for("measuring")
        child.send_signal(signal.SIGHUP)
        self.add("go", "")
        child.communicate(timeout=WAIT_S)
        self.assertEqual(child.returncode, 0)


class Folders(TreeCase):
    """Folders in which nothing can be kept: one line, before anything is measured."""

    def assert_unusable(self, *parts, **options):
        done = self.bench("--machine=m", **options)
        self.assert_fails(done, "bench: ", *parts)
        self.assertEqual(self.calls("gilbench"), [])

    def test_the_name_is_that_of_a_file(self):
        self.add("results/m", "a file")
        self.assert_unusable("results/m", "not a folder")
        self.assertEqual(self.content("results/m"), "a file")

    def test_results_is_a_file(self):
        self.add("results", "a file")
        self.assert_unusable("results", "not a folder")

    def test_results_is_a_dangling_link(self):
        os.symlink("nowhere", self.path("results"))
        self.assert_unusable("results", "not a folder")

    def test_a_dangling_link(self):
        os.mkdir(self.path("results"))
        os.symlink("nowhere", self.path("results/m"))
        self.assert_unusable("results/m", "not a folder")

    def test_a_folder_that_cannot_be_written(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv")
        os.makedirs(self.path("results/m"))
        self.add("calls", "")
        os.chmod(self.path("calls"), 0o666)
        os.chmod(self.folder, 0o755)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run([*nobody, "test", "-w", self.path("results")], check=False).returncode == 0:
            self.skipTest("needs a folder that another user cannot write")
        done = subprocess.run([*nobody, "scripts/bench", "--machine=m"], check=False,
                              **self.options({}, {"PYTHONDONTWRITEBYTECODE": "1"}))
        self.assert_fails(done, "bench: results/m: Permission denied")

    def test_an_output_that_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.bench("--machine=m", "--quiet", stdout=full)
        self.assert_fails(done, "bench: standard output: No space left")
        self.assertEqual(self.found(self.folder_of_run()), ["times.json"])


class Benchmark(TreeCase):
    """benchmark.py, which `meson test --benchmark` runs."""

    def benchmark(self, *options, **environment):
        return subprocess.run([sys.executable, os.path.join(SCRIPTS, "gilbench/bench/benchmark.py"),
                               "kept/results", "times", "build/bench/gilbench", *options],
                              check=False, **self.options({}, environment))

    def test_results_are_kept_and_named(self):
        os.mkdir(self.path("kept"))
        for number in range(1, 3):
            done = self.benchmark("--quick")
            self.assertEqual((done.returncode, done.stderr), (0, "Run on (2 X 2000 MHz CPU s)\n"))
            self.assertEqual(len(glob.glob(self.path("kept/results/2*/times.json"))), number)
            folder = os.readlink(self.path("kept/results/latest"))
            self.assertEqual(done.stdout, f"results  kept/results/{folder}/times.json\n")
        self.assertEqual(self.calls("gilbench")[-1],
                         f"gilbench <--out=kept/results/{folder}/times.json> <--quick> <times>")

    def test_a_run_that_fails(self):
        for behaviour in ("exit 3", "kill -SEGV $$"):
            done = self.benchmark(BEHAVIOUR=behaviour)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertFalse(os.path.exists(self.path("kept/results")))


if __name__ == "__main__":
    unittest.main()
