/*
 * See sample_judge.h. The limits, and how they were chosen, are in README.md.
 *
 * Free rows: rows whose workers never wait for each other. There, a worker runs from its start to its
 * end. Under a shared lock, a worker sleeps until it gets the lock. So it is looked at how long
 * workers were runnable without running, and whether the lock was held for longer than all workers
 * together ran: then its holder did not run.
 */
#include "sample_judge.h"

#include "compute_row.h"

/* A worker of a sample that ran for a smaller share of its time was kept from running. */
static const double least_share = 0.9;

/* Single samples may be disturbed by what every system does from time to time. */
static const double tolerated_share = 0.02;
enum { TOLERATED = 2 };

/* Workers that share places, and those that send or receive messages, keep each other waiting. */
static bool is_judged(const struct row *row)
{
	return row->take == compute_row_take && row->workers <= placement_places(row->placement);
}

static bool is_free(const struct row *row)
{
	bool real_lock = row->work->interpreter && row->team == TEAM_THREADS;
	return row->workers == 1 || (row->locks != WORKER_ONE_LOCK && !real_lock);
}

bool sample_judge_is_free(const struct row *row)
{
	return is_judged(row) && is_free(row);
}

/* --- shares ---------------------------------------------------------------------------------- */

/* The share of a sample's time for which its workers ran; above 1: not known. */
typedef double sample_share(const struct region_result *region);

static double share_of(double part, double all)
{
	return all > 0 ? part / all : 2;
}

static double free_share(const struct region_result *region)
{
	return share_of((double)region->cpu_ns, (double)region->active_ns);
}

static double locked_share(const struct region_result *region)
{
	double cpu = (double)region->cpu_ns;
	double waited = (double)region->runqueue_ns; /* -1 if unknown */
	double of_runnable = share_of(cpu, waited < 0 ? 0 : cpu + waited);
	double of_held = share_of(cpu, (double)region->lock.held_ns);
	return of_runnable < of_held ? of_runnable : of_held;
}

struct tally {
	size_t samples;
	size_t low;
	double lowest;
};

static void count_row(const struct row *row, sample_share *find, struct tally *tally)
{
	for (size_t i = 0; i < row->wanted; i++) {
		const struct sample *sample = &row->samples[i];
		double share = find(&sample->region);
		if (!sample->measured || sample->region.bound_elsewhere || share > 1.5) {
			continue;
		}
		tally->samples++;
		tally->low += share < least_share;
		tally->lowest = share < tally->lowest ? share : tally->lowest;
	}
}

static struct tally count_rows(const struct plan *plan, bool free, sample_share *find)
{
	struct tally tally = { .lowest = 1 };
	for (size_t i = 0; i < plan->count; i++) {
		const struct row *row = &plan->rows[i];
		if (is_judged(row) && is_free(row) == free) {
			count_row(row, find, &tally);
		}
	}
	return tally;
}

static bool is_disturbed(const struct tally *tally)
{
	return tally->low > TOLERATED &&
	       (double)tally->low > tolerated_share * (double)tally->samples;
}

static void judge_free(const struct plan *plan, struct findings *findings)
{
	struct tally tally = count_rows(plan, true, free_share);
	if (is_disturbed(&tally)) {
		findings_add(findings, SEVERITY_DISTURBED,
			"in %zu of %zu samples without a shared lock, workers ran for less than "
			"%.0f %% of their time (least: %.0f %%); end other programs and measure "
			"again",
			tally.low, tally.samples, 100 * least_share, 100 * tally.lowest);
	}
}

static void judge_locked(const struct plan *plan, struct findings *findings)
{
	struct tally tally = count_rows(plan, false, locked_share);
	if (is_disturbed(&tally)) {
		findings_add(findings, SEVERITY_DISTURBED,
			"in %zu of %zu samples under a shared lock, the lock's holder, or who was "
			"to be the next, had to wait for a processor (ran for %.0f %% of the time "
			"at least); end other programs and measure again",
			tally.low, tally.samples, 100 * tally.lowest);
	}
}

int sample_judge_workers(const struct plan *plan)
{
	int most = 1;
	for (size_t i = 0; i < plan->count; i++) {
		const struct row *row = &plan->rows[i];
		int places = placement_places(row->placement);
		int workers = row->workers < places ? row->workers : places;
		most = row->wanted && workers > most ? workers : most;
	}
	return most;
}

void sample_judge(const struct plan *plan, struct findings *findings)
{
	judge_free(plan, findings);
	judge_locked(plan, findings);
}
