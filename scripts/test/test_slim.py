"""results-slim: the same tables and pictures from far fewer lines."""

import os
import unittest

from support import Case, call, without_gnuplot


class Slim(Case):
    def slim(self, name):
        target = os.path.join(self.folder, name)
        self.assert_works(call("slim", name, target))
        return target

    def table(self, path):
        text = call("table", path).stdout
        return text.replace(f"\nfile     {path}\n", "\n")

    def tables_of_pictures(self, path, out):
        with without_gnuplot():
            self.assert_works(call("plot", f"--out={self.folder}/{out}", path))
        return {name: self.content(os.path.join(out, name))
                for name in os.listdir(os.path.join(self.folder, out))}

    def test_the_same_from_fewer_lines(self):
        for name in ("aggregates.json", "convoy.json"):
            target = self.slim(name)
            self.assertEqual(self.table(os.path.basename(name)), self.table(target))
            self.assertEqual(self.tables_of_pictures(name, f"a-{name}"),
                             self.tables_of_pictures(target, f"b-{name}"))
        self.assertTrue(os.path.isfile(os.path.join(self.folder, "convoy.hgrm")))
        self.assertNotIn(b"aggregate", self.content("aggregates.json"))

    def test_slim_again(self):
        first = self.slim("convoy.json")
        again = os.path.join(self.folder, "again.json")
        self.assert_works(call("slim", first, again))
        self.assertEqual(self.content("convoy.json"), self.content("again.json"))
        self.assertEqual(self.content("convoy.hgrm"), self.content("again.hgrm"))

    def test_refused(self):
        path = self.write("kept")
        self.assert_fails(call("slim", "small.json", path), "File exists")
        self.assertEqual(self.content(path), b"kept")
        self.assert_fails(call("slim", "/nowhere", path), "No such file")

    def test_broken_distributions(self):
        target = self.slim("convoy.json")
        path = os.path.join(self.folder, "convoy.hgrm")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        first = text[:text.index("\n")]
        for broken, part in ((text.replace(first, first + "x"), "percentiles of row"),
                             (text + text, "two distributions of row"),
                             (text.replace("#[Max", "#[Mix"), "is it truncated?"),
                             ("\n", "is empty")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(broken)
            with without_gnuplot():
                done = call("plot", f"--out={self.folder}", target)
            self.assert_fails(done, part)


if __name__ == "__main__":
    unittest.main()
