"""The text that `fidelity` prints: heading, table, legend and summary."""

from gilbench.models import equivalence, pairs
from gilbench.results import INTERVALS
from gilbench.series import natural
from gilbench.units import duration

HEAD = (f"  {'':<23} {'model':>8} {'real':>8} {'ratio':>6}  {'95 % interval':<13} {'limit':>5} "
        f"{'n':>5}  verdict")
SIGNS = (("~", f"a timed region spans fewer than {INTERVALS} switch intervals"),
         ("^", "messages were sent late"), ("?", "not all arrived, or some arrived twice"),
         ("!", "some samples failed and are left out"))


def heading(files, pin):
    """Which machine, how pinned, which files, which interpreters."""
    places = files[0].context.get("pin_map")
    yield f"fidelity of lock models on {files[0].machine}, pin {pin}" + (
        f" ({places})" if places else "")
    yield f"from {', '.join(result.shown_path for result in files)}"
    commands = {}
    for result in files:
        commands.update(result.interpreters)
    for name in sorted(commands, key=natural):
        yield f"{name} is {commands[name]}"


def value_text(unit, value):
    if unit == "s":
        return duration(value)
    return f"{value:.2f}x" if unit == "x" else f"{100 * value:.3g} %"


def limit_text(limit):
    if limit is None:
        return "-"
    return f"{100 * (limit - 1):.0f} %" if limit < 1.5 else f"{limit:g}x"


def factor(value):
    return f"{value:.{3 if value < 9.995 else 1 if value < 999.5 else 0}f}"


def table(judged, kernels):
    """The lines of all pairs; `judged` has for each pair its comparisons and verdicts."""
    yield HEAD
    for pair, found in judged:
        last = None
        for comparison, judgement in found:
            label = " ".join(filter(None, (pair.label, comparison.rest,
                                           f"kernel {pair.kernel}" if kernels > 1 else "")))
            if label != last:
                yield label
                last = label
            yield text(comparison, judgement)


def text(comparison, judgement):
    """One line of the table."""
    quantity = comparison.quantity
    what = f"{quantity.name}, {comparison.counted}"
    bounds = "-" if judgement.interval is None else "-".join(map(factor, judgement.interval))
    values = [f"{value_text(quantity.unit, side.value):>8}"
              for side in (comparison.model, comparison.real)]
    return (f"  {what:<23} {' '.join(values)} {factor(judgement.ratio):>6}  {bounds:<13} "
            f"{limit_text(judgement.limit):>5} {comparison.model.n:>2} {comparison.real.n:>2}"
            f"  {judgement.text} {comparison.marks}").rstrip()


def legend(judged, modelless, order):
    """How to read it, and what could not be compared."""
    yield ("ratio: model / real, of the medians; n: samples of the model and of the runtime; "
           "k: number of CPU-bound threads beside the I/O thread")
    marks = "".join(one.marks for _, some in judged for one, _ in some)
    for sign, meaning in SIGNS:
        if sign in marks:
            yield f"{sign} of the model or the runtime: {meaning}"
    for pair, _ in judged:
        if pair.real:
            yield from pairs.lacking(pair, order)
        else:
            yield f"{pair.label}: no row of the real runtime, so nothing to compare the model with"
    for kernel, runtime in modelless:
        yield f"{runtime}: no row of a model for it (kernel {kernel})"


def summary(found):
    """The last lines: the mean over all slow-downs, and the verdicts counted."""
    slow = [(judgement.ratio, pair.label, one.counted) for pair, one, judgement in found
            if one.quantity.unit == "x"]
    if slow:
        mean = equivalence.geometric_mean([ratio for ratio, *_ in slow])
        far = max(slow, key=lambda one: max(one[0], 1 / one[0]))
        within = 1 / equivalence.MEAN_LIMIT <= mean <= equivalence.MEAN_LIMIT
        yield (f"slow-downs: geometric mean of model / real {mean:.3f} over {len(slow)} "
               f"({'within' if within else 'NOT within'} 7 %), farthest from 1: {far[0]:.3f} "
               f"({far[1]}, {far[2]})")
    texts = [judgement.text for *_, judgement in found]
    yield "verdicts: " + ", ".join(
        f"{texts.count(one)} {one}" for one in
        (equivalence.ALIKE, equivalence.DIFFERS, equivalence.UNDECIDED, equivalence.REFERENCE))
