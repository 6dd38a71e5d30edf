/* See machine_judge.h. The limits, and how they were chosen, are in README.md. */
#include "machine_judge.h"

/* What other programs use of the processors, in processors. */
static const double load_told = 0.05;
static const double load_doubtful = 0.2;
static const double load_doubtful_share = 0.02; /* of all processors, where that is more */

/* Shares of the time. */
static const double stolen_doubtful = 0.005; /* of the processors' time */
static const double stolen_disturbed = 0.02;
static const double throttled_disturbed = 0.01; /* of the time of the run */

static double load_limit(const struct machine_use *use)
{
	double share = load_doubtful_share * use->pus;
	return share > load_doubtful ? share : load_doubtful;
}

/* Other programs may have run where there were no workers, as long as that is enough for them. */
static enum severity load_severity(const struct machine_use *use, double load)
{
	if (load < load_limit(use)) {
		return SEVERITY_NOTE;
	}
	return load > use->pus - use->workers ? SEVERITY_DISTURBED : SEVERITY_DOUBTFUL;
}

static void judge_load(const struct machine_use *use, double elapsed_ns, struct findings *findings)
{
	const struct moment *before = &use->before;
	const struct moment *after = &use->after;
	double busy_ns = (double)(after->time.busy_ns - before->time.busy_ns);
	double own_ns = (double)(after->own_ns - before->own_ns);
	double load = (busy_ns - own_ns) / elapsed_ns;
	if (load >= load_told) {
		findings_add(findings, load_severity(use, load),
			"other programs used %.2f of %d processors; end them and measure again",
			load, use->pus);
	}
}

static void judge_stolen(
	const struct machine_use *use, double elapsed_ns, struct findings *findings)
{
	double stolen_ns = (double)(use->after.time.stolen_ns - use->before.time.stolen_ns);
	double share = stolen_ns / (elapsed_ns * use->pus);
	if (share >= stolen_doubtful) {
		findings_add(findings,
			share >= stolen_disturbed ? SEVERITY_DISTURBED : SEVERITY_DOUBTFUL,
			"the host of this virtual machine took %.1f %% of the processors' time; "
			"measure again when the host is less busy, or on a machine of your own",
			100 * share);
	}
}

static void judge_throttled(
	const struct machine_use *use, double elapsed_ns, struct findings *findings)
{
	int64_t times = use->after.throttled.times - use->before.throttled.times;
	double ns = (double)(use->after.throttled.ns - use->before.throttled.ns);
	if (times > 0) {
		findings_add(findings,
			ns >= throttled_disturbed * elapsed_ns ? SEVERITY_DISTURBED
							       : SEVERITY_DOUBTFUL,
			"the quota of the control group stopped this program %lld times, for %.2f "
			"s in all; raise cpu.max, or the CPU limit of the container",
			(long long)times, ns / 1e9);
	}
}

static void judge_overheated(const struct machine_use *use, struct findings *findings)
{
	long times = use->after.overheated - use->before.overheated;
	if (times > 0) {
		findings_add(findings, SEVERITY_DISTURBED,
			"the processor slowed down %ld times because it was too hot; improve the "
			"cooling, let it cool down and measure again",
			times);
	}
}

void machine_judge(const struct machine_use *use, struct findings *findings)
{
	const struct moment *before = &use->before;
	const struct moment *after = &use->after;
	double elapsed_ns = (double)(after->now_ns - before->now_ns);
	if (elapsed_ns <= 0) {
		return;
	}
	if (before->has_time && after->has_time) {
		judge_load(use, elapsed_ns, findings);
		judge_stolen(use, elapsed_ns, findings);
	}
	if (before->has_throttled && after->has_throttled) {
		judge_throttled(use, elapsed_ns, findings);
	}
	if (before->has_overheated && after->has_overheated) {
		judge_overheated(use, findings);
	}
}
