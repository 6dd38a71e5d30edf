"""Tables as Markdown, CSV and HTML."""

import csv
import html.parser
import io
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import Case, call

NAME = "a|b<i>&*_`"


class Formats(Case):
    def table(self, kind, *files):
        done = call("table", f"--format={kind}", *files)
        self.assert_works(done)
        return done.stdout

    def strange(self):
        rows = [{"name": f"times/kernel:k/mode:{mode}/workers:1", "real_time": 1, "time_unit": "s"}
                for mode in (NAME, "=1+1")]
        return self.write(json.dumps({"benchmarks": rows}))

    def test_markdown(self):
        lines = self.table("markdown", "small.json").splitlines()
        self.assertIn("| gil cpython3 | 302 ms 1.00x ±1 % | 303 ms 1.01x ±1 % | "
                      "309 ms 1.03x ±1 % |", lines)
        self.assertIn("|---|---:|---:|---:|", lines)
        self.assertIn(r"| a\|b\<i\>\&\*\_\` |", self.table("markdown", self.strange()))

    def test_csv(self):
        lines = list(csv.DictReader(io.StringIO(self.table("csv", "small.json", "bandwidth.json"))))
        values = [line for line in lines if line["row"] == "gil cpython2"
                  and line["column"] == "2 workers"]
        self.assertEqual([(line["field"], line["unit"]) for line in values],
                         [("time", "s"), ("multiple", "1"), ("spread", "1")])
        self.assertAlmostEqual(float(values[0]["value"]), 0.658, 3)
        self.assertEqual({line["experiment"] for line in lines}, {"times", "bandwidth"})
        names = {line["row"] for line in csv.DictReader(io.StringIO(self.table(
            "csv", self.strange())))}
        self.assertEqual(names, {NAME, "'=1+1"})    # no formula for a spreadsheet

    def test_csv_has_the_numbers_of_the_notes(self):
        path = self.write('{"benchmarks": [{"name": "primitives/op:loop", "real_time": 2, '
                          '"time_unit": "ns"}]}')
        self.assertIn("without a lock,loop,loop,2e-09,s,", self.table("csv", path))

    def test_html(self):
        text = self.table("html", self.strange(), "convoy.json")
        found = []
        parser = html.parser.HTMLParser()
        parser.handle_starttag = lambda tag, attributes: found.append(tag)
        parser.feed(text)
        self.assertEqual(found.count("table"), 2)
        self.assertNotIn("i", found)
        self.assertIn("<td>101 ms 132 ms</td>", text)
        self.assertTrue(text.endswith("</html>\n"))


if __name__ == "__main__":
    unittest.main()
