"""The verdict of a run on itself: whether its conditions allow the numbers to be trusted.

gilbench writes it into the file, with the findings behind it (results.Finding). Older files have
none; then what they say of the machine is all there is.
"""

from gilbench.parts import machine

WORDS = ("ok", "doubtful", "disturbed")
NOTE = "note"
OLDER = "unknown: the file is of an older gilbench, which did not check how the machine was used"


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
    more = f" (findings: {len(findings)})" if len(findings) > 1 else ""
    return f"verdict: {result.verdict}{more}: {findings[0].text}"


def verdict_lines(result):
    """The verdict, a line for each finding that led to it, and one for all notes."""
    yield verdict_of(result)
    for finding in serious(result):
        yield f"{finding.severity}: {finding.text}"
    notes = [shortened(finding.text) for finding in result.findings if finding.severity == NOTE]
    if result.verdict is None:
        notes = list(machine.conditions(result.context))
    if notes:
        yield f"note: {', '.join(notes)}"


def serious(result):
    """The findings that are more than notes."""
    return [finding for finding in result.findings if finding.severity != NOTE]


def shortened(text):
    """What was found, without what to do about it."""
    return text.split(";", 1)[0].strip()
