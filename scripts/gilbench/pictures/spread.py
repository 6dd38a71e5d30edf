"""Labels beside the ends of curves, moved apart until none covers another."""


def spread(wanted, gap, low, high):
    """Positions at least `gap` apart within [low, high], as close to the wanted ones as possible.

    In the least-squares sense: the positions less their rank times the gap must not fall, so the
    best ones are the isotonic regression of the wanted ones (pool adjacent violators). If there is
    no room, the gap shrinks.
    """
    if not wanted:
        return []
    count = len(wanted)
    gap = min(gap, (high - low) / max(count - 1, 1))
    order = sorted(range(count), key=wanted.__getitem__)
    pools = []      # [sum, number] of values with one common mean
    for rank, index in enumerate(order):
        pools.append([wanted[index] - rank * gap, 1])
        while len(pools) > 1 and mean(pools[-2]) >= mean(pools[-1]):
            total, number = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += number
    levels = [min(max(mean(pool), low), high - (count - 1) * gap)
              for pool in pools for _ in range(pool[1])]
    found = [0.0] * count
    for rank, index in enumerate(order):
        found[index] = levels[rank] + rank * gap
    return found


def mean(pool):
    return pool[0] / pool[1]
