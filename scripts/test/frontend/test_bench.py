"""Tests of scripts/bench: its command line, what it runs, and what it shows."""

import json
import os
import re
import shutil
import subprocess
import unittest

from bench_tree import TreeCase
from support import GOLDEN, SCRIPTS, run

OPTION = re.compile(r"^  (?:-\w, )?--([a-z-]+)(=?)", re.M)
FILES = ["times.dat", "times.json", "times.png", "times.svg"]


class CommandLine(TreeCase):
    """What is refused, and what is passed on."""

    def arguments(self, *given, **options):
        """The arguments of gilbench, which has to be called once."""
        done = self.bench(*given, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        call, = self.calls("gilbench")
        return re.findall(r"<(.*?)>(?= <|$)", call)

    def test_help_and_version_do_nothing(self):
        for arguments in (["--help"], ["-h"], ["--quick", "--help"], ["--version"]):
            done = self.run_bench(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("gilbench 1.2.3\n" if "--version" in arguments else "--machine=NAME",
                          done.stdout)
        self.assertEqual(self.calls(), [])

    def test_wrong_options_are_refused_before_anything_is_done(self):
        for argument, parts in {
                "--frob": ["unknown option '--frob'"], "-x": ["unknown option '-x'"],
                "--frob=a b": ["unknown option '--frob=a b'"], "--quick=3": ["--quick", "takes no value"],
                "--samples": ["--samples", "needs a value"], "--out=r.json": ["--machine=NAME"],
                "--machine=": ["''"], "--machine=../up": ["'../up'", "letters"],
                "--machine=.hidden": ["'.hidden'"], "--machine=a b": ["'a b'"]}.items():
            with self.subTest(argument):
                self.assert_refused(self.bench(argument), *parts)
        self.assertEqual(self.calls(), [])

    def test_a_wrong_experiment(self):
        self.assert_refused(self.bench("nosuch"), "'nosuch'", "times, pings, single")
        self.assert_refused(self.bench("pings", "pings:every=2ms"), "pings is given twice")

    def test_a_value_that_gilbench_refuses(self):
        done = self.bench("--kernel=unknown")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "gilbench: --kernel: unknown kernel 'unknown'\n")
        self.assertFalse(os.path.exists(self.path("results")))

    def test_both_forms_of_options(self):
        odd = "sh -c 'exec \"$0\" \\$x' \u00fc"
        got = self.arguments("--samples", "3", "--lock=mutex,none", "--interpreter", odd,
                             "--quick", "--benchmark_filter=a b", "--machine", "m")
        self.assertEqual(got[1:], ["--machine=m", "--samples=3", "--lock=mutex,none", f"--interpreter={odd}",
                                   "--quick", "--benchmark_filter=a b", "times"])
        self.assertEqual(got[0], f"--out={self.folder_of_run()}/times.json")

    def test_abbreviations(self):
        self.assertIn("--samples=3", self.arguments("--sam=3", "--mach", "m"))

    def test_context(self):
        got = self.arguments("--machine=m", "--benchmark_context=a=b")
        self.assertEqual(got[1:], ["--machine=m", "--benchmark_context=a=b", "times"])

    def test_its_own_command_line(self):
        self.bench("--machine=m", "--benchmark_filter=a b", environment={
            "BEHAVIOUR": 'echo "by $GILBENCH_STARTED_BY" >>"$TREE/calls"; whole'})
        self.assertEqual(self.calls("by"), ["by scripts/bench --no-interpreters --machine=m "
                                            "'--benchmark_filter=a b'"])

    def test_the_revision(self):
        for command in ("init -q", "-c user.name=x -c user.email=x commit -q --allow-empty -m x"):
            subprocess.run(["git", *command.split()], cwd=self.tree, check=True)
        self.assertRegex(self.arguments("--benchmark_context=a=b")[2],
                         r"^--benchmark_context=git_revision=[0-9a-f]{7}.*,a=b$")

    def test_parameters_of_an_experiment(self):
        self.assertEqual(self.arguments("--machine=m", "pings:every=2ms")[-1], "pings:every=2ms")
        self.assertIn("pings.json", self.found("results/m/latest"))

    def test_every_option_of_gilbench_is_known(self):
        """The list in help.txt is that of `gilbench --help`."""
        program = os.environ.get("GILBENCH")
        if not program:
            self.skipTest("needs the built gilbench, in $GILBENCH")
        text = run(program, "--help").stdout.split("Google Benchmark's own")[0]
        with open(os.path.join(SCRIPTS, "gilbench/bench/help.txt"), encoding="utf-8") as file:
            own, passed_on = (dict(OPTION.findall(part))
                              for part in file.read().split("\nOptions passed on"))
        for name, value in OPTION.findall(text):
            if name != "out":
                self.assertEqual({**own, **passed_on}.get(name), value, name)
        for name, value in passed_on.items():
            said = run(program, f"--{name}{value}", "--frob").stderr
            self.assertNotIn(f"'--{name}", said)


class Interpreters(TreeCase):
    """Which real interpreters are measured."""

    def setUp(self):
        super().setUp()
        for name in ("ruby", "ocaml"):
            self.add(f"bin/{name}", "#!/bin/sh\n")
        for name in ("readlink", "dirname", "sh", "cat", "cp"):
            os.symlink(shutil.which(name), self.path("bin", name))
        self.environment["PATH"] = self.path("bin")

    def interpreters(self, *arguments):
        self.bench("--machine=m", *arguments)
        call = self.calls("gilbench")[-1]
        return re.findall("<--interpreter=(.*?)>", call)

    def test_those_that_are_installed(self):
        self.assertEqual(self.interpreters("--find"), ["ruby", "ocaml"])

    def test_none(self):
        for arguments in (["--no-interpreters"], ["--find", "--kernel=chase"],
                          ["--find", "--mode", "gil"], ["--find", "single"],
                          ["single", "--interpreter=python3"]):
            self.assertEqual(self.interpreters(*arguments), [], arguments)

    def test_only_those_that_were_asked_for(self):
        self.assertEqual(self.interpreters("--find", "--interpreter=a", "--interpreter", "b c"),
                         ["a", "b c"])

    def test_an_experiment_whose_axes_are_not_told(self):
        self.add("list", "Experiments:\n  single    x\nKernels:\n")
        self.assertEqual(self.interpreters("--find", "single"), ["ruby", "ocaml"])


class Shown(TreeCase):
    """What is printed of a run that succeeds, and of one that fails."""

    def test_the_main_table(self):
        done = self.bench("--machine=m")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        folder = self.folder_of_run()
        self.assertEqual(done.stdout, f"the table of {folder}/times.json\n"
                         f"results  {folder}/times.json\n"
                         f"picture  {folder}/times.svg\npicture  {folder}/times.png\n")
        self.assertEqual(self.found(folder), FILES)

    def test_pairs_of_models_and_interpreters(self):
        """They are shown on request, or if interpreters were asked for; after the table."""
        fake = self.content("scripts/fidelity")
        self.add("scripts/fidelity", fake.replace("\nfor", "\necho\nfor"))    # as the real one
        for number, (arguments, shown) in enumerate({
                ("--find",): False, ("--interpreter=x",): True, ("--fidelity",): True,
                ("--interpreter=x", "-q"): False}.items()):
            with self.subTest(arguments):
                done = self.bench("--machine=m", *arguments, environment={
                    "RESULT": os.path.join(GOLDEN, "real.json")})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                folder = self.folder_of_run(number=-1)
                text = (f"the table of {folder}/times.json\n"
                        f"the fidelity of --out={folder} {folder}/times.json\n\nresults")
                self.assertEqual(text in done.stdout, shown)
                self.assertEqual(f"picture  {folder}/fidelity.png\n" in done.stdout, number > 0)

    def test_interpreters_without_anything_to_compare(self):
        """With one worker there is no slow-down; that is not a failure."""
        with open(os.path.join(GOLDEN, "real.json"), encoding="utf-8") as file:
            document = json.load(file)
        document["benchmarks"] = [row for row in document["benchmarks"]
                                  if not re.search("workers:[2-9]", row["name"])]
        done = self.bench("--machine=m", "--fidelity", environment={
            "RESULT": self.write(json.dumps(document))})
        self.assertEqual((done.returncode, done.stderr, self.calls("fidelity")), (0, "", []))

    def test_several_experiments(self):
        done = self.bench("--machine=m", "times", "pings", "times")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.calls("gilbench")), 2)
        folder = self.folder_of_run()
        self.assertEqual(self.calls("table"), [f"table {folder}/times.json {folder}/pings.json"])

    def test_quiet(self):
        done = self.bench("--machine=m", "-q")
        self.assertEqual({line.split()[0] for line in done.stdout.splitlines()},
                         {"results", "picture"})

    def test_verbose(self):
        done = self.bench("--machine=m", "-v")
        self.assertIn("+ build/bench/gilbench --out=results/m/", done.stderr)
        self.assertIn("Run on", done.stderr)

    def test_the_terminal_for_the_progress_line(self):
        """gilbench hears of it, as its own standard error is collected."""
        behaviour = 'echo "terminal ${GILBENCH_TERMINAL-none}" >>"$TREE/calls"; whole'
        try:
            leader, terminal = os.openpty()
        except OSError as error:
            self.skipTest(f"needs pseudo-terminals: {error}")
        self.addCleanup(os.close, leader)
        self.addCleanup(os.close, terminal)
        for options, arguments in (({"stderr": terminal}, ()), ({"stderr": terminal}, ("-q",)),
                                   ({}, ())):
            done = self.bench("--machine=m", *arguments, **options,
                              environment={"BEHAVIOUR": behaviour, "GILBENCH_TERMINAL": "old"})
            self.assertEqual(done.returncode, 0)
        self.assertEqual(self.calls("terminal"), [f"terminal {os.ttyname(terminal)}",
                                                  "terminal none", "terminal old"])

    def test_list(self):
        self.assertIn("Experiments:", self.bench("--list").stdout)

    def test_samples_that_fail(self):
        done = self.bench("--machine=m", environment={
            "BEHAVIOUR": 'whole; echo "gilbench: 1 of 2 samples failed" >&2; exit 1'})
        self.assertEqual((done.returncode, done.stderr), (1, "gilbench: 1 of 2 samples failed\n"))
        self.assertIn(f"results  {self.folder_of_run()}/times.json\n", done.stdout)
        self.assertTrue(os.path.islink(self.path("results/m/latest")))

    def test_a_run_that_fails(self):
        done = self.bench("--machine=m", environment={
            "BEHAVIOUR": 'echo "gilbench: cannot write $out" >&2; exit 1'})
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"^gilbench: cannot write (results/m/\S*/times.json)\nbench: times: "
                         r"the run did not come to its end; there is no \1\n$")
        self.assertFalse(os.path.exists(self.path("results/m")))

    def test_a_run_that_crashes(self):
        done = self.bench("--machine=m", environment={"BEHAVIOUR": "kill -SEGV $$"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("Run on", done.stderr)

    def test_a_build_that_fails(self):
        self.add("broken", "")
        done = self.bench("--machine=m")
        self.assertEqual((done.returncode, done.stdout, self.calls("gilbench")), (1, "", []))

    def test_a_table_that_fails(self):
        self.add("scripts/table", "#!/bin/sh\nexit 1\n")
        done = self.bench("--machine=m")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"picture  {self.folder_of_run()}/times.png", done.stdout)


class Places(TreeCase):
    """It may be called from anywhere, under any name, in any locale."""

    def test_from_its_own_folder(self):
        done = self.run_bench("--machine=m", program="./bench", cwd=self.path("scripts"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(f"results  ../{self.folder_of_run()}/times.json", done.stdout)
        self.assertEqual(self.run_bench("--help", program="./bench", cwd=self.path("scripts")).stderr, "")

    def test_from_another_folder_through_a_link(self):
        link = os.path.join(self.folder, "link")
        os.symlink(self.path("scripts/bench"), link)
        os.mkdir(os.path.join(self.folder, "scripts"))
        done = self.run_bench("--machine=m", program="./link", cwd=self.folder,
                          environment={"CDPATH": f"/tmp:{self.folder}"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(f"results  {os.path.realpath(self.tree)}/{self.folder_of_run()}/times.json", done.stdout)

    def test_with_cdpath(self):
        os.makedirs(self.path("decoy/scripts"))
        done = subprocess.run(["sh", "scripts/bench", "--no-interpreters", "--machine=m"],
                              check=False, **self.options({}, {"CDPATH": self.path("decoy")}))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_locales_and_umask(self):
        for locale in ("C", "POSIX", "xx_XX.nonsense", ""):
            with self.subTest(locale):
                done = self.run_bench("--machine=m", environment={"LC_ALL": locale, "LANG": locale})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = self.run_bench("--machine=private", umask=0o077)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(os.stat(self.path("results/private")).st_mode & 0o777, 0o700)

    def test_without_python(self):
        """Help and wrong options need no Python, and install none."""
        self.add("scripts/bench", self.content("scripts/bench").replace("/usr/bin/python3",
                                                                        "/nonexistent/python3"))
        self.assertIn("--machine=NAME", self.run_bench("--quick", "--help").stdout)
        for option in ("--frob", "--machinery=x", "-x", "--quic.*", "-"):
            self.assert_refused(self.run_bench(option), f"'{option}'")
        self.assertEqual(self.calls(), [])
        done = self.run_bench("--quick", "--machine", "m", "--benchmark_filter=x", "times", "-q")
        self.assertEqual(done.returncode, 127)      # installing it was tried, in vain
        self.assertEqual(self.calls(), ["install"])


if __name__ == "__main__":
    unittest.main()
