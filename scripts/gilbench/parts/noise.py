"""The noise floor of a file, as the line that stands below every table."""

from gilbench import runs
from gilbench.units import counted


def noise_line(rows):
    """How far two runs on the machine lie apart by chance, as far as the runs tell."""
    number = len({sample.run for row in rows for sample in row.samples})
    floor = runs.noise_floor(rows)
    if floor is None:
        return (f"noise floor: unknown from {counted(number, 'run')}; from {runs.FEWEST} runs on "
                "(--runs), the table says how far runs lie apart")
    return (f"noise floor: {100 * floor:.1f} % ({counted(number, 'run')}): the values of two runs "
            "on this machine differ by less in 95 of 100 cases")
