/*
 * A C API over Google Benchmark (https://github.com/google/benchmark).
 *
 * Register functions, let Google Benchmark repeat, time and tabulate them, and get back how many
 * rows there were, how many failed, and the whole result as JSON text:
 *
 *	static void copy(struct gbench_state *state, void *user)
 *	{
 *		while (gbench_keep_running(state)) {
 *			memcpy(user, source, 4096);
 *			GBENCH_CLOBBER();
 *		}
 *		gbench_set_bytes_processed(state, 4096 * gbench_iterations(state));
 *	}
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct gbench_report report;
 *		int error = gbench_initialize(&argc, argv, NULL);
 *		if (error || gbench_report_unrecognized(argc, argv)) {
 *			return 1;
 *		}
 *		gbench_register("copy", copy, buffer);
 *		error = gbench_run(&report);
 *		gbench_report_finish(&report);
 *		gbench_shutdown();
 *		return error || report.failed > 0;
 *	}
 *
 * Conventions, which hold for every function here:
 *
 * 1. Handles are opaque. A state belongs to Google Benchmark and lives as long as the call of the
 *    benchmark function it was passed to; a benchmark handle lives until gbench_shutdown().
 * 2. Strings passed in are copied, but for `user` pointers, which stay the caller's and must
 *    outlive the last run. Pointers must not be NULL unless it says so.
 * 3. Times are in seconds. Functions that can fail return 0 or a negative errno value.
 * 4. No C++ exception leaves the shim: what fails inside comes back as -ENOMEM or -EIO, and in a
 *    benchmark function it fails the row.
 * 5. Like Google Benchmark itself, it is for one thread: call it from the thread that called
 *    gbench_initialize(). A benchmark may start threads of its own, which must not touch the state.
 * 6. It means the same with Google Benchmark 1.7 and 1.9; where those differ, the function says how
 *    it hides it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gbench_state;
struct gbench_benchmark;

/* The body of a benchmark; `user` is what was given to gbench_register(). */
typedef void gbench_fn(struct gbench_state *state, void *user);

enum gbench_unit { GBENCH_NANOSECOND, GBENCH_MICROSECOND, GBENCH_MILLISECOND, GBENCH_SECOND };

/* How a counter is treated; they may be or-ed. */
enum gbench_counter_flags {
	GBENCH_COUNTER_DEFAULT = 0,                  /* reported as it is */
	GBENCH_COUNTER_RATE = 1 << 0,                /* divided by the time */
	GBENCH_COUNTER_AVG_THREADS = 1 << 1,         /* divided by the number of threads */
	GBENCH_COUNTER_ITERATION_INVARIANT = 1 << 2, /* multiplied by the iterations */
	GBENCH_COUNTER_AVG_ITERATIONS = 1 << 3,      /* divided by the iterations */
	GBENCH_COUNTER_INVERT = 1 << 4,              /* one over it, at the end */
};

/* What "k" means where a counter is printed. */
enum gbench_one_k { GBENCH_1K_IS_1000, GBENCH_1K_IS_1024 };

/* --- before anything is run -------------------------------------------------------------- */

/*
 * Takes the --benchmark_* arguments out of argv and lowers *argc.
 *
 * `print_help`, unless NULL, is called for --help, before Google Benchmark's own help text; the
 * program then exits with status 0. --benchmark_min_time may be written with or without the suffix
 * "s" with every version. A flag with a bad value ends the program with status 1, or is left in
 * argv if a number is wanted; one that only a later version knows is left in argv, too.
 * Returns 0, or -EALREADY on a second call.
 */
int gbench_initialize(int *argc, char **argv, void (*print_help)(void));

/* Names every argument left in argv on standard error; true if there was one. */
bool gbench_report_unrecognized(int argc, char **argv);

/* Adds a pair to the "context" of the results. -EEXIST if the key is there already. */
int gbench_add_context(const char *key, const char *value);

/* The version of Google Benchmark that this was built against, as in "1.7.1". */
const char *gbench_version(void);

/* --- benchmarks --------------------------------------------------------------------------- */

/* Returns the new benchmark, or NULL when out of memory. */
struct gbench_benchmark *gbench_register(const char *name, gbench_fn *fn, void *user);

/* One run with this argument; may be called again for further runs. */
void gbench_arg(struct gbench_benchmark *benchmark, int64_t arg);
/* One run with these `count` arguments together. */
void gbench_args(struct gbench_benchmark *benchmark, const int64_t *args, size_t count);
/* Names for the arguments, in their order, shown in the row's name as "/name:value". */
void gbench_arg_names(struct gbench_benchmark *benchmark, const char *const *names, size_t count);
/* The unit that times are reported in; nanoseconds unless set. */
void gbench_set_unit(struct gbench_benchmark *benchmark, enum gbench_unit unit);
/* A fixed number of iterations (> 0) instead of one found from a minimum time, not beside it. */
void gbench_set_iterations(struct gbench_benchmark *benchmark, int64_t iterations);
/* Rows (> 0) per run; wins over --benchmark_repetitions. */
void gbench_set_repetitions(struct gbench_benchmark *benchmark, int repetitions);
/* Seconds (> 0) that a row's iterations take at least; wins over --benchmark_min_time. */
void gbench_set_min_time(struct gbench_benchmark *benchmark, double seconds);
/* Wall time decides on the number of iterations, and is what rates are divided by. */
void gbench_use_real_time(struct gbench_benchmark *benchmark);
/*
 * The benchmark times its iterations itself, with gbench_set_iteration_time(). Not together with
 * gbench_use_real_time().
 */
