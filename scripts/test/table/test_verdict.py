"""The verdict of a run, as the scripts show it."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made import document, entries
from support import Case, call, needs_scipy

from gilbench import reader
from gilbench.parts.verdict import verdict_line

ROWS = {"sequential": {1: 1.0}, "threads": {2: 0.5}}
DISTURBED = {"verdict": "disturbed",
             "finding.1": "disturbed: 5 of 40 samples lacked a processor; end other programs",
             "finding.2": "doubtful: debug build; configure with --buildtype=release",
             "finding.3": "note: virtual machine (kvm); compare only runs on the same host",
             "finding.4": "note: SMT siblings share cores; use --pin=core"}


class Verdict(Case):
    def path(self, **context):
        return self.write(document(entries(ROWS), **context))

    @needs_scipy
    def test_first_lines_of_the_table(self):
        for context, expected in (
                ({}, "verdict  ok\n\n"),
                (DISTURBED, "verdict  disturbed\n"
                 "finding  disturbed: 5 of 40 samples lacked a processor; end other programs\n"
                 "finding  doubtful: debug build; configure with --buildtype=release\n"
                 "notes    virtual machine (kvm), SMT siblings share cores\n\n"),
                ({"verdict": "fine\n"}, "verdict  unknown: 'fine\\n'\n\n")):
            text = call("table", self.path(**context)).stdout
            self.assertEqual(text[:len(expected)], expected)

    @needs_scipy
    def test_older_file(self):
        text = call("table", "large.json").stdout
        self.assertTrue(text.startswith("verdict  unknown (an older gilbench did not check what "
                                        "disturbed the run)\nnotes    governor schedutil, "), text)

    @needs_scipy
    def test_every_format(self):
        path = self.path(**DISTURBED)
        for kind, part in (("markdown", "- verdict: disturbed\n- finding: disturbed: 5 of"),
                           ("html", "<p>verdict: disturbed<br>finding: disturbed: 5 of"),
                           ("csv", ",disturbed\n")):
            self.assertIn(part, call("table", f"--format={kind}", path).stdout)

    def test_line(self):
        for context, expected in (
                ({}, "verdict: ok"),
                (DISTURBED, "verdict: disturbed (2 findings): 5 of 40 samples lacked a processor; "
                 "end other programs"),
                ({"verdict": "disturbed"}, "verdict: disturbed"),
                ({"verdict": "doubtful", "finding.1": "doubtful: x; y"},
                 "verdict: doubtful: x; y"),
                ({"verdict": "ok", "finding.1": "note: x; y"}, "verdict: ok")):
            self.assertEqual(verdict_line(reader.read(self.path(**context))), expected)


if __name__ == "__main__":
    unittest.main()
