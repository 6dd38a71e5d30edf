"""Tests of scripts/setup.sh, of the arguments of scripts/check, and of how it counts tests."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import ENVIRONMENT, SCRIPTS, Case

ROOT = os.path.dirname(SCRIPTS)
SUMMARY = os.path.join(SCRIPTS, "test/frontend/summary.py")
APT_GET = """#!/bin/sh
echo "apt-get $*, umask $(umask)" >>"$CALLS"
exit ${APT_STATUS:-0}
"""


class Setup(Case):
    """Installing what is missing, with a fake apt-get."""

    def setUp(self):
        super().setUp()
        self.calls = os.path.join(self.folder, "calls")
        self.fake("apt-get", APT_GET)
        self.fake("id", "#!/bin/sh\necho ${USER_ID:-0}\n")

    def fake(self, name, text):
        os.chmod(self.write(text, name), 0o755)

    def shell(self, script, path="", **environment):
        return subprocess.run(
            ["/bin/sh", "-euc", f". '{SCRIPTS}/setup.sh'\n{script}"], cwd=self.folder, check=False,
            capture_output=True, encoding="utf-8", env={
                **ENVIRONMENT, "PATH": path or f"{self.folder}:{ENVIRONMENT['PATH']}",
                "CALLS": self.calls, **environment})

    def called(self):
        if not os.path.exists(self.calls):
            return []
        with open(self.calls, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_nothing_is_missing(self):
        done = self.shell("need something true; install_needed")
        self.assertEqual((done.returncode, done.stderr, self.called()), (0, "", []))

    def test_only_what_is_missing_is_installed(self):
        done = self.shell("umask 077; need here true; need one false; need two nonexistent -x\n"
                          "install_needed")
        self.assertEqual((done.returncode, done.stderr), (0, "installing: one two\n"))
        update, install = self.called()
        self.assertEqual(update, "apt-get update, umask 0022")
        self.assertRegex(install, r"^apt-get install -y .* one two, umask 0022$")

    def test_an_installation_that_fails(self):
        done = self.shell("need one false; install_needed", APT_STATUS="100")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("could not install: one (full output: /", done.stderr)

    def test_a_system_without_apt(self):
        for path, user in (("/nonexistent", "0"), (self.folder, "1000")):
            done = self.shell("id() { echo $USER_ID; }; need one false; need two false\n"
                              "install_needed", path, USER_ID=user)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stderr, "missing packages (Debian's names): one two; "
                             "install them and try again\n")

    def test_a_command_that_fails_shows_its_output(self):
        self.fake("meson", "#!/bin/sh\necho out; echo err >&2; exit 3\n")
        done = self.shell("configure build-x -Dtests=enabled")
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr.startswith("out\nerr\nmeson failed (full output: build-x.log)"))

    def test_a_build_folder_is_configured_once(self):
        self.fake("meson", "#!/bin/sh\necho \"$@\" >>\"$CALLS\"\n")
        os.mkdir(os.path.join(self.folder, "old"))
        self.write("", "old/build.ninja")
        self.shell("configure new; configure old; configure old -Dtests=enabled")
        self.assertEqual(self.called(), ["setup new", "configure old -Dtests=enabled"])


class Check(Case):
    """scripts/check up to where it would begin to work."""

    def check(self, *arguments, program=os.path.join(SCRIPTS, "check"), **options):
        options = {"cwd": self.folder, "env": ENVIRONMENT, **options}
        return subprocess.run([program, *arguments], check=False, capture_output=True,
                              encoding="utf-8", **options)

    def test_help_from_anywhere(self):
        link = os.path.join(self.folder, "link")
        os.symlink(os.path.join(SCRIPTS, "check"), link)
        os.mkdir(os.path.join(self.folder, "scripts"))
        for options in ({}, {"program": "./check", "cwd": SCRIPTS}, {"program": link},
                        {"program": "scripts/check", "cwd": ROOT,
                         "env": {**ENVIRONMENT, "CDPATH": self.folder}}):
            for option in ("--help", "-h"):
                done = self.check(option, **options)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("scripts/check NAME...", done.stdout)

    def test_wrong_arguments(self):
        for argument in ("--frob", "-x", ""):
            done = self.check(argument)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"check: unknown argument '{argument}'; it takes names of "
                             "tests, --list or --help\n")


class Summary(Case):
    """The count of the tests, from Meson's log."""

    def summary(self, tests, status="0"):
        lines = [json.dumps({"name": f"test {number}", "stdout": text, "result": result})
                 for number, (result, text) in enumerate(tests)]
        path = self.write("\n".join(lines), "testlog.json")
        done = subprocess.run([SUMMARY, path, status], check=False, capture_output=True,
                              encoding="utf-8")
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.splitlines()

    def test_counts(self):
        self.assertEqual(self.summary([("OK", ""), ("OK", "")]), (0, ["2 passed, 0 failed"]))
        self.assertEqual(self.summary([("OK", ""), ("FAIL", ""), ("TIMEOUT", "")], "1"),
                         (1, ["1 passed, 2 failed"]))

    def test_what_was_skipped_is_named(self):
        self.assertEqual(self.summary([
            ("SKIP", ""), ("OK", "ok 1 one\nok 2 two # skip needs 4 cores\nok 3 three"),
            ("OK", "[  SKIPPED ] test_pin\n[       OK ] test_x"),
            ("OK", "test_y (Case.test_y) ... skipped 'needs root'")]), (0, [
                "skipped in test 0: the whole test",
                "skipped in test 1: ok 2 two # skip needs 4 cores",
                "skipped in test 2: [  SKIPPED ] test_pin",
                "skipped in test 3: test_y (Case.test_y) ... skipped 'needs root'",
                "3 passed, 0 failed"]))

    def test_a_run_that_did_not_end(self):
        said = "the tests did not run to their end"
        self.assertEqual(self.summary([("OK", "")], "1"), (1, [said, "1 passed, 1 failed"]))
        self.assertEqual(self.summary([]), (1, [said, "0 passed, 1 failed"]))


if __name__ == "__main__":
    unittest.main()
