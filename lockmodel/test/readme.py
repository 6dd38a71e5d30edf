"""Check that each jq command in lockmodel/README.md prints the output shown below it."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"((?: {4}.*\n)+)\n```\n(.*?)```\n", re.S)


def main():
    text = (ROOT / "lockmodel/README.md").read_text(encoding="utf-8")
    commands = BLOCK.findall(text)
    if len(commands) != text.count("```\n") / 2:
        sys.exit("README.md: an output block without a command above it")
    for command, shown in commands:
        result = subprocess.run(["sh", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                                check=True)
        if result.stdout != shown:
            sys.exit(f"README.md shows:\n{shown}but the command prints:\n{result.stdout}")
        for number in re.findall(r"\d+", shown):
            if f"{int(number):,}" not in text:
                sys.exit(f"README.md: the text above the command does not mention {int(number):,}")


main()
