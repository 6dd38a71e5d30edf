"""The verdict of a run on itself: whether its conditions allow the numbers to be trusted.

gilbench writes it into the file, with the findings behind it (results.Finding). Older files have
none; then what they say of the machine is all there is.
"""

from gilbench.parts import machine

WORDS = ("ok", "doubtful", "disturbed")
NOTE = "note"
OLDER = "unknown (an older gilbench did not check what disturbed the run)"


def verdict_of(result):
    """The verdict in a word or a sentence."""
    if result.verdict is None:
        return OLDER
    return result.verdict if result.verdict in WORDS else f"unknown: '{result.verdict}'"


def verdict_line(result):
    """The verdict and its worst finding, in one line."""
    findings = serious(result)
    if not findings or result.verdict not in WORDS:
        return f"verdict: {verdict_of(result)}"
    more = f" ({len(findings)} findings)" if len(findings) > 1 else ""
    return f"verdict: {result.verdict}{more}: {findings[0].text}"


def verdicts_of(results):
    """The lines of several files; one is enough if it is the same for all."""
    found = [verdict_line(result) for result in results]
    if len(set(found)) == 1:
        return found[:1]
    return [f"{result.shown_path}: {line}" for result, line in zip(results, found)]


def verdict_lines(result):
    """Pairs of a word and its text: the verdict, the findings that led to it, all notes."""
    yield "verdict", verdict_of(result)
    for finding in serious(result):
        yield "finding", f"{finding.severity}: {finding.text}"
    notes = [shortened(finding.text) for finding in result.findings if finding.severity == NOTE]
    if result.verdict is None:
        notes = list(machine.conditions(result.context))
    if notes:
        yield "notes", ", ".join(notes)


def serious(result):
    """The findings that are more than notes."""
    return [finding for finding in result.findings if finding.severity != NOTE]


def shortened(text):
    """What was found, without what to do about it."""
    return text.split(";", 1)[0].strip()
