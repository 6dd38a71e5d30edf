"""Where things are on the pictures: texts that do not cover each other, axes, colours, order."""

import functools
import os
import sys
import tempfile
import unittest
from types import SimpleNamespace

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support import GOLDEN, Case
from table import made
from places import assert_apart
from gilbench import reader
from gilbench.commands import plot
from gilbench.parts import percentiles
from gilbench.pictures import axis, program, rows, styles, svg
from gilbench.pictures.page import HEIGHT, Heading, Page
from gilbench.pictures.spread import spread
from gilbench.pictures.text import fitted, width, wrapped
from gilbench.series import natural, series_of

FILES = ("bandwidth", "c", "convoy", "failed", "hybrid", "large", "many", "messages", "real", "same",
         "single", "small")


@functools.lru_cache(maxsize=None)
def pictures(name):
    """The pictures of a golden file, by stem and group."""
    result = reader.read(os.path.join(GOLDEN, f"{name}.json"))
    return {found.stem + found.group + found.kernel: found for found in plot.planned(result)
            if not isinstance(found, str)}


def grey(colour):
    """The brightness that a colour has in grey, from 0 to 255."""
    return 0.299 * (colour >> 16) + 0.587 * (colour >> 8 & 0xFF) + 0.114 * (colour & 0xFF)


class Pages(unittest.TestCase):
    def test_texts_lie_apart_and_on_the_page(self):
        for name in FILES:
            for key, picture in pictures(name).items():
                assert_apart(self, picture.page, f"{name}: {key}")

    def test_long_names_are_shortened(self):
        self.assertEqual(fitted("x" * 200, 20, 3000), "x" * 200)
        short = fitted("gil cpython3:interval=5ms", 20, 150)
        self.assertTrue(short.startswith("gil c") and short.endswith("5ms"), short)
        self.assertLessEqual(width(short, 20), 150)

    def test_lines_do_not_end_before_a_unit(self):
        self.assertEqual(wrapped("takes 128 ms, 5 % more times", 20, 85, 9),
                         ["takes", "128 ms,", "5 %", "more", "times"])
        self.assertEqual(wrapped("a b  c", 20, 1000, 9), ["a b c"])

    def test_heading(self):
        found = pictures("many")["speedup"].heading
        self.assertEqual(found.title, "Compared with one thread, 128 are 0.5 to 1.0 times as fast "
                         "under a lock, 50.7 times as fast without a lock")
        self.assertIn("3 samples per row, 3 runs; many: Example 9000", found.subtitle)
        self.assertEqual(found.verdict, "doubtful")
        self.assertEqual(found.reason, "workers are not bound to cores; measure with --pin=core")

    def test_the_title_counts_what_is_clear(self):
        clear = {"sequential": {1: 1.0}, "gil/lock:cpython2": {1: 1.05, 2: 5.0},
                 "threads": {1: 1.0, 2: 0.5}}
        rows = [*made.entries(clear),
                *made.entries({"gil/lock:cpython3": {1: 1.0, 2: 1.0}}, noise=0.15)]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(made.document(rows))
            file.flush()
            found = {one.stem: one for one in plot.planned(reader.read(file.name))}
        self.assertRegex(found["speedup"].heading.title, "^Compared with one thread, 2 are "
                         "0.2[0-9]? times as fast under 1 of 2 locks, [0-9.]+ times as fast "
                         "without a lock$")

    def test_a_long_reason_gets_two_lines(self):
        reason = "13 of 25 rounds took longer than others of their run; end other programs, " * 2
        page = Page().head(Heading("title", "subtitle", "doubtful", reason.strip()))
        self.assertIn(reason.strip(), " ".join(text.text for text in page.texts))

    def test_more_workers_than_places(self):
        found = pictures("hybrid")
        for name, word in (("speedup", "shaded"), ("times", "pale")):
            self.assertIn(f"{word}: more workers than hardware threads (3)",
                          found[name].page.all_texts())

    def test_bandwidth_says_its_numbers(self):
        texts = pictures("bandwidth")["bandwidth"].page.all_texts()
        self.assertLess({"30.6k", "39 %", "~ 9.99"}, set(texts))

    def test_many_rows_get_a_higher_page(self):
        self.assertEqual(pictures("small")["speedup"].page.height, HEIGHT)
        page = pictures("many")["times"].page
        self.assertGreater(page.height, sum(text.text.endswith("workers") for text in page.texts)
                           * rows.LEAST)

    def test_a_disturbed_run_finds_nothing(self):
        for picture in pictures("c").values():
            self.assertEqual(picture.heading.verdict, "disturbed")
            self.assertNotIn("compared", picture.heading.title.lower())
            self.assertIn("other programs", picture.heading.reason)

    def test_a_panel_for_each_runtime(self):
        page = pictures("real")["speedup-real"].page
        runtimes = [text.text for text in page.texts if text.bold and "-" in text.text]
        self.assertEqual(len(page.panels), len(runtimes))
        self.assertIn("cpython-3.11.2", runtimes)


