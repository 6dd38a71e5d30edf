"""One module for each command of scripts/: its options, and the order of its work."""
