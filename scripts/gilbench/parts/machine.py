"""The lines that tell what was measured, on which machine and under which conditions."""

from gilbench.document import PIPED
from gilbench.series import natural
from gilbench.units import counted

# Context keys, the values of them that do not disturb, and what to say of any other value.
CONDITIONS = (("governor", ("performance", "none"), "governor {}"),
              ("boost", ("off", "0", "no", "false", "none"), "boost {}"),
              ("virtualization", ("none", "off", "0", "no"), "virtual machine ({})"),
              ("cgroup_cpu_max", ("max", "none", "no"), "CPU time limited by a cgroup ({})"),
              ("pin", ("core", "pu", "same"), "workers not bound (pin {})"),
              ("build_type", ("release", "debugoptimized", "plain"), "build type {}"))


def caption(result, kernel_line):
    """What stands above a table: pairs of a word and its text; `kernel_line` is what it is about."""
    cores = f", {counted(result.cores, 'core')}" if result.cores else ""
    yield "kernel", kernel_line
    yield "machine", result.machine + cores


def about(result):
    """What stands below the tables of a file: where it is from, as pairs of a word and its text."""
    context = result.context
    yield "file", ("not kept; --out=FILE keeps the results" if result.path == PIPED else
                   result.shown_path)
    yield "machine", machine(result)
    precision = number_of(context, "score_precision")
    if precision is not None:
        yield "score", (f"known within \u00b1{100 * precision:.2g} % (interval of 95 % after these "
                        "runs)")
    if "pin" in context:
        yield "pin", context["pin"] + (f" ({context['pin_map']})" if "pin_map" in context else "")
    for name, command in sorted(result.interpreters.items(), key=lambda item: natural(item[0])):
        yield "runtime", f"{name}: {command}"
    if result.kinds_of_core > 1:
        yield "caution", (f"cores of {result.kinds_of_core} kinds: an equal split of the work "
                          "waits for the slowest core")


def number_of(context, key):
    """A number in the context; None if there is none."""
    try:
        return float(context.get(key, ""))
    except ValueError:
        return None


def machine(result):
    """The machine in one line, as far as the file knows it."""
    context = result.context
    facts = [context.get("cpu_model")]
    if result.cores:
        facts.append(counted(result.cores, "core"))
    if "pus" in context:
        facts.append(counted(context["pus"], "hardware thread"))
    if "kernel_release" in context:
        facts.append(f"Linux {context['kernel_release']}")
    facts = ", ".join(fact for fact in facts if fact)
    return f"{result.machine}: {facts}" if facts else result.machine


def conditions(context):
    """What about the machine or the build may disturb the times."""
    for key, harmless, text in CONDITIONS:
        value = context.get(key, "").strip()
        limitless = key == "cgroup_cpu_max" and value.startswith("max")
        if value and value.lower() not in (*harmless, "unknown") and not limitless:
            yield text.format(value)


def picture_header(result, unit, rest):
    """The facts in the second line of a picture's table."""
    return (f"machine: {result.machine}; cores: {result.cores or 'unknown'}; unit: {unit}; {rest}")


def failures(sheet, workers_text, shown=None):
    """One line for each row and reason of a failure, of all series or of those shown."""
    for (series, workers), row in sheet.ordered():
        if shown is not None and series not in shown:
            continue
        for reason, count in row.reasons():
            yield (f"failed: {series.label}, {workers_text(workers)}: {count} of {row.tries} "
                   f"samples: {reason}")
