"""The program behind scripts/bench: build gilbench, run experiments, keep and show the results."""