class Axes(unittest.TestCase):
    def test_speedup_is_logarithmic_beyond_8_workers(self):
        for name, bases in (("many", (2, 2)), ("small", (0, 0)), ("single", (0, 0))):
            panel = pictures(name)["speedup"].page.panels[0]
            self.assertEqual((panel.x.base, panel.y.base), bases)

    def test_the_ideal_is_straight_up_to_the_places(self):
        panel = pictures("many")["speedup"].page.panels[0]
        first, second = panel.strokes
        self.assertEqual((first.x1, first.y1, first.x2, first.y2), (1, 1, 64, 64))
        self.assertEqual((second.x1, second.y1, second.x2, second.y2), (64, 64, 128, 64))

    def test_no_marker_lies_on_the_wrong_side_of_the_border(self):
        for name, last, more in (("many", 64, 128), ("small", 2, 4)):
            panel = pictures(name)["speedup"].page.panels[0]
            area, = panel.areas
            left, border, right = map(panel.x.part, (last, area.x1, more))
            for points in panel.content:
                self.assertLess(left + points.shift, border, name)
                self.assertGreater(right + points.shift, border, name)

    def test_bandwidth_has_decades(self):
        panel = pictures("bandwidth")["bandwidth"].page.panels[0]
        self.assertEqual(panel.x.base, 10)
        self.assertEqual([text for _, text in panel.x.ticks], ["10", "100", "1k", "10k", "100k"])

    def test_extremes(self):
        for make in (axis.decades, axis.doublings, axis.from_zero, axis.spanning):
            for values in ((1e-300, 1e300), (0.0, 0.0), (1, 1), (1e-9, 1e9)):
                found = make([max(value, 1e-300) for value in values], str, "")
                self.assertLess(found.low, found.high)
                self.assertLess(len(found.ticks), 30)
                self.assertTrue(all(0 <= found.part(value) <= 1 for value in values))

    def test_spread(self):
        self.assertEqual(spread([5, 5, 5], 2, 0, 10), [3, 5, 7])
        self.assertEqual(spread([9, 10], 3, 0, 10), [7, 10])
        self.assertEqual(spread([1, 8], 3, 0, 10), [1, 8])
        crowd = spread([4] * 11, 5, 0, 10)
        self.assertEqual((min(crowd), max(crowd)), (0, 10))


class Percentiles(unittest.TestCase):
    """A curve ends where its messages no longer tell more."""

    CURVE = [(1.0, 1e-3), (2.0, 2e-3), (10.0, 3e-3), (100.0, 4e-3), (1000.0, 5e-3), (4000.0, 6e-3)]

    def marks(self, messages, samples):
        """The percentiles at which the curve has a marker, and where it ends."""
        row = SimpleNamespace(file="", samples=[None] * samples, total=lambda key: messages,
                              values=lambda key: [])
        found = percentiles.lines(self.CURVE, row)
        return [part for part, _, mark, *_ in found if mark is not None], found[-1][0]

    def test_999_needs_messages_and_samples(self):
        self.assertEqual(self.marks(3688, 10), ([2, 10, 100, 1000], 1000))
        self.assertNotIn(1000, self.marks(3687, 10)[0])
        self.assertNotIn(1000, self.marks(1000000, 9)[0])
        self.assertEqual(self.marks(1000000, 9)[1], 100)

    def test_rounded_percentiles(self):
        texts = pictures("messages")["convoy-1"].page.all_texts()
        self.assertLess({"50 %", "90 %", "99 %"}, set(texts))
        self.assertIn(percentiles.WHISKERS, texts)
        self.assertIn("gil ruby_handoff (unread)", texts)
        bounds = [tuple(map(float, line.split()[3:])) for _, some in pictures("messages")["convoy-1"].blocks
                  for line in some if line.startswith("100 ")]
        self.assertTrue(all(low < high for low, high in bounds) and len(bounds) == 3, bounds)

    def test_few_messages(self):
        self.assertEqual(self.marks(200, 10)[0], [2, 10])
        self.assertEqual(self.marks(1, 1)[0], [2])

    def test_the_quantum_is_named(self):
        texts = pictures("convoy")["convoy-1"].page.all_texts()
        self.assertIn("quantum 5 ms (cpython3)", texts)
        self.assertIn("quantum 100 ms (ruby_waitq)", texts)
        self.assertEqual([percentiles.time_of(text) for text in ("5ms", "500us", "", "x", "5")],
                         [0.005, 0.0005, None, None, None])


