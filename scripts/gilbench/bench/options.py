"""The command line of scripts/bench.

help.txt is the table of the options that are passed on to gilbench: a line `--name=VALUE` declares
an option with a value, `--name` one without. So options can be checked before gilbench is built.
"""

import argparse
import os
import re
import sys

from gilbench.command import printable

HELP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "help.txt")
PASSED_ON = "\nOptions passed on to gilbench"
OPTION = re.compile(r"^  (?:-\w, )?--([a-z-]+)(=)?", re.M)
MACHINE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
# With another kernel or mode a real interpreter may have nothing to do.
WITHOUT_INTERPRETERS = ("--interpreter=", "--kernel=", "--mode=")


class PassOn(argparse.Action):
    """Append an option, in its form with `=`, to the list for gilbench."""

    def __call__(self, parser, namespace, value, option_string=None):
        name = self.option_strings[0]
        namespace.options.append(name if self.nargs == 0 else f"{name}={value}")


class Parser(argparse.ArgumentParser):
    """A parser that explains an error in one line."""

    def error(self, message):
        refuse(message.removeprefix("argument ")
               .replace("ignored explicit argument", "takes no value, and not")
               .replace("expected one argument", "needs a value"))


def refuse(message):
    """End the program because of a wrong command line."""
    print(f"bench: {printable(message)}; see scripts/bench --help", file=sys.stderr)
    sys.exit(2)


def passed_on():
    """The options of gilbench, as pairs of the name and whether it takes a value."""
    with open(HELP, encoding="utf-8") as file:
        text = file.read()
    return [(name, bool(value)) for name, value in OPTION.findall(text.split(PASSED_ON)[1])]


def host_name():
    """The host's name as a name for results."""
    name = re.sub(r"[^A-Za-z0-9._-]", "-", os.uname().nodename).lstrip(".")
    return name or "unknown"


def machine_name(text):
    if not MACHINE.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not allowed; a name consists of letters, digits, '.', '_' and '-', and "
            "does not begin with '.'")
    return text


def make_parser():
    parser = Parser(prog="bench", add_help=False)
    parser.set_defaults(options=[])
    parser.add_argument("--machine", type=machine_name, default=host_name())
    parser.add_argument("--no-interpreters", action="store_true")
    parser.add_argument("--fidelity", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("--out")
    for name, has_value in passed_on():
        parser.add_argument(f"--{name}", action=PassOn, nargs=None if has_value else 0)
    parser.add_argument("experiments", nargs="*")
    return parser


def parse(arguments):
    """The parsed command line; a wrong one ends the program with exit status 2.

    `options` is the list for gilbench; `find_interpreters` says whether to add the installed ones to
    it; and `wants_fidelity` whether to compare the models with the interpreters.
    """
    for_google_benchmark = [word for word in arguments if word.startswith("--benchmark_")]
    parsed, others = make_parser().parse_known_intermixed_args(
        [word for word in arguments if word not in for_google_benchmark])
    # argparse takes a word with a space in it for an argument, even if it begins with a hyphen.
    for option in [*others, *parsed.experiments]:
        if option.startswith("-"):
            refuse(f"unknown option '{option}'")
    if parsed.out is not None:
        refuse("the results are written to a new folder in results/NAME/; use --machine=NAME "
               "instead of --out")
    parsed.options += for_google_benchmark
    parsed.find_interpreters = not parsed.no_interpreters and not any(
        option.startswith(WITHOUT_INTERPRETERS) for option in parsed.options)
    parsed.wants_fidelity = parsed.fidelity or any(
        option.startswith("--interpreter=") for option in parsed.options)
    return parsed
