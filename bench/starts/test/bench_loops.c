/*
 * How close the experiment `start` is to bare loops: for each way, the time of a start in batches
 * of starts_run() over that in a bare loop of the same calls. Both run in turns in one program,
 * each in a process of its own that is bound to the same place, and make as many starts; which
 * comes first alternates. The ratio is that of the medians.
 *
 *	bench-start-loops          21 turns of 100 ms, for figures
 *	bench-start-loops --once   one short turn, which only shows that everything works
 */
#include "bare_loops.h"
#include "clock.h"
#include "median.h"
#include "starts.h"
#include "true_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS_MAX = 21 };

/* What a bare loop does in a process of its own. */
struct bare {
	const struct starts *starts;
	int64_t count;
};

static int run_bare(void *context, void *result, struct error *error)
{
	const struct bare *bare = context;
	const struct starts *starts = bare->starts;
	int64_t *wall_ns = result;
	if (placement_bind(starts->placement, 0, error)) {
		return -EINVAL;
	}
	/* A few starts before, as starts_run() makes them. */
	int64_t warm = bare->count / 8 + 1;
	bool ok = bare_loop_run(starts->way, starts->program, warm);
	int64_t began_ns = clock_now_ns();
	ok = ok && bare_loop_run(starts->way, starts->program, bare->count);
	*wall_ns = clock_now_ns() - began_ns;
	return ok ? 0 : error_set(error, -ECHILD, "the bare loop failed");
}

/* What is compared, and its results. */
struct comparison {
	struct starts starts;
	struct limits limits;
	int64_t count; /* of the last batch */
	double batch_s[TURNS_MAX];
	double bare_s[TURNS_MAX];
};

static int take_batch(struct comparison *comparison, int turn, struct error *error)
{
	struct starts_result found;
	int result = starts_run(&comparison->starts, &comparison->limits, &found, error);
	if (!result) {
		comparison->count = found.count;
		comparison->batch_s[turn] = (double)found.wall_ns / 1e9 / (double)found.count;
	}
	return result;
}

static int take_bare(struct comparison *comparison, int turn, struct error *error)
{
	int64_t wall_ns = 0;
	struct bare bare = { &comparison->starts, comparison->count };
	const struct isolated isolated = { run_bare, &bare, sizeof(wall_ns), "the bare loop" };
	int result = isolated_run(&isolated, &comparison->limits, &wall_ns, error);
	comparison->bare_s[turn] = (double)wall_ns / 1e9 / (double)bare.count;
	return result;
}

static int compare(struct comparison *comparison, int turns, struct error *error)
{
	int result = 0;
	for (int i = 0; !result && i < turns; i++) {
		bool bare_first = i % 2;
		result = bare_first ? take_bare(comparison, i, error) : 0;
		result = result ? result : take_batch(comparison, i, error);
		result = result || bare_first ? result : take_bare(comparison, i, error);
	}
	if (result) {
		return result;
	}
	double batch = median_of(comparison->batch_s, (size_t)turns);
	double bare = median_of(comparison->bare_s, (size_t)turns);
	const struct start_way *way = comparison->starts.way;
	printf("%-12s%-9s  start %9.2f us  bare loop %9.2f us  ratio %.3f\n", way->name,
		way->executes == START_GILBENCH ? " gilbench" : "", batch * 1e6, bare * 1e6,
		batch / bare);
	return 0;
}

static int compare_all(const struct placement *placement, const struct signals *signals, bool once,
	struct error *error)
{
	char program[PATH_MAX];
	int result = true_program_find(program, error);
	struct comparison comparison = {
		.starts = {
			.program = program,
			.batch_ns = (once ? 1 : 100) * INT64_C(1000000),
			.placement = placement,
		},
	};
	comparison.limits = (struct limits){ starts_deadline_ns(&comparison.starts), signals };
	for (const struct start_way *way = start_ways; !result && way->name; way++) {
		comparison.starts.way = way;
		result = compare(&comparison, once ? 1 : TURNS_MAX, error);
	}
	return result;
}

int main(int argc, char **argv)
{
	struct error error;
	struct signals signals;
	if (argc > 2 && strcmp(argv[1], SPAWN_OPTION) == 0) {
		return spawn_find(start_tasks, argv[2])->run(argc - 3, argv + 3);
	}
	bool once = argc > 1 && strcmp(argv[1], "--once") == 0;
	struct placement *placement = placement_create(PLACEMENT_CORE, &error);
	int result = placement ? signals_init(&signals, &error) : -EINVAL;
	if (!result) {
		result = compare_all(placement, &signals, once, &error);
		signals_finish(&signals);
	}
	placement_destroy(placement);
	if (result) {
		fprintf(stderr, "bench-start-loops: %s\n", error.text);
	}
	return result ? EXIT_FAILURE : EXIT_SUCCESS;
}
