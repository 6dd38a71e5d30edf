"""What a run of `times` found, in at most three sentences that can be read aloud.

One sentence on threads that share a lock, one on free threads and processes, one on the real
interpreters; each for two and four workers, compared with one. What the intervals of the ratios do
not support (claims.py) is not said, but why it is not.
"""

from gilbench.parts.claims import SAME, UNCLEAR, Claim, claim, listed, merged, ratios_text
from gilbench.results import INTERVALS
from gilbench.series import SEQUENTIAL

USUAL = (2, 4)      # numbers of workers that the sentences are about, if the file has them
SEVERAL = 4         # locks of which the same is said are put together from this number on
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LOCKS = {"cpython2": "CPython 2's lock", "cpython3": "CPython 3's lock", "pypy": "PyPy's lock",
         "ruby_waitq": "the lock of Ruby up to 3.2", "ruby_handoff": "the lock of Ruby since 3.3",
         "ocaml4": "OCaml 4's lock", "mutex": "a plain mutex", "none": "checkpoints without a lock"}
RUNTIMES = {"cpython": "CPython", "pypy": "PyPy", "ruby": "Ruby", "ocaml": "OCaml"}
FREE = (("threads", "free threads"), ("processes", "processes"))


def answer(result, sheet):
    """The sentences on one kernel, at most three."""
    if result.verdict == "disturbed":
        return ("The run was disturbed (see above), so nothing can be said about locks and "
                "threads.",)
    numbers = workers_of(sheet)
    if not numbers:
        return ("Only one worker was measured, so nothing can be said about several.",)
    own = own_sentences(result, sheet, numbers)
    return tuple(filter(None, (*own, real_sentence(sheet, numbers))))


def workers_of(sheet):
    """The numbers of workers to speak of: the usual ones, else the two smallest above 1."""
    several = [workers for workers in sheet.workers if workers > 1]
    return [workers for workers in several if workers in USUAL] or several[:2]


def own_sentences(result, sheet, numbers):
    """The sentences on gilbench's own rows."""
    own = [series for series in sheet.series if not series.of_runtime]
    measured = {series.mode for series in own}
    if not measured - {"sequential"}:
        yield "Lock models, free threads and processes were not measured."
    elif not sheet.summary(SEQUENTIAL, 1):
        why = "failed" if "sequential" in measured else "was not measured"
        yield (f"The sequential run {why}, so there is nothing to compare locks, free threads and "
               "processes with.")
    else:
        yield locks_sentence(result, sheet, numbers, [one for one in own if one.mode == "gil"])
        yield free_sentence(result, sheet, numbers, own)


def locks_sentence(result, sheet, numbers, locks):
    """What threads that share a lock do."""
    if not locks:
        return "Threads that share a lock were not measured."
    found = [(f"under {lock_name(series)}", claims_on(sheet, series, numbers))
             for series in locks]
    return sentence(clauses("threads", grouped(found)), "On one core, " if result.places == 1
                    else "")


def free_sentence(result, sheet, numbers, own):
    """What threads without a lock, and processes, do."""
    found = {noun: [claims_on(sheet, series, numbers) for series in own if series.mode == mode]
             for mode, noun in FREE}
    found = {noun: several for noun, several in found.items() if several}
    lacking = [noun for _, noun in FREE if noun not in found]
    if not found:
        return "Free threads and processes were not measured."
    if result.places == 1:
        return (f"What {listed(found)} gain from several cores cannot be said: all workers shared "
                "one core.")
    places = f" on {result.places} {result.kind_of_place}" if result.places else ""
    texts = list(said_of_free(found, places.lstrip()))
    return sentence([*texts, *(f"{noun} were not measured" for noun in lacking)])


def said_of_free(found, places):
    """A clause on all, if all are clear and of one kind; otherwise one on each."""
    every = [claims for several in found.values() for claims in several]
    if len(found) > 1 and alike(every):
        yield from clauses(" or ".join(found), [(places, together(every))])
        return
    for noun, several in found.items():
        yield from clauses(noun, [(places, together(several))] if alike(several) else
                           [(places, claims) for claims in several])


def real_sentence(sheet, numbers):
    """What the threads of real interpreters do, each compared with its own run with one."""
    found = [(f"in {runtime_name(series.runtime)}", claims_on(sheet, series, numbers))
             for series in sheet.series if series.mode == "real"]
    return sentence(clauses("threads of real interpreters", grouped(found))) if found else ""


# --- claims on rows ----------------------------------------------------------------------------


