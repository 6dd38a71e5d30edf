/* See outcome.h. */
#include "outcome.h"

#include <stdio.h>
#include <string.h>

void outcome_say_interrupted(const struct plan *plan, const char *kept_in)
{
	fprintf(stderr, "gilbench: %s; %zu of %zu samples were measured%s%s\n",
		plan->interrupted.text, plan_measured(plan), plan_wanted(plan),
		kept_in ? " and are kept in " : "", kept_in ? kept_in : "");
}

bool outcome_is_whole(const struct gbench_report *report, const struct plan *plan)
{
	if (report->failed > 0 && !plan->interrupted.text[0]) {
		fprintf(stderr,
			"gilbench: %zu of %zu samples failed; their rows give the reasons\n",
			report->failed, report->rows);
	}
	return report->failed == 0;
}

bool outcome_is_undisturbed(const struct findings *findings)
{
	const char *verdict = findings_verdict(findings);
	if (strcmp(verdict, "ok") == 0) {
		return true;
	}
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		if (finding->severity != SEVERITY_NOTE) {
			fprintf(stderr, "gilbench: %s: %s\n", severity_name(finding->severity),
				finding->text);
		}
	}
	fprintf(stderr, "gilbench: the run was %s, which --strict does not accept\n", verdict);
	return false;
}
