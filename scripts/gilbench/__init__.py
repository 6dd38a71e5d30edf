"""Read result files of gilbench and show them as tables, pictures, comparisons and verdicts."""
