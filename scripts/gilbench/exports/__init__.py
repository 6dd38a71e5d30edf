"""Result files in the formats of other programs: one module per format.

Each has export(results), which returns an Exported. Rows of experiments of which neither the file
nor a view knows what they measure are left out.
"""

from typing import NamedTuple


class Exported(NamedTuple):
    """What was made of result files; `lost` are pairs of a path and what the text cannot hold."""

    text: str
    lost: tuple = ()
