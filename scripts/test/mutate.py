"""Mutations of result files and distributions, for fuzz.py: of the structure and of the bytes."""

import copy
import json
import os
import random
import re

NUMBERS = (0, -1, 1, 1e-320, 5e-324, 1.7e308, 1e300, -1e300, 1e30, 1e-30, 1e31, 0.1, 10 ** 20,
           10 ** 400, 2 ** 63, float("nan"), float("inf"), float("-inf"))
TEXTS = ("", "a", "\x1b[2J", "\n", "]]>", "|touch pwn #", "<touch pwn", "`touch pwn`",
         "$(touch pwn)", "a'b\"c\\", "\\", "@x", "{}", "%s", "\ud800", "\u202e", "é世界", "x" * 300,
         "1" * 5000, "a/b", "a:b", "a b", "-", "=1+1", "0", "-1", "9" * 30, "sequential", "gil", "real",
         "ns", "ms", "us", "s", "none", "max", "0.2.0", "note: a; b", "disturbed: a; b")
OTHERS = (None, True, False, [], {}, [1], {"a": 1}, [[[]]])
KEYS = ("name", "real_time", "time_unit", "units", "p50_s", "p99_s", "packets_per_s", "quanta",
        "error_occurred", "error_message", "skipped", "skip_message", "run_type", "sent_late",
        "lost", "messages", "throughput_kept", "ctxsw_involuntary", "run", "round",
        "censored_from_s")
FACTS = ("cores", "places", "pus", "pin", "machine", "topology", "verdict", "boost", "governor",
         "experiment.times.value", "experiment.times.axes", "experiment.convoy.counters",
         "experiment.other.value", "experiment.other.axes", "experiment.handover.value",
         "interpreter.x", "gilbench_version", "cpu_model", "libc", "score_precision", "finding.1")
DECLARED = ("time s lower", "x 1/s higher", "x 1 -", "kernel mode workers", "a s lower, b 1 -")
SNIPPETS = (b"\x00", b"\xff", b"\xed\xa0\x80", b"\"", b"\\", b"{", b"}", b"[", b"]", b",", b":",
            b"NaN", b"1e999", b"-", b"\\ud800", b"9" * 5000, b"[" * 3000, b"\x1f\x8b", b"\n", b"#")


def chance_of(seed, number):
    """The random numbers of one input."""
    return random.Random(f"{seed}/{number}")


def value(chance):
    """Any value that a mutation puts in the place of another."""
    return copy.deepcopy(chance.choice(chance.choice((NUMBERS, NUMBERS, TEXTS, OTHERS))))


def result(chance, text):
    """A mutated result file, as bytes."""
    document = json.loads(text)
    if chance.random() < 0.9:       # small files show more, and are faster
        rows = document["benchmarks"]
        document["benchmarks"] = rows[:chance.randrange(1, 40)] if chance.random() < 0.5 else \
            chance.sample(rows, min(len(rows), chance.randrange(1, 40)))
    if chance.random() < 0.8:
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            chance.choice(STRUCTURAL)(chance, document)
    content = json.dumps(document).encode()
    if chance.random() < 0.4:
        for _ in range(chance.choice((1, 1, 2, 8))):
            content = chance.choice(BYTEWISE)(chance, content)
    return content


def pick(chance, document):
    """One of the rows, or an empty one."""
    rows = document["benchmarks"]
    row = chance.choice(rows) if rows else {}
    return row if isinstance(row, dict) else {}


def change_counter(chance, document):
    row = pick(chance, document)
    row[chance.choice(KEYS)] = value(chance)


def change_any(chance, document):
    row = pick(chance, document)
    if row:
        row[chance.choice(sorted(row))] = value(chance)


def remove_key(chance, document):
    row = pick(chance, document)
    if row:
        del row[chance.choice(sorted(row))]


def change_everywhere(chance, document):
    key, new = chance.choice(KEYS), value(chance)
    for row in document["benchmarks"]:
        if isinstance(row, dict) and chance.random() < 0.9:
            row[key] = new


