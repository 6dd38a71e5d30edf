"""Whether a model runs at the pace of its runtime, which is all it takes from it."""

from gilbench import runs

LIMIT = 1.05    # a factor


def too_far(model, real):
    """How many times as long as the runtime the model takes with 1 worker, if that is too far off.

    Both are rows with one worker; None if their pace is the same, or unknown.
    """
    ratio = runs.ratio_interval(model, real).ratio
    return ratio if ratio and max(ratio, 1 / ratio) > LIMIT else None