def claims_on(sheet, series, numbers):
    """The Claim on the row of each number of workers that the series has."""
    return {workers: row_claim(sheet, series, workers) for workers in numbers
            if (series, workers) in sheet.rows}


def row_claim(sheet, series, workers):
    row, ratio = sheet.rows[series, workers], sheet.ratio(series, workers)
    if not row.samples:
        return Claim(UNCLEAR, reason="all samples failed")
    if ratio is None:
        return Claim(UNCLEAR, reason="there is no run with one worker to compare with")
    if row.too_short:
        return Claim(UNCLEAR, reason=f"the region spans fewer than {INTERVALS} switch intervals")
    return claim(ratio)


def kinds(claims):
    return tuple((workers, one.kind) for workers, one in claims.items())


def alike(several):
    """Whether the claims on several series are clear and of the same kinds."""
    found = {kinds(claims) for claims in several}
    return len(found) == 1 and all(kind != UNCLEAR for one in found for _, kind in one)


def together(several):
    """The claims on several series that are alike, merged into those on one."""
    return {workers: merged([claims[workers] for claims in several]) for workers in several[0]}


# --- sentences ---------------------------------------------------------------------------------


def grouped(found):
    """Those of which the same is said, put together where it is short or they are many.

    `found` are pairs of where, as in `under CPython 2's lock`, and the claims.
    """
    groups = {}
    for where, claims in found:
        groups.setdefault(kinds(claims), []).append((where, claims))
    for kind, members in groups.items():
        several = [claims for _, claims in members]
        short = len(members) >= SEVERAL or all(one == SAME for _, one in kind)
        if short and alike(several):
            preposition = members[0][0].split()[0]
            names = listed(where.removeprefix(f"{preposition} ") for where, _ in members)
            yield f"{preposition} {names}", together(several)
        else:
            yield from members


def clauses(noun, found):
    """`two and four threads take ... under A, ... under B`, and what cannot be said."""
    clear, unclear = {}, {}
    for where, claims in found:
        known = {workers: one for workers, one in claims.items() if one.kind != UNCLEAR}
        if known:
            clear.setdefault(tuple(known), []).append((where, list(known.values())))
        for workers, one in claims.items():
            if one.kind == UNCLEAR:
                unclear.setdefault((where, one.reason), []).append(workers)
    for numbers, some in clear.items():
        yield clear_clause(f"{number_words(numbers)} {noun}", some)
    if len(unclear) > 1:
        unclear = summed_up(unclear)
    for (where, reason), numbers in unclear.items():
        yield " ".join(filter(None, (f"of {number_words(numbers)} {noun}", where,
                                     f"nothing can be said ({reason})")))


def summed_up(unclear):
    """What cannot be said, put together by the kind of the reason, without its numbers.

    Where the same numbers of workers are unclear stands together, so that nothing is said to be
    unclear that another clause tells.
    """
    by_place = {}
    for (where, reason), numbers in unclear.items():
        general = "the intervals include 1" if reason.startswith("the interval,") else reason
        by_place.setdefault((where, general), set()).update(numbers)
    groups = {}
    for (where, general), numbers in by_place.items():
        groups.setdefault((general, tuple(sorted(numbers))), []).append(where)
    return {(listed(dict.fromkeys(filter(None, places))), general): numbers
            for (general, numbers), places in groups.items()}


def clear_clause(who, found):
    """What is said of one combination of workers under several locks or in several runtimes."""
    parts, last = [], ("", "")
    for where, claims in found:
        verb, what, rest = ratios_text(claims)
        parts.append(" ".join(filter(None, ("" if verb == last[0] else verb,
                                            what + ("" if (verb, rest) == last else rest), where))))
        last = (verb, rest)
    *most, final = parts
    return f"{who} {', '.join(most)}, and {final}" if most else f"{who} {final}"


def sentence(texts, beginning=""):
    text = beginning + "; ".join(texts)
    return text[:1].upper() + text[1:] + "."


def number_words(numbers):
    return listed(WORDS[number] if number < len(WORDS) else str(number) for number in numbers)


def lock_name(series):
    """The lock in words, with its parameters."""
    name, *parameters = series.lock.split(":")
    words = LOCKS.get(name, f"the lock {name}" if name else "their lock")
    more = [*parameters, *(f"{key} {value}" for key, value in series.rest)]
    return f"{words} ({', '.join(more)})" if more else words


def runtime_name(runtime):
    """`cpython-3.11.2` as `CPython 3.11.2`."""
    name, dash, version = runtime.partition("-")
    return f"{RUNTIMES[name]} {version}" if dash and name in RUNTIMES else runtime
