"""Tests of how scripts/bench keeps results: older ones, interruptions, folders that cannot be used."""

import os
import shutil
import signal
import subprocess
import time
import unittest

from bench_tree import TreeCase
from support import GOLDEN

MEASURED = ["times.dat", "times.json", "times.png", "times.svg"]
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


class Older(TreeCase):
    """A result is never replaced by another, and pictures stay with their numbers."""

    def setUp(self):
        super().setUp()
        self.assertEqual(self.bench("--machine=m").returncode, 0)
        os.utime(self.path("results/m/times.json"), (1e9, 1e9))
        self.date = time.strftime("%Y-%m-%d_%H%M%S", time.localtime(1e9))

    def test_the_older_result_and_its_pictures_are_moved(self):
        for name in ("times-real.png", "speedup.svg", "fidelity.dat", "times.hgrm/a.hgrm",
                     "pings.json", "pings-1.png", "timesheet.png", "notes.txt"):
            self.add(f"results/m/{name}", "older")
        older = self.content("results/m/times.json")
        done = self.bench("--machine=m", environment={"RESULT": os.path.join(GOLDEN, "large.json")})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(f"older    results/m/older/{self.date}/times.json\n", done.stdout)
        self.assertEqual(self.content(f"results/m/older/{self.date}/times.json"), older)
        self.assertNotEqual(self.content("results/m/times.json"), older)
        self.assertEqual(self.found("results/m/older", self.date), sorted(
            MEASURED + ["times-real.png", "speedup.svg", "fidelity.dat", "times.hgrm/a.hgrm"]))
        self.assertEqual([name for name in self.found("results/m") if not name.startswith("older")],
                         sorted(MEASURED + ["pings.json", "pings-1.png", "timesheet.png",
                                            "notes.txt"]))

    def test_two_results_of_the_same_second(self):
        for _ in range(2):
            os.utime(self.path("results/m/times.json"), (1e9, 1e9))
            self.assertEqual(self.bench("--machine=m").returncode, 0)
        self.assertEqual(sorted(os.listdir(self.path("results/m/older"))),
                         [self.date, f"{self.date}-2"])

    def test_the_older_result_stays_when_the_run_fails(self):
        before = self.found("results/m")
        for behaviour in ("exit 1", "kill -KILL $$", 'echo half >"$out.AbCdEf"; exit 1'):
            done = self.bench("--machine=m", environment={"BEHAVIOUR": behaviour})
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertIn("no new results/m/times.json", done.stderr)
            self.assertEqual(self.found("results/m"), before)

    def test_what_a_killed_run_has_left_is_kept(self):
        self.add("results/m/.measuring-xy/times.json", "whole")
        os.utime(self.path("results/m/.measuring-xy/times.json"), (2e9, 2e9))
        os.mkdir(self.path("results/m/.measuring-empty"))
        done = self.bench("--machine=m", "single")
        date = time.strftime("%Y-%m-%d_%H%M%S", time.localtime(2e9))
        self.assertIn(f"older    results/m/older/{date}/times.json\n", done.stdout)
        self.assertEqual(self.content(f"results/m/older/{date}/times.json"), "whole")
        self.assertEqual(sorted(os.listdir(self.path("results/m"))),
                         sorted(MEASURED + ["older", "single.json"]))

    def test_a_move_that_was_cut_off_is_completed(self):
        self.add(f"results/m/older/{self.date}/times.png", "first")
        os.remove(self.path("results/m/times.png"))
        self.assertEqual(self.bench("--machine=m").returncode, 0)
        self.assertEqual(self.found("results/m/older", self.date), MEASURED)

    def test_two_at_once(self):
        first = self.start("--machine=m", BEHAVIOUR=WAIT)
        self.wait_for("measuring")
        second = self.bench("--machine=m")
        self.assert_fails(second, "results/m", "another scripts/bench", "--machine=NAME")
        self.assertEqual(self.bench("--machine=other").returncode, 0)
        self.add("go", "")
        first.communicate(timeout=WAIT_S)
        self.assertEqual(first.returncode, 0)

    def wait_for(self, name):
        end = time.monotonic() + WAIT_S
        while not os.path.exists(self.path(name)):
            self.assertLess(time.monotonic(), end, f"{name} does not appear")
            time.sleep(0.02)


class Interrupted(TreeCase):
    """Ctrl-C and its relatives keep what was measured."""

    wait_for = Older.wait_for

    def interrupt(self, number, whole_group=False, **environment):
        child = self.start("--machine=m", BEHAVIOUR=INTERRUPTIBLE, start_new_session=whole_group,
                           **environment)
        self.wait_for("measuring")
        os.killpg(child.pid, number) if whole_group else child.send_signal(number)
        printed = child.communicate(timeout=WAIT_S)
        self.assertEqual((child.returncode, printed[0]), (1, ""))
        self.assertEqual(self.content("results/m/times.json.partial"), "part\n")
        name = signal.Signals(number).name
        self.assertEqual(printed[1], f"gilbench: interrupted by {name}; 3 of 9 samples were measured "
                         "and are kept in results/m/times.json.partial\n")
        self.assertEqual(self.calls("table"), [])

    def start(self, *arguments, start_new_session=False, **environment):
        return subprocess.Popen(["scripts/bench", "--no-interpreters", *arguments],
                                start_new_session=start_new_session,
                                **self.options({}, environment))

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.interrupt(number)
                os.remove(self.path("measuring"))
                shutil.rmtree(self.path("results"))

    def test_a_terminal_interrupts_the_whole_group(self):
        self.interrupt(signal.SIGINT, whole_group=True)

    def test_an_earlier_partial_result_is_kept(self):
        self.add("results/m/times.json.partial", "earlier")
        child = self.start("--machine=m", BEHAVIOUR=INTERRUPTIBLE)
        self.wait_for("measuring")
        child.terminate()
        child.communicate(timeout=WAIT_S)
        older, = self.found("results/m/older")
        self.assertEqual(self.content("results/m/older", older), "earlier")

    def test_nothing_measured(self):
        child = self.start("--machine=m", BEHAVIOUR="""
            trap 'exit 1' TERM
            touch "$TREE/measuring"
            while :; do sleep 0.02; done""")
        self.wait_for("measuring")
        child.terminate()
        self.assertEqual(child.communicate(timeout=WAIT_S)[1],
                         "bench: times: the run was interrupted; no new results/m/times.json\n")
        self.assertFalse(os.path.exists(self.path("results/m")))

    def test_results_that_came_before(self):
        """The experiments that had ended are named; the others are not begun."""
        child = self.start("--machine=m", "single", "times", "pings", BEHAVIOUR=f"""
            case $* in *single) whole; exit 0 ;; esac
            {INTERRUPTIBLE}""")
        self.wait_for("measuring")
        child.terminate()
        self.assertEqual(child.communicate(timeout=WAIT_S)[0], "results  results/m/single.json\n")
        self.assertEqual(len(self.calls("gilbench")), 2)

    def test_nohup(self):
        child = subprocess.Popen(["nohup", "scripts/bench", "--no-interpreters", "--machine=m"],
                                 stdin=subprocess.DEVNULL,
                                 **self.options({}, {"BEHAVIOUR": WAIT}))
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
        self.assertEqual(self.found("results/m"), ["times.json"])


if __name__ == "__main__":
    unittest.main()
