"""The blocks of output in the documents are what the commands print.

GILBENCH_ACCEPT=1 in the environment rewrites the blocks.
"""

import os
import shutil
import unittest

import documents
from support import ACCEPT, needs_scipy

TABLE = "scripts/table results/kvm-2core-xeon/primitives.json"


def in_repository():
    return bool(shutil.which("git")) and os.path.exists(os.path.join(documents.ROOT, ".git"))


class Documents(unittest.TestCase):
    maxDiff = None

    @needs_scipy
    @unittest.skipUnless(in_repository(), "this is not a git repository")
    def test_blocks(self):
        for name in documents.documents():
            with self.subTest(name):
                path = os.path.join(documents.ROOT, name)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                if ACCEPT and documents.updated(text) != text:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(documents.updated(text))
                    continue
                for block in documents.blocks(text):
                    self.assertEqual(block.text, block.expected, f"{name}: {block.marker}")


class Blocks(unittest.TestCase):
    def document(self, marker, text="old\n"):
        return f"before\n\n<!-- output: {marker} -->\n\n```\n{text}```\n\nafter\n"

    def test_updated(self):
        whole = documents.updated(self.document(TABLE))
        self.assertIn("\n\nprimitives, 12 samples per row, median in ns\n", whole)
        self.assertTrue(whole.endswith("\n```\n\nafter\n"))
        part = documents.updated(self.document(f"{TABLE} | lines 4-4"))
        self.assertIn("```\nprimitives, 12 samples per row, median in ns\n```\n", part)
        self.assertEqual(documents.updated(whole), whole)

    def test_difference(self):
        block, = documents.blocks(self.document(TABLE))
        self.assertNotEqual(block.text, block.expected)

    def test_refused(self):
        for text in (self.document("scripts/plot results/a.json"),
                     self.document("scripts/table /etc/passwd"),
                     self.document("scripts/table results/../README.md"),
                     self.document("scripts/compare --out=/tmp results/a.json results/b.json"),
                     self.document(f"{TABLE} | lines 1-1000"), self.document("rm -rf results/a"),
                     self.document("scripts/table results/nowhere.json"),
                     "<!-- output: scripts/table results/a.json -->\n\nno block\n"):
            with self.assertRaises(documents.BadMarker, msg=text):
                documents.blocks(text)


if __name__ == "__main__":
    unittest.main()
