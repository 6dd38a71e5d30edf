/* See conditions.h. */
#include "conditions.h"

#include "machine_judge.h"
#include "round_judge.h"
#include "sample_judge.h"
#include "setting.h"

void conditions_begin(
	struct conditions *conditions, const char *root, const struct placement *placement)
{
	*conditions = (struct conditions){ .root = root, .placement = placement };
	moment_read(&conditions->before, root, placement);
}

void conditions_end(
	const struct conditions *conditions, const struct plan *plan, struct findings *findings)
{
	struct machine_use use = {
		.before = conditions->before,
		.pus = placement_pus(conditions->placement),
		.workers = sample_judge_workers(plan),
	};
	moment_read(&use.after, conditions->root, conditions->placement);
	sample_judge(plan, findings);
	round_judge(plan, findings);
	machine_judge(&use, findings);
	const struct setting setting = setting_here(conditions->root, conditions->placement);
	setting_judge(&setting, findings);
}