def change_name(chance, document):
    """Change, swap, remove or repeat the parts of a name, of one row or of all with that part."""
    row = pick(chance, document)
    if not isinstance(row.get("name"), str):
        return
    parts = row["name"].split("/")
    place = chance.randrange(len(parts))
    old = parts[place]
    text = str(chance.choice(TEXTS))
    new = chance.choice((text, old + text, f"{old.split(':')[0]}:{text}", "", old + "/" + old))
    if chance.random() < 0.3:
        chance.shuffle(parts)
        row["name"] = "/".join(parts)
    elif chance.random() < 0.5:
        parts[place] = new
        row["name"] = "/".join(parts)
    else:
        for other in document["benchmarks"]:
            if isinstance(other, dict) and isinstance(other.get("name"), str):
                other["name"] = other["name"].replace(old, new)


def change_context(chance, document):
    facts = document.get("context")
    if isinstance(facts, dict):
        facts[chance.choice(FACTS)] = chance.choice((value(chance), chance.choice(DECLARED)))


def change_shape(chance, document):
    document[chance.choice(("context", "benchmarks", "other"))] = value(chance)
    if not isinstance(document["benchmarks"], list):
        document["benchmarks"] = [] if chance.random() < 0.9 else [document["benchmarks"]]


def fail_rows(chance, document):
    part = chance.random()
    for row in document["benchmarks"]:
        if isinstance(row, dict) and chance.random() < part:
            row.update(error_occurred=True, error_message=value(chance))


def move_rows(chance, document):
    rows = document["benchmarks"]
    if chance.random() < 0.5:
        chance.shuffle(rows)
    else:
        rows.extend(chance.choices(rows, k=3) if rows else [value(chance)])


STRUCTURAL = (change_counter, change_counter, change_any, remove_key, change_everywhere,
              change_name, change_name, change_context, change_shape, fail_rows, move_rows)


def cut(chance, content):
    return content[:chance.randrange(len(content) + 1)]


def flip(chance, content):
    place = chance.randrange(len(content) + 1)
    return content[:place] + bytes([chance.randrange(256)]) + content[place + 1:]


def insert(chance, content):
    place = chance.randrange(len(content) + 1)
    return content[:place] + chance.choice(SNIPPETS) + content[place:]


def change_number(chance, content):
    """Another number in the place of one; byte mutations rarely hit upon one."""
    found = list(re.finditer(rb"[0-9]+(?:\.[0-9]+)?", content[:100000]))
    if not found:
        return content
    match = chance.choice(found)
    return content[:match.start()] + str(chance.choice(NUMBERS)).encode() + content[match.end():]


def repeat(chance, content):
    first, last = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:last] + content[first:last][:2000] + content[last:]


BYTEWISE = (cut, flip, insert, change_number, repeat)


def file(chance, source, target):
    """Copy a file, and mutate it or not."""
    with open(source, "rb") as opened:
        content = opened.read()
    for _ in range(chance.choice((0, 1, 2, 8))):
        content = chance.choice(BYTEWISE)(chance, content)
    with open(target, "wb") as opened:
        opened.write(content)


def distributions(chance, source, target):
    """Copy the golden distributions, and mutate some or merge them into one broken file."""
    contents = {}
    for name in sorted(os.listdir(source)):
        with open(os.path.join(source, name), "rb") as file:
            contents[name] = file.read()
    for name in chance.sample(sorted(contents), chance.choice((0, 1, 3))):
        for _ in range(chance.choice((1, 2, 8))):
            contents[name] = chance.choice(BYTEWISE)(chance, contents[name])
    if chance.random() < 0.3:
        with open(target, "wb") as file:
            for name, content in contents.items():
                file.write(b"# row: " + name.encode() + b"\n" + content)
        return
    os.makedirs(target, exist_ok=True)
    for name, content in contents.items():
        with open(os.path.join(target, name), "wb") as file:
            file.write(content)
