"""Started by scripts/bench; see gilbench/commands/bench.py."""

import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from gilbench import command    # noqa: E402  (found only with the line above)

command.start("bench")
