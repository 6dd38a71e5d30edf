"""Some inputs of fuzz.py, among them those that once found a fault."""

import unittest

import fuzz
from support import needs_scipy

# Pairs of a seed and the number of an input.
FOUND = ()
OTHERS = [(7, number) for number in range(25)]


@needs_scipy
class Fuzz(unittest.TestCase):
    def test_inputs(self):
        for seed, number in (*FOUND, *OTHERS):
            with self.subTest(seed=seed, number=number):
                self.assertEqual(fuzz.check(seed, number), [])


if __name__ == "__main__":
    unittest.main()
