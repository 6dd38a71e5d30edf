/*
 * Findings: what disturbed a run, or may have disturbed it, each with what to do about it.
 */
#pragma once

#include <stddef.h>

enum severity {
	SEVERITY_NOTE,      /* a property of the machine or the build that a reader should know */
	SEVERITY_DOUBTFUL,  /* the numbers may be wrong */
	SEVERITY_DISTURBED, /* something has kept workers from running, or has slowed them down */
};

/* More than there are kinds of findings; one that does not fit is left out. */
enum { FINDINGS_MAX = 24, FINDING_TEXT_MAX = 400 };

struct finding {
	enum severity severity;
	char text[FINDING_TEXT_MAX]; /* "WHAT WAS FOUND; WHAT TO DO", valid UTF-8 */
};

/* The worst come first, and of those that are equally bad the one that was added first. All zero is
 * an empty list. */
struct findings {
	size_t count;
	struct finding list[FINDINGS_MAX];
};

__attribute__((format(printf, 3, 4))) void findings_add(
	struct findings *findings, enum severity severity, const char *format, ...);

/* "ok" if there are only notes, or else the severity of the worst finding. */
const char *findings_verdict(const struct findings *findings);

/* "note", "doubtful" or "disturbed". */
const char *severity_name(enum severity severity);
