"""The pictures of several machines: the ratios of rows, and speed-up curves."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import GOLDEN, Case, call, needs_scipy, without_gnuplot
from places import assert_apart
from gilbench.machines import comparison, curves, forest, sides
from gilbench.machines.differences import Limits
from gilbench.pictures import styles
from gilbench.runs import Ratio

MACHINES = (("a", "b"), ("a", "c"), ("a", "a-quick"), ("a", "a-again", "b"), ("single", "many"),
            ("many", "single"))


def pictures(*names):
    """What compare draws of golden files, by stem and group."""
    given = [sides.read(letter, os.path.join(GOLDEN, f"{name}.json"))
             for letter, name in zip(sides.LETTERS, names)]
    found = comparison.compare(given, Limits())
    return {one.stem + one.group: one for one in (*forest.pictures(found),
                                                  *curves.pictures(given))}


@needs_scipy
class Pages(unittest.TestCase):
    def test_texts_lie_apart_and_on_the_page(self):
        for names in MACHINES:
            for key, picture in pictures(*names).items():
                assert_apart(self, picture.page, f"{names}: {key}")

    def test_headings(self):
        heading = pictures("a", "b")["compare-times"].heading
        self.assertEqual(heading.title, "B is 11 % ±5 % faster than A for lock-bound programs")
        self.assertIn("A: a (Example 3000 at 2.4 GHz, 2 cores, 4 hardware threads); B: b (",
                      heading.subtitle)
        self.assertEqual(heading.verdict, "ok")

    def test_many_machines_are_counted(self):
        found = pictures("a", "a-again", "b", "a-quick")
        heading = found["compare-times"].heading
        self.assertEqual(heading.title, "Of 3 machines compared with A, 1 faster, 1 the same, 1 "
                         "not shown to be either for lock-bound programs")
        self.assertTrue(heading.subtitle.endswith("; A: a; B: a; C: b; D: a"), heading.subtitle)
        self.assertTrue(found["compare-speedup"].heading.title.endswith(" on 4 machines"))

    def test_of_a_disturbed_run_nothing_is_found(self):
        for picture in pictures("a", "c").values():
            self.assertEqual(picture.heading.verdict, "disturbed")
            self.assertTrue(picture.heading.reason.startswith("B: "))
            self.assertNotIn(" on A", picture.heading.title)
            self.assertNotIn("slower", picture.heading.title)


@needs_scipy
class Forest(unittest.TestCase):
    def test_a_line_for_each_row_around_1(self):
        picture = pictures("a", "b")["compare-times"]
        page = picture.page
        values, slow_downs = page.panels
        self.assertEqual([panel.strokes[0].x1 for panel in page.panels], [1, 1])
        self.assertEqual(len(values.content), len(picture.blocks[0][1]))
        self.assertEqual(len(slow_downs.content), len(picture.blocks[1][1]))
        self.assertGreater(len(values.content), len(slow_downs.content))   # a baseline has none
        self.assertIn("score", page.all_texts())

    def test_open_markers_where_nothing_is_shown(self):
        page = pictures("a", "a-again")["compare-times"].page
        markers = {one.style.marker for panel in page.panels for one in panel.content}
        self.assertEqual(markers, {forest.CIRCLE, forest.RING})
        quick = pictures("a", "a-quick")["compare-times"].page
        texts = [text for text in quick.all_texts() if text[0].isdigit() and "faster" in text]
        self.assertEqual(texts, [])

    def test_colours_are_those_of_the_locks(self):
        page = pictures("a", "b")["compare-times"].page
        colours = {one.style.colour for one in page.panels[0].content}
        self.assertLess({styles.LOCKS["cpython2"][0], styles.LOCKS["cpython3"][0]}, colours)

    def test_several_machines(self):
        page = pictures("a", "a-again", "b")["compare-times"].page
        self.assertIn("2 workers B", page.all_texts())
        self.assertIn("2 workers C", page.all_texts())


@needs_scipy
class Curves(unittest.TestCase):
    def test_a_curve_for_each_machine(self):
        page = pictures("single", "many")["compare-speedup"].page
        self.assertEqual((page.panels[0].x.base, page.panels[0].y.base), (2, 2))
        colours = [one.style.colour for one in page.panels[0].content]
        self.assertEqual(len(set(colours)), 2)
        self.assertLess({"1", "128"}, set(page.all_texts()))

    def test_shares_of_cores(self):
        picture = pictures("single", "many")["compare-share"]
        page = picture.page
        self.assertIn("100 %", page.all_texts())
        self.assertIn("workers / cores", page.all_texts())
        ends = [(stroke.x2, stroke.y2) for stroke in page.panels[0].strokes]
        self.assertIn((1, 64), ends)        # 64 of 64 cores, 64 times as fast
        self.assertIn((4, 1), ends)         # 4 workers on 1 core
        lines = dict(picture.blocks)["B: threads"]
        self.assertEqual([float(line.split()[0]) for line in lines][-2:], [1, 2])

    def test_unknown_number_of_cores(self):
        given = [sides.read(letter, os.path.join(GOLDEN, f"{name}.json"))
                 for letter, name in (("A", "a"), ("B", "failed"))]
        found = {one.stem + one.group: one for one in curves.pictures(given)
                 if one.kernel == "countdown"}
        self.assertIn("B: threads", dict(found["compare-speedup"].blocks))
        self.assertNotIn("B: threads", dict(found["compare-share"].blocks))
        self.assertTrue(any(text.endswith("; without B: number of cores unknown")
                            for text in found["compare-share"].page.all_texts()))

    def test_the_patch_version_does_not_split_curves(self):
        found = pictures("a", "b")["compare-speedup-real"]
        names = [title for title, _ in found.blocks]
        self.assertIn("A: real cpython-3.11", names)
        self.assertIn("B: real cpython-3.11", names)

    def test_finding(self):
        title = pictures("single", "many")["compare-speedup"].heading.title
        self.assertTrue(title.startswith("Compared with one thread, 4 under a lock are "), title)
        self.assertTrue(" on A, " in title and title.endswith(" on B"), title)

    def test_finding_counts_what_is_clear(self):
        clear, unclear = Ratio(2.0, 1.99, 2.01), Ratio(1.2, 0.8, 1.6)
        self.assertEqual(curves.speed_text("A", [clear, unclear, None]),
                         "0.50 times as fast with 1 of 3 locks on A")
        self.assertEqual(curves.speed_text("A", [clear]), "0.50 times as fast on A")
        self.assertEqual(curves.speed_text("A", [unclear]), "")


@needs_scipy
class Written(Case):
    def test_files(self):
        with without_gnuplot():
            done = call("compare", f"--out={self.folder}", "a.json", "b.json")
        self.assert_works(done)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         [f"compare-{name}.dat" for name in ("share-real", "share", "speedup-real",
                                                             "speedup", "times")])
        self.assertTrue(done.stdout.endswith("compare-times.dat\n"))

    def test_machines_with_one_run_have_no_intervals(self):
        self.assert_works(call("compare", f"--out={self.folder}", "--self", "a-quick.json"))
        table = self.content("compare-times.dat").decode()
        self.assertRegex(table, r"\n0 [0-9.]+ \? \? [0-9.]+")
        self.assertTrue(self.content("compare-times.png"))

    def test_names_of_pictures_do_not_get_into_a_table(self):
        with without_gnuplot():
            done = call("compare", f"--out={self.folder}", "--format=csv", "a.json", "b.json")
        self.assertEqual(done.returncode, 0)
        self.assertNotIn(".dat", done.stdout)
        self.assertIn("compare-times.dat", done.stderr)

    def test_bad_folder(self):
        path = self.write("")
        done = call("compare", f"--out={path}/x", "a.json", "b.json")
        self.assert_fails(done, "compare: ", "Not a directory")


if __name__ == "__main__":
    unittest.main()
