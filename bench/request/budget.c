/* See budget.h. */
#include "budget.h"

/*
 * 20 quanta show what a lock does. Two more are planned, because a region may turn out shorter than
 * planned.
 */
enum { QUANTA_MIN = 22 };

/* The fewest samples of all runs that have a median with samples on either side. */
enum { SAMPLES_MIN = 5, QUICK_SAMPLES_MIN = 2 };

int64_t budget_region_ns(const struct request *request, int64_t quantum_ns)
{
	int64_t wanted_ns = QUANTA_MIN * quantum_ns;
	bool enough = request->time_given || wanted_ns <= (int64_t)(request->time_s * 1e9);
	return enough ? 0 : wanted_ns;
}

int budget_samples(const struct request *request, int64_t region_ns)
{
	if (!region_ns || request->samples_given) {
		return request->samples;
	}
	int fitting = (int)(request->samples * request->time_s * 1e9 / (double)region_ns);
	int least = request->quick ? QUICK_SAMPLES_MIN : SAMPLES_MIN;
	int runs = request->runs ? request->runs : 1;
	least = (least + runs - 1) / runs;
	least = least < request->samples ? least : request->samples;
	return fitting > least ? fitting : least;
}

/* Samples of a window, per run: 20 in 5 runs, which is what a p99 needs; 6 with --quick. */
enum { WINDOW_SAMPLES = 4, QUICK_WINDOW_SAMPLES = 2 };

int64_t budget_window_ns(const struct request *request, int64_t wanted_ns)
{
	int64_t usual_ns = (int64_t)(request->time_s * 1e9);
	return request->time_given || usual_ns > wanted_ns ? usual_ns : wanted_ns;
}

int budget_window_samples(
	const struct request *request, int64_t window_ns, enum budget_importance importance)
{
	int samples = request->quick ? QUICK_WINDOW_SAMPLES : WINDOW_SAMPLES;
	if (request->samples_given) {
		return request->samples;
	}
	if (importance == BUDGET_REFERENCE) {
		return samples / 2;
	}
	if (importance == BUDGET_JUDGED && !request->quick) {
		return samples;
	}
	int fitting = (int)(samples * request->time_s * 1e9 / (double)window_ns);
	return fitting > 1 ? fitting : 1;
}