void gbench_use_manual_time(struct gbench_benchmark *benchmark);
/* CPU time is the whole process's, not only the calling thread's. Forked children are not in it. */
void gbench_measure_process_cpu_time(struct gbench_benchmark *benchmark);

/* --- inside a benchmark --------------------------------------------------------------------- */

/* True while there are iterations to do: `while (gbench_keep_running(state))`. */
bool gbench_keep_running(struct gbench_state *state);
/* The same for `batch` (> 0) iterations at a time, which makes the cost of asking small. */
bool gbench_keep_running_batch(struct gbench_state *state, int64_t batch);
/*
 * Runs all the iterations as an empty loop inside Google Benchmark's C++: the base line against
 * which the cost of the two calls above is measured. Instead of them, not beside them.
 */
void gbench_run_native_loop(struct gbench_state *state);

/* Stops and restarts the clock within an iteration; each costs a few hundred nanoseconds. */
void gbench_pause_timing(struct gbench_state *state);
void gbench_resume_timing(struct gbench_state *state);
/* The time of this iteration, for benchmarks with manual time; must be called once in each. */
void gbench_set_iteration_time(struct gbench_state *state, double seconds);

/* The value of argument `index`; 0 if there is none of that index. */
int64_t gbench_range(const struct gbench_state *state, size_t index);
/* How many iterations have been done; after the loop: all. */
int64_t gbench_iterations(const struct gbench_state *state);

/*
 * Sets a counter of this row; `flags` from enum gbench_counter_flags.
 * Returns -EINVAL, and sets nothing, for a value that is not finite or, being 0, would not be when
 * inverted: Google Benchmark would write it as bare `NaN` or `Infinity`, which is not JSON.
 */
int gbench_set_counter(struct gbench_state *state, const char *name, double value, unsigned flags,
	enum gbench_one_k one_k);
/* The one free text of a row. */
void gbench_set_label(struct gbench_state *state, const char *label);
void gbench_set_bytes_processed(struct gbench_state *state, int64_t bytes);
void gbench_set_items_processed(struct gbench_state *state, int64_t items);

/*
 * Fails the row with this reason; the loop ends at its next turn, and the row is reported as failed
 * and counted in gbench_report.failed. A benchmark that returns before its loop is over fails, too.
 *
 * After a row has failed or was skipped, its further repetitions do so at once, without a call.
 */
void gbench_fail(struct gbench_state *state, const char *reason);
/*
 * Leaves the row out with this reason; not a failure. Google Benchmark before 1.8 cannot tell the
 * two apart: there the row is shown as an error whose text begins with "skipped: ", but does not
 * count as failed.
 */
void gbench_skip(struct gbench_state *state, const char *reason);

/* --- running -------------------------------------------------------------------------------- */

/*
 * Keeps what is shown short: of repeated rows the aggregates alone, and no counters. They all are
 * in the JSON nonetheless. For tables meant for people: it holds for every --benchmark_format.
 */
void gbench_show_brief(void);

struct gbench_report {
	size_t rows;   /* rows, good or not, but for aggregates such as the median */
	size_t failed; /* of these, the failed ones */
	char *json;    /* the results as --benchmark_out would have them; NULL if none were run */
};

/*
 * Calls every benchmark that the flags select, just as gbench_run() will, but reports nothing and
 * writes no file: for a program that has to know which rows are wanted before it measures any.
 * Returns the number of selected benchmarks, or a negative errno value.
 */
long gbench_roll_call(void);

/*
 * Runs the selected benchmarks, shows them on standard output (or as the flags say), and fills
 * `report`, which the caller hands to gbench_report_finish(), after an error too.
 * Returns 0; -ENOENT if the flags select none; -EIO if standard output could not be written, in
 * which case the report is whole nonetheless.
 */
int gbench_run(struct gbench_report *report);
void gbench_report_finish(struct gbench_report *report);

/* Forgets all benchmarks and the context. Nothing may be called after it. */
void gbench_shutdown(void);

/* --- against the optimiser ------------------------------------------------------------------- */

/* Makes the compiler believe that the lvalue is read, so that what computes it stays. */
#define GBENCH_DO_NOT_OPTIMIZE(lvalue) __asm__ volatile("" : : "r,m"(lvalue) : "memory")
/* Makes the compiler believe that all memory is read and written here. */
#define GBENCH_CLOBBER() __asm__ volatile("" : : : "memory")

#ifdef __cplusplus
}
#endif
