/* See runs.h. */
#include "runs.h"

#include "random.h"
#include "run_process.h"

/* What was not measured has the reason. */
static void mark_missing(struct plan *plan, const struct error *reason)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[i];
		for (size_t k = 0; !row->in_process && k < row->wanted; k++) {
			struct sample *sample = &row->samples[k];
			if (!sample->measured && !sample->error.text[0]) {
				sample->error = *reason;
			}
		}
	}
}

int runs_take(const struct runs *runs, struct error *error)
{
	uint64_t state = runs->seed;
	struct run_process run = {
		.plan = runs->plan,
		.words = runs->words,
		.runs = (size_t)runs->count,
		.signals = runs->signals,
		.taken = runs->taken,
		.context = runs->context,
	};
	if (plan_wanted(runs->plan) == 0) {
		return runs->count; /* the rows are only listed, or all measured in this process */
	}
	while (run.number < runs->count) {
		run.number++;
		run.seed = random_next(&state);
		int result = run_process(&run, error);
		if (result) {
			mark_missing(runs->plan, error);
			return result;
		}
		if (runs->enough && runs->enough(runs->context, run.number)) {
			break;
		}
	}
	return run.number;
}
