"""What stands above a picture: what it shows was found, then what it shows, of which machine."""

from gilbench.parts import machine
from gilbench.parts.claims import SAME, UNCLEAR, claim, merged
from gilbench.parts.verdict import WORDS, serious
from gilbench.pictures.page import Heading
from gilbench.results import sample_counts
from gilbench.units import counted

DISTURBED, OK = "disturbed", "ok"
WHISKERS = ("thin lines: the 95 % interval of the median over the samples (below 6 samples: their "
            "range)")
RATIO_WHISKERS = "thin lines: the 95 % interval of the ratio"


def heading(result, finding, what, rows):
    """The Heading of a picture of one file.

    `finding` is the sentence that the numbers support, if there is one; of a disturbed run nothing
    is found. `what` names the numbers.
    """
    measured = ", ".join(filter(None, (sample_counts(rows), runs_text(rows))))
    facts = f"{measured}; {machine.machine(result)}"
    if not finding or result.verdict == DISTURBED:
        return Heading(sentence(what), sentence(facts), *judgement(result))
    return Heading(sentence(finding), sentence(f"{what}; {facts}"), *judgement(result))


def judgement(result):
    """The verdict, and its worst finding if it is not ok."""
    if result.verdict not in WORDS:
        return "unknown", ""
    findings = serious(result)
    return result.verdict, findings[0].text if findings and result.verdict != OK else ""


def worst(results):
    """The Result whose verdict is the worst; one without a verdict counts as worse than ok."""
    order = (OK, None, "doubtful", DISTURBED)
    return max(results, key=lambda one: order.index(one.verdict) if one.verdict in order else 1)


def runs_text(rows):
    """How many runs took the samples, if there are several."""
    count = len({sample.run for row in rows for sample in row.samples})
    return f"{counted(count, 'run')}" if count > 1 else ""


def sentence(text):
    return text[:1].upper() + text[1:]


# --- findings ----------------------------------------------------------------------------------


def clear(ratio):
    """Whether anything can be said of a runs.Ratio, which may be None."""
    return ratio is not None and claim(ratio).kind != UNCLEAR


def speed_words(ratios):
    """How fast rows are compared with one worker, from runs.Ratios that are clear.

    None if there are none.
    """
    if not ratios:
        return None
    known = [claim(ratio) for ratio in ratios]
    if all(one.kind == SAME for one in known):
        return "as fast"
    return f"{merged(known).number(True)} times as fast"


def span(values, text):
    """`3.1 to 8.4 ms`: the smallest and largest value as text, the unit once if it is the same."""
    low, high = text(min(values)), text(max(values))
    if low == high:
        return low
    if low.split(" ")[1:] == high.split(" ")[1:]:
        low = low.split(" ")[0]
    return f"{low} to {high}"


def by_sharing(shown):
    """Groups of series with a name each, as findings tell them apart."""
    found = {}
    for series in shown:
        name = NAMES.get(series.mode)
        if series.is_model:
            name = "the models"
        if name:
            found.setdefault(name, []).append(series)
    return {name: found[name] for name in ORDER if name in found}


NAMES = {"gil": "under a lock", "threads": "without a lock", "real": "in real interpreters"}
# Where something is found: of all series of a group, and of some of them.
PLACES = {"under a lock": ("under a lock", "under {} of {} locks"),
          "without a lock": ("without a lock", "in {} of {} runs without a lock"),
          "in real interpreters": ("in real interpreters", "in {} of {} real interpreters"),
          "the models": ("in the models", "in {} of {} models")}
ORDER = tuple(PLACES)


def placed(name, words, told, count):
    """`X under a lock`, `X in 2 of 3 models`: what is said of `told` of the `count` in a group."""
    whole, some = PLACES[name]
    return f"{words} {whole if told == count else some.format(told, count)}"


def clauses(shown, words_of, noun="", told_of=list):
    """What is found of each group, as `A under a lock, B without a lock`; empty if nothing is.

    `told_of` chooses the series of a group of which something can be said, and `words_of` says it.
    `noun` follows the first words.
    """
    found = []
    for name, some in by_sharing(shown).items():
        told = told_of(some)
        words = words_of(told)
        if words:
            found.append(placed(name, words + ("" if found else noun), len(told), len(some)))
    return ", ".join(found)
