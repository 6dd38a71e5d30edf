"""What the result files say of the machines and the runs, where they differ."""

from gilbench.cells import Cell, Column, Field, Table
from gilbench.series import natural
from gilbench.units import counted

UNKNOWN = "-"       # the file does not say


def kept(key):
    """The fact of a key of the context."""
    return lambda side: side.context.get(key, UNKNOWN)


def with_detail(key, detail):
    """The fact of a key, and in brackets that of another."""
    def fact(side):
        known = [side.context[one] for one in (key, detail) if one in side.context]
        return f"{known[0]} ({known[1]})" if len(known) > 1 else (known or [UNKNOWN])[0]

    return fact


def cores(side):
    context = side.context
    known = [counted(context[key], noun)
             for key, noun in (("cores", "core"), ("pus", "hardware thread")) if key in context]
    return ", ".join(known) or UNKNOWN


def interpreters(side):
    names = {name for result in side.files for name in result.interpreters}
    return ", ".join(sorted(names, key=natural)) or UNKNOWN


def seconds(side):
    return f"{side.context['time_s']} s" if "time_s" in side.context else UNKNOWN


def runs(side):
    return " or ".join(str(number) for number in dict.fromkeys(side.runs))


FACTS = {"CPU": kept("cpu_model"), "architecture": kept("architecture"), "cores": cores,
         "kernel": kept("kernel_release"), "libc": kept("libc"), "compiler": kept("compiler"),
         "build": kept("build_type"), "placement": with_detail("pin", "pin_map"),
         "governor": kept("governor"), "boost": kept("boost"), "SMT": kept("smt"),
         "CPU quota": kept("cgroup_cpu_max"), "virtual machine": kept("virtualization"),
         "clock": kept("clock_source"), "gilbench": with_detail("gilbench_version", "git_revision"),
         "interpreters": interpreters, "runs": runs, "samples per run": kept("samples"),
         "region": seconds}


def differing(sides):
    """{fact: its text for each side} of those that are not the same for all."""
    found = {name: [fact(side) for side in sides] for name, fact in FACTS.items()}
    return {name: texts for name, texts in found.items() if len(set(texts)) > 1}


def table(sides):
    """The Table of what differs."""
    found = differing(sides)
    caption = [("differs", "between machines and runs, as far as the files say"
                + ("" if found else ": nothing"))]
    columns = [Column(side.name, (("", 0),)) for side in sides] if found else []
    return Table("differs", "", caption, columns,
                 [(name, [Cell((Field(text),)) for text in texts])
                  for name, texts in found.items()], field_names=False)
