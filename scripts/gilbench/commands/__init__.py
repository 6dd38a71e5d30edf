"""One module for each command of scripts/: its options, and the order of its work.

comparison and fidelity_text make the text that compare and fidelity print.
"""