class Colours(unittest.TestCase):
    def series(self, *names):
        return [series_of(dict(word.split(":", 1) for word in name.split())) for name in names]

    def test_a_lock_has_one_colour(self):
        found = styles.styles(self.series(
            "mode:gil lock:cpython3", "mode:real runtime:cpython-3.11.2",
            "mode:gil lock:cpython3 runtime:cpython-3.11.2", "mode:threads",
            "lock:cpython3 op:checkpoint", "lock:cpython3 op:blocking"))
        colours = [one.colour for one in found.values()]
        self.assertEqual(len({*colours} - {styles.UNLOCKED["threads"].colour}), 1)
        real, model = list(found.values())[1:3]
        self.assertEqual((real.dash, model.dash), (styles.SOLID, styles.DASHED))

    def test_locks_differ_in_grey(self):
        looks = [(marker, grey(colour)) for colour, marker, _ in styles.LOCKS.values()]
        for place, (marker, brightness) in enumerate(looks):
            self.assertFalse([1 for other, its in looks[:place]
                              if other == marker and abs(its - brightness) < 50])

    def test_values_of_a_sweep_go_from_dark_to_light(self):
        found = styles.styles(self.series(*(f"mode:gil lock:l:t={time}" for time in
                                            ("50ms", "500us", "5ms"))))
        self.assertEqual([name.lock for name in sorted(found, key=lambda series: grey(
            found[series].colour))], ["l:t=500us", "l:t=5ms", "l:t=50ms"])

    def test_unlocked_is_grey_or_lighter(self):
        gil, processes, threads = styles.styles(self.series(
            "mode:gil lock:cpython2", "mode:processes lock:cpython2", "mode:threads")).values()
        self.assertGreater(grey(processes.colour), grey(gil.colour))
        self.assertEqual(len({threads.colour >> shift & 0xFF for shift in (0, 8, 16)}), 1)

    def test_sweeps_are_in_numeric_order(self):
        names = ["l:t=10ms", "l:t=500us", "l:t=1s", "l:t=5ms", "l:t=0.1ms", "l:n=10", "l:n=9",
                 "l:s=1GiB", "l:s=64MiB"]
        self.assertEqual(sorted(names, key=natural),
                         ["l:n=9", "l:n=10", "l:s=64MiB", "l:s=1GiB", "l:t=0.1ms", "l:t=500us",
                          "l:t=5ms", "l:t=10ms", "l:t=1s"])
        texts = pictures("many")["times"].page.all_texts()
        self.assertEqual([text.split("=")[1] for text in texts if "interval=" in text],
                         ["500us", "5ms", "50ms"])


class Svg(Case):
    """What is different in gnuplot's SVG is mended."""

    def test_mended(self):
        before = ("<title>Gnuplot</title><circle id='gpPt5' stroke-width='0.095' r='1'/>"
                  '<g font-family="DejaVu Sans:Bold" font-size="36.00">'
                  '<g font-family="DejaVu Sans" font-size="22.00">')
        self.assertEqual(svg.mended(before, "a <b> & c"),
                         "<title>a &lt;b&gt; &amp; c</title><circle id='gpPt5' stroke-width='0.26' r='1'/>"
                         '<g font-family="DejaVu Sans, Verdana, sans-serif" font-weight="bold" '
                         'font-size="36.00">'
                         '<g font-family="DejaVu Sans, Verdana, sans-serif" font-size="22.00">')

    def test_all_formats_get_the_same_program(self):
        page = pictures("small")["speedup"].page
        own = [program.drawing(ending, page) for ending in program.TERMINALS]
        self.assertEqual(len(set(own)), 3)
        self.assertTrue(all('load "page.gp"' in text for text in own))


if __name__ == "__main__":
    unittest.main()
