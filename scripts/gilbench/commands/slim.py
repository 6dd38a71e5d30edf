"""Rewrite a result file for keeping: one sample per line, no aggregates, all distributions in one
file.

The numbers stay the same. The folder IN.hgrm/ becomes the file OUT.hgrm.
"""

import json
import os

from gilbench import command, document, hgrm, reader
from gilbench.command import ToolError

NAME = "results-slim"


def content(path):
    """The text of the slim result file."""
    found = document.parse(path, document.load(path).text)
    context = json.dumps(found.get("context", {}), indent=1)
    rows = [json.dumps(entry) for entry in found["benchmarks"]
            if entry.get("run_type", "iteration") == "iteration"]
    return f'{{"context": {context},\n"benchmarks": [\n' + ",\n".join(rows) + "\n]}\n"


def distributions(result):
    """The text of the file of distributions, or None if the result has none."""
    if not os.path.exists(hgrm.beside(result.path)):
        return None
    texts = []
    for experiment, declaration in result.experiments.items():
        rows = result.experiment(experiment) if declaration.distribution else []
        source = rows and hgrm.open_beside(result.path, rows[0].parts["kernel"])
        for row in (row for row in rows if row.samples and source.has(row)):
            parts = (f"{key}:{value}" for key, value in row.parts.items())
            text = source.text(row)[1].strip("\n")
            texts.append(f"{hgrm.ROW}{'/'.join([experiment, *parts])}\n{text}\n")
    return "".join(texts)


def write(target, text):
    try:
        with open(target, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ToolError(target, error.strerror) from error
    print(command.printable(target))


def main(arguments):
    """Run the command; returns its exit status."""
    parser = command.parser(NAME, "Rewrite a result file for keeping: one sample per line, no "
                            "aggregates, all distributions in one file.",
                            "scripts/results-slim build/convoy.json results/laptop/convoy.json")
    parser.add_argument("source", metavar="IN", help="a result file; IN.hgrm/ may lie beside it")
    parser.add_argument("target", metavar="OUT", help="the file to write; must not exist")
    options = parser.parse_args(arguments)
    result = reader.read(options.source)
    texts = {options.target: content(options.source),
             hgrm.beside(options.target): distributions(result)}
    for target, text in texts.items():
        if text is not None:
            write(target, text)
    return 0
