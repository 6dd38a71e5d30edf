"""The names of rows: `experiment/key:value/...`."""

# The parts that Google Benchmark appends to a name; the first of them ends gilbench's own.
APPENDED = ("min_time", "min_warmup_time", "iterations", "repeats", "process_time", "real_time",
            "manual_time", "threads")


def split_name(name):
    """`experiment/key:value/...` as the experiment and a list of its own (key, value).

    Words without a colon, as other programs have them, make one part with an empty key.
    """
    experiment, *words = name.split("/")
    parts, bare = [], []
    for word in words:
        key, colon, value = word.partition(":")
        if key in APPENDED:
            break
        if colon:
            parts.append((key, value))
        else:
            bare.append(word)
    return experiment, parts + ([("", "/".join(bare))] if bare else [])


def key_of(experiment, parts):
    """What identifies a row, whatever the order of the parts in its name."""
    return experiment, frozenset(dict(parts).items())


def own_name(name):
    """A name without what Google Benchmark appends."""
    experiment, parts = split_name(name)
    return "/".join([experiment, *(f"{key}:{value}" if key else value for key, value in parts)])
