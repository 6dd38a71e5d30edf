"""The simulations of error rates with few trials; run the programs themselves for exact rates."""

import contextlib
import io
import os
import random
import sys
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import compare_rates
import fidelity_rates
import noise
from support import needs_scipy

TRIALS = 40


def output_of(program):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        status = program.main([f"--trials={TRIALS}"])
    return status, text.getvalue()


@needs_scipy
class Rates(unittest.TestCase):
    def test_compare(self):
        status, text = output_of(compare_rates)
        self.assertEqual(status, 0, text)
        self.assertIn("5 runs of 5: false difference, any", text)

    def test_fidelity(self):
        status, text = output_of(fidelity_rates)
        self.assertEqual(status, 0, text)

    def test_a_command_without_correction_is_found_out(self):
        """Without Holm's correction, rates are out of their bounds."""
        chance = random.Random(1)
        with mock.patch("gilbench.stats.holm", lambda values: values):
            found = [compare_rates.compared(chance, (5, 5), {}) for _ in range(TRIALS)]
        rates = list(compare_rates.false_rates(found, compare_rates.FULL, TRIALS))
        self.assertTrue(any(rate.beyond for rate in rates), [str(rate) for rate in rates])

    def test_bounds(self):
        for part, beyond in ((0.04, False), (0.06, True)):
            self.assertEqual(noise.Rate("", part, noise.ENOUGH, most=0.05).beyond, beyond)
        self.assertFalse(noise.Rate("", 0.06, TRIALS, most=0.05).beyond)
        self.assertTrue(noise.Rate("", 0.5, TRIALS, least=0.8).beyond)


if __name__ == "__main__":
    unittest.main()
