"""Machines compared with each other: their files, matching rows, differences and the score."""
