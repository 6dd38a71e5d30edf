/* See finding.h. */
#include "finding.h"

#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_DOUBTFUL] = "doubtful",
		[SEVERITY_DISTURBED] = "disturbed",
	};
	return names[severity];
}

/* Makes room behind all findings that are at least as bad. The list is not full. */
static struct finding *insert(struct findings *findings, enum severity severity)
{
	size_t place = findings->count;
	while (place > 0 && findings->list[place - 1].severity < severity) {
		place--;
	}
	memmove(&findings->list[place + 1], &findings->list[place],
		(findings->count - place) * sizeof(findings->list[0]));
	findings->count++;
	findings->list[place].severity = severity;
	return &findings->list[place];
}

void findings_add(struct findings *findings, enum severity severity, const char *format, ...)
{
	va_list args;
	if (findings->count == FINDINGS_MAX) {
		return;
	}
	struct finding *finding = insert(findings, severity);
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	text_make_valid_utf8(finding->text);
}

const char *findings_verdict(const struct findings *findings)
{
	bool ok = findings->count == 0 || findings->list[0].severity == SEVERITY_NOTE;
	return ok ? "ok" : severity_name(findings->list[0].severity);
}
