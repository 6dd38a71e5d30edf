#!/usr/bin/python3
"""Summarise a run of Meson's tests: `summary.py testlog.json STATUS`.

Names every test, or part of one, that was skipped, with its reason. The last line counts the tests.
STATUS is the exit status of `meson test`: a run that failed without a failed test, for example
because it was interrupted, counts as one failure. Exit status 0 if nothing failed.
"""

import json
import re
import sys

# How TAP, cmocka and Python's unittest report a skipped part of a test.
SKIPPED = re.compile(r"^.*(?:# skip|\[  SKIPPED \]|\.\.\. skipped).*$", re.M)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def skipped(test):
    """What was skipped of a test, in its own words."""
    said = SKIPPED.findall(test.get("stdout", "") + test.get("stderr", ""))
    if test["result"] == "SKIP" and not said:
        said = ["the whole test"]
    return [line.strip() for line in said]


def main():
    tests = read(sys.argv[1])
    for test in tests:
        for line in skipped(test):
            print(f"skipped in {test['name']}: {line}")
    passed = sum(test["result"] == "OK" for test in tests)
    failed = sum(test["result"] not in ("OK", "SKIP") for test in tests)
    if not failed and (not tests or sys.argv[2] != "0"):
        failed = 1
        print("the tests did not run to their end")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
