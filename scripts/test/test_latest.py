"""Which result files a command line means: files, all of a folder, the newest of all."""

import os
import unittest
from unittest import mock

from support import Case, working_in

from gilbench import command, latest


class Folders(Case):
    def put(self, *path, age=0):
        path = os.path.join(self.folder, *path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("{}")
        os.utime(path, (2e9 - age, 2e9 - age))
        return path

    def newest(self):
        """The newest result below the folder of the test, and of no other repository."""
        with mock.patch.object(latest, "REPOSITORY", self.folder), working_in(self.folder):
            return latest.newest()

    def test_all_of_a_folder_in_order_of_name(self):
        for name in ("b.json", "a.json", "a.png", "a.json.partial", "deep/c.json"):
            self.put(name)
        self.assertEqual([os.path.basename(path) for path in latest.given_or_latest([self.folder])],
                         ["a.json", "b.json"])

    def test_folder_of_a_machine(self):
        path = self.put("latest", "times.json")
        self.assertEqual(latest.given_or_latest([self.folder]), [path])

    def test_files_stay_as_they_are(self):
        self.assertEqual(latest.given_or_latest(["no such", "-"]), ["no such", "-"])

    def test_folder_without_results(self):
        with self.assertRaisesRegex(command.Misuse, "has no result files") as caught:
            latest.given_or_latest([self.folder])
        self.assertEqual(caught.exception.status, 2)

    def test_newest_of_both_places(self):
        self.put("results", "old", "latest", "times.json", age=30)
        self.put("results", "new", "latest", "convoy.json", age=20)
        self.put("results", "new", "times.json")            # not in a folder of its own
        self.assertEqual(self.newest(), ["results/new/latest/convoy.json"])
        self.put("build-gcc", "results", "times.json", age=10)
        self.assertEqual(self.newest(), ["build-gcc/results/times.json"])

    def test_newest_brings_the_others_of_its_folder(self):
        self.put("build", "results", "convoy.json", age=10)
        self.put("build", "results", "times.json", age=40)
        self.put("results", "m", "latest", "times.json", age=20)
        self.assertEqual(self.newest(), ["build/results/convoy.json", "build/results/times.json"])

    def test_nothing_found(self):
        with self.assertRaisesRegex(command.Misuse, r"no result in results/\*/latest or build"):
            self.newest()


if __name__ == "__main__":
    unittest.main()
