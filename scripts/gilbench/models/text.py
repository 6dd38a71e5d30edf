"""The text that `fidelity` prints: heading, table, legend and summary."""

from gilbench.models import equivalence, pairs
from gilbench.parts.verdict import verdicts_of
from gilbench.results import INTERVALS
from gilbench.series import natural
from gilbench.units import counted, duration

HEAD = f" {'':<21} {'model':>8} {'real':>8} {'ratio':>5} {'interval':<11} {'limit':>5} verdict"
SIGNS = (("~", f"a timed region spans fewer than {INTERVALS} switch intervals"),
         ("^", "messages were sent late, which may be what the p99 shows"),
         ("?", "not all arrived, or some arrived twice"),
         ("!", "some samples failed and are left out"))


def heading(files, pin):
    """Which machine, how pinned, which files, which interpreters."""
    places = files[0].context.get("pin_map")
    yield f"fidelity of lock models on {files[0].machine}, pin {pin}" + (
        f" ({places})" if places else "")
    yield f"from {', '.join(result.shown_path for result in files)}"
    yield from verdicts_of(files)
    commands = {}
    for result in files:
        commands.update(result.interpreters)
    for name in sorted(commands, key=natural):
        yield f"{name} is {commands[name]}"


def value_text(unit, value):
    if unit == "s":
        return duration(value)
    return f"{value:.2f}x" if unit == "x" else f"{100 * value:.{3 if value >= 1e-4 else 2}g} %"


def limit_text(limit):
    if limit is None:
        return "-"
    return f"{100 * (limit - 1):.0f} %" if limit < 1.5 else f"{limit:g}x"


def factor(value):
    return f"{value:.{3 if value < 9.995 else 1 if value < 999.5 else 0}f}"


def table(judged):
    """The lines of all pairs; `judged` has for each pair its comparisons and verdicts."""
    several = len({pair.kernel for pair, _ in judged}) > 1
    yield HEAD
    for pair, found in judged:
        if not found:
            continue
        yield title(pair, found, several)
        last = ""
        for comparison, judgement in found:
            if comparison.rest != last:
                last = comparison.rest
                yield f" {last}"
            yield text(comparison, judgement)


def title(pair, found, several):
    """The model with its verdict, and how many samples there are."""
    kernel = f", kernel {pair.kernel}" if several else ""
    verdict = equivalence.model_verdict([judgement for _, judgement in found]) or "not judged"
    counts = sorted(min(one.model.n, one.real.n) for one, _ in found)
    samples = (counted(counts[0], "sample") if counts[0] == counts[-1]
               else f"{counts[0]} to {counts[-1]} samples")
    return f"{pair.label}{kernel}: {verdict} ({samples} a line)"


def text(comparison, judgement):
    """One line of the table."""
    quantity = comparison.quantity
    what = f"{quantity.name}, {comparison.counted}"
    bounds = "-" if judgement.interval is None else "-".join(map(factor, judgement.interval))
    values = [f"{value_text(quantity.unit, side.value):>8}"
              for side in (comparison.model, comparison.real)]
    needed = f" ({judgement.needed})" if judgement.needed else ""
    marks = judgement.side + comparison.marks
    return (f" {what:<21} {' '.join(values)} {factor(judgement.ratio):>5} {bounds:<11} "
            f"{limit_text(judgement.limit):>5} {judgement.text}{needed} {marks}").rstrip()


def legend(judged, modelless, order):
    """How to read it, and what could not be compared."""
    yield ("ratio: model / real, of the geometric means, with its 95 % interval; k: number of "
           "CPU-bound threads beside the I/O thread")
    verdicts = [judgement for _, some in judged for _, judgement in some]
    if any(judgement.needed for judgement in verdicts):
        yield ("undecided (N): about N samples, or runs if there are 3 or more, would decide; "
               f"without N: more than {equivalence.MOST}, or the noise is unknown")
    if any(judgement.side for judgement in verdicts):
        yield "> or <: the interval lies above or below 1, so the two differ, if only a little"
    marks = "".join(one.marks for _, some in judged for one, _ in some)
    for sign, meaning in SIGNS:
        if sign in marks:
            yield f"{sign} of the model or the runtime: {meaning}"
    for pair, _ in judged:
        off = pairs.pace_off(pair)
        if off:
            yield (f"{pair.label}: with 1 worker the model takes {off:.2f} times as long as the "
                   "runtime for the same work, so its pace does not fit")
        if pair.real:
            yield from pairs.lacking(pair, order)
        else:
            yield f"{pair.label}: no row of the real runtime, so nothing to compare the model with"
    for kernel, runtime in modelless:
        yield f"{runtime}: no row of a model for it (kernel {kernel})"


def summary(judged):
    """The last lines: the mean over all slow-downs, and the verdicts counted."""
    slow = [[(one, judgement) for one, judgement in some if one.quantity.unit == "x"]
            for _, some in judged]
    slow = [some for some in slow if some]
    if slow:
        yield mean_text(slow)
    models = [equivalence.model_verdict([judgement for _, judgement in some])
              for _, some in judged]
    yield "models: " + counted_texts(models, equivalence.JUDGED)
    lines = [judgement.text for _, some in judged for _, judgement in some]
    yield "lines: " + counted_texts(lines, dict.fromkeys((*equivalence.JUDGED, *lines)))


def counted_texts(texts, order):
    return ", ".join(f"{texts.count(one)} {one}" for one in order)


def mean_text(slow):
    """The geometric mean of all slow-downs, with its interval."""
    mean = equivalence.mean_difference([[(one.model, one.real) for one, _ in some]
                                        for some in slow])
    line = equivalence.Line(mean, equivalence.MEAN_LIMIT)
    judgement, = equivalence.judge([line])
    interval = judgement.interval and " to ".join(map(factor, judgement.interval))
    limit = limit_text(equivalence.MEAN_LIMIT)
    words = {equivalence.ALIKE: f"alike within {limit}", equivalence.DIFFERS:
             f"differs by more than {limit}"}.get(judgement.text, f"not shown to be within {limit}")
    return (f"slow-downs: geometric mean of model / real {factor(judgement.ratio)} (95 % interval "
            f"{interval or 'unknown'}) over {counted(sum(map(len, slow)), 'line')}, {words}")
