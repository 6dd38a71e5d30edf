/*
 * A C API over Google Benchmark (https://github.com/google/benchmark).
 *
 * Register functions, let Google Benchmark repeat, time and tabulate them, and get back how many
 * rows there were, how many failed, and all results as JSON text:
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
 *		bool failed = error || report.failed > 0;
 *		gbench_report_finish(&report);
 *		gbench_shutdown();
 *		return failed;
 *	}
 *
 * A row is one benchmark with one set of arguments. Each of its repetitions calls the benchmark
 * function anew (more than once while the number of iterations is searched) and is reported as one
 * row of the results; from two good repetitions on, aggregates such as the median follow.
 *
 * These conventions hold for every function:
 *
 * 1. A state belongs to the shim and is valid during the call of the benchmark function that it was
 *    passed to. A benchmark handle is valid until gbench_shutdown().
 * 2. Strings passed in are copied. `user` pointers stay the caller's and must remain valid during
 *    every run. Pointers must not be NULL unless the function says so.
 * 3. Strings may hold any bytes. Bytes that are not valid UTF-8, and control characters other than
 *    newline and tab, are replaced by '?', so that all output is valid. This includes text from
 *    outside: argv[0], the host name and --benchmark_context.
 * 4. Times are in seconds. A function that can fail returns 0 or a negative errno value.
 * 5. No C++ exception leaves the shim: it becomes -ENOMEM or -EIO, and inside a benchmark function
 *    it fails the row. A function without a return value that fails before gbench_run() makes
 *    gbench_run() return the error.
 * 6. Like Google Benchmark itself, the API is for one thread: call it from the thread that called
 *    gbench_initialize(). A benchmark may start threads, which must not use the state.
 * 7. Everything means the same with Google Benchmark 1.7 and 1.9, except where a comment says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The state of one repetition while it runs. */
struct gbench_state {
	int64_t remaining; /* private: iterations left to gbench_keep_running() */
};

struct gbench_benchmark;

/* A benchmark function; `user` is the pointer given to gbench_register(). */
typedef void gbench_fn(struct gbench_state *state, void *user);

enum gbench_unit { GBENCH_NANOSECOND, GBENCH_MICROSECOND, GBENCH_MILLISECOND, GBENCH_SECOND };

/* How the value of a counter is processed before it is reported; flags may be combined. */
enum gbench_counter_flags {
	GBENCH_COUNTER_DEFAULT = 0,                  /* not at all */
	GBENCH_COUNTER_RATE = 1 << 0,                /* divided by the time in seconds */
	GBENCH_COUNTER_AVG_THREADS = 1 << 1,         /* divided by the number of threads */
	GBENCH_COUNTER_ITERATION_INVARIANT = 1 << 2, /* multiplied by the iterations */
	GBENCH_COUNTER_AVG_ITERATIONS = 1 << 3,      /* divided by the iterations */
	GBENCH_COUNTER_INVERT = 1 << 4,              /* finally, its reciprocal is taken */
};

/* The meaning of the prefix "k" where a counter is printed. */
enum gbench_one_k { GBENCH_1K_IS_1000, GBENCH_1K_IS_1024 };

/* --- before anything is run ----------------------------------------------------------------- */

/*
 * Removes the --benchmark_* arguments from argv and lowers *argc. The environment variable of each
 * flag (BENCHMARK_OUT for --benchmark_out) sets its default.
 *
 * `print_help`, unless NULL, is called for --help, before Google Benchmark's own help text is
 * printed; the program then exits with status 0. A flag whose value is not valid ends the program
 * with a message and status 1; if a number was expected, the flag is left in argv instead, and so
 * is one that only a later version knows.
 *
 * Differences to Google Benchmark: --benchmark_min_time may be written with or without the suffix
 * "s" with every version. --benchmark_context with a key that Google Benchmark writes itself ends the
 * program with a message and status 1. The file of --benchmark_out is opened now; if that is not possible, the
 * program ends with a message and status 1. With --benchmark_format=csv and
 * --benchmark_out_format=csv, rows may differ in their counters. A non-empty NO_COLOR in the
 * environment turns colours off unless --benchmark_color chooses otherwise.
 *
 * Returns 0, or -EALREADY on a second call.
 */
int gbench_initialize(int *argc, char **argv, void (*print_help)(void));

/* Prints every argument left in argv to standard error; returns whether there was one. */
bool gbench_report_unrecognized(int argc, char **argv);

/* Returns the path of --benchmark_out, or NULL without one; valid until the program ends. */
const char *gbench_out_path(void);

/*
 * Adds a pair to the "context" of the results. Returns -EEXIST if there is such a key, or if Google
 * Benchmark writes it itself, such as "date".
 */
int gbench_add_context(const char *key, const char *value);

/* Returns the version of Google Benchmark that the shim was built with, such as "1.7.1". */
const char *gbench_version(void);

/* Returns whether the context has a pair with this key; false as well if out of memory. */
bool gbench_has_context(const char *key);

/* --- benchmarks ----------------------------------------------------------------------------- */

/* Registers a benchmark. Returns its handle, or NULL when out of memory. */
struct gbench_benchmark *gbench_register(const char *name, gbench_fn *fn, void *user);

/* Adds a row that is run with this argument. */
void gbench_arg(struct gbench_benchmark *benchmark, int64_t arg);

/* Adds a row that is run with these `count` arguments; `count` is the same in all calls. */
void gbench_args(struct gbench_benchmark *benchmark, const int64_t *args, size_t count);

/* Names the arguments, in their order; the name of the row then ends in "/name:value". */
void gbench_arg_names(struct gbench_benchmark *benchmark, const char *const *names, size_t count);

/* Sets the unit in which times are reported; the default is nanoseconds. */
void gbench_set_unit(struct gbench_benchmark *benchmark, enum gbench_unit unit);

/* Sets a fixed number (> 0) of iterations; excludes gbench_set_min_time(). */
void gbench_set_iterations(struct gbench_benchmark *benchmark, int64_t iterations);

/* Sets the number (> 0) of repetitions of each row; overrides --benchmark_repetitions. */
void gbench_set_repetitions(struct gbench_benchmark *benchmark, int repetitions);

/* Sets the least time (> 0 s) of all iterations together; overrides --benchmark_min_time. */
void gbench_set_min_time(struct gbench_benchmark *benchmark, double seconds);

/* Makes wall time, not CPU time, decide on the number of iterations and divide rates. */
void gbench_use_real_time(struct gbench_benchmark *benchmark);

/*
 * Makes the benchmark time its iterations itself, with gbench_set_iteration_time(). Excludes
 * gbench_use_real_time().
 */
void gbench_use_manual_time(struct gbench_benchmark *benchmark);

/* Makes CPU time that of all threads of the process, without child processes. */
void gbench_measure_process_cpu_time(struct gbench_benchmark *benchmark);

/* --- inside a benchmark --------------------------------------------------------------------- */

/* Private: the slow path of gbench_keep_running(). */
bool gbench_next_batch(struct gbench_state *state);

/*
 * Returns whether there is another iteration to do: `while (gbench_keep_running(state))`. The clock
 * starts with the first call and stops with the one that returns false. A benchmark function has
 * one loop, and must not return before its end.
 *
 * The loop costs as much as the range-based for loop of the C++ API. The compiler may keep the
 * count in a register unless the body calls functions or touches memory; otherwise it is in memory,
 * which costs a few cycles more on CPUs without fast store-to-load forwarding. The loop is not
 * removed when its body is empty; to keep what the body computes, see GBENCH_CLOBBER().
 */
static inline bool gbench_keep_running(struct gbench_state *state)
{
	__asm__ volatile("");
	if (__builtin_expect(state->remaining > 0, 1)) {
		state->remaining--;
		return true;
	}
	return gbench_next_batch(state);
}

/*
 * The same for `batch` (> 0) iterations at a time. The last batch is a whole one, too, even if that
 * exceeds the number of iterations; all that were done are counted.
 */
bool gbench_keep_running_batch(struct gbench_state *state, int64_t batch);

/*
 * Runs all iterations as a loop around GBENCH_CLOBBER() inside Google Benchmark's C++: the baseline
 * for the cost of the two functions above, in place of which it is called.
 */
void gbench_run_native_loop(struct gbench_state *state);

/*
 * Stop and restart the clock within an iteration; each takes a few hundred nanoseconds. Have no
 * effect outside the loop, or when the clock is stopped or running already.
 */
void gbench_pause_timing(struct gbench_state *state);
void gbench_resume_timing(struct gbench_state *state);

/*
 * Sets the time of this iteration, once in each, for gbench_use_manual_time(). A time that is
 * negative or not finite fails the row.
 */
void gbench_set_iteration_time(struct gbench_state *state, double seconds);

/* Returns the argument with this index, or 0 if there is none. */
int64_t gbench_range(const struct gbench_state *state, size_t index);

/* Returns the number of iterations begun so far; after the loop, of all. */
int64_t gbench_iterations(const struct gbench_state *state);

/*
 * Sets a counter of this row; `flags` are from enum gbench_counter_flags.
 *
 * Returns -EINVAL, and sets nothing, if the value or, with GBENCH_COUNTER_INVERT, its reciprocal is
 * not finite: JSON has no such number. A counter that becomes infinite later, such as a rate over
 * no time, is missing from the row.
 */
int gbench_set_counter(struct gbench_state *state, const char *name, double value, unsigned flags,
	enum gbench_one_k one_k);

/* Sets the free text of this row. */
void gbench_set_label(struct gbench_state *state, const char *label);

/* Set the bytes or items that all iterations have processed; reported as rates per second. */
void gbench_set_bytes_processed(struct gbench_state *state, int64_t bytes);
void gbench_set_items_processed(struct gbench_state *state, int64_t items);

/*
 * Fails the row for this reason. The loop ends with the next call of its condition; the row is
 * reported as failed and counted in gbench_report.failed. A benchmark function that returns before
 * its loop has ended fails as well.
 *
 * Of several calls the first counts. Later repetitions of a row that has failed or was skipped end
 * at once in the same way, without a call of the benchmark function.
 */
void gbench_fail(struct gbench_state *state, const char *reason);

/*
 * Skips the row for this reason, which is not a failure. Before 1.8 Google Benchmark does not tell
 * the two apart: the row is then shown as an error whose text begins with "skipped: ", but is not
 * counted as failed.
 */
void gbench_skip(struct gbench_state *state, const char *reason);

/* --- running -------------------------------------------------------------------------------- */

/* What gbench_run() shows; the JSON and the file of --benchmark_out have everything in any case. */
enum gbench_display {
	GBENCH_DISPLAY_ALL,
	GBENCH_DISPLAY_BRIEF, /* of repeated rows the aggregates, without counters and context */
	GBENCH_DISPLAY_NONE,
};

/* Sets what is shown, in every --benchmark_format; GBENCH_DISPLAY_ALL unless set. */
void gbench_set_display(enum gbench_display display);

/*
 * From now on the results have benchmarks under their own names, without what Google Benchmark appends
 * to tell how they were run ("/iterations:1/repeats:3/manual_time"). So the same benchmark has one name
 * however often it was repeated. The regular expression of --benchmark_filter still sees the whole.
 */
void gbench_use_plain_names(void);

struct gbench_report {
	size_t rows;           /* good or not, without aggregates */
	size_t failed;         /* of these */
	char *json;            /* all results in Google Benchmark's format; NULL if none were run */
	const char *unwritten; /* the output that could not be written, or NULL; not to be freed */
};

/*
 * Calls every benchmark function that the flags select exactly as gbench_run() would, but reports
 * nothing and writes no file. It lets a program find out which rows are wanted before it measures
 * any; the functions must know by other means that this is a dry run.
 *
 * Returns the number of selected benchmarks, or a negative errno value.
 */
long gbench_dry_run(void);

/*
 * Runs the selected benchmarks, shows the results on standard output as the flags say, writes the
 * file of --benchmark_out (in the first run only), and fills `report`. Call gbench_report_finish()
 * for it, after an error as well.
 *
 * Returns 0, or -ENOENT if the flags select no benchmark. If an output could not be written as a
 * whole, returns the error and sets report->unwritten to "standard output" or to the path of
 * --benchmark_out; the rest of the report is complete nonetheless.
 */
int gbench_run(struct gbench_report *report);

/* Frees what the report holds. */
void gbench_report_finish(struct gbench_report *report);

/* Forgets all benchmarks, so that others can be registered. */
void gbench_clear(void);

/* Forgets all benchmarks and the context. No other function may be called afterwards. */
void gbench_shutdown(void);

/* --- against the optimizer ------------------------------------------------------------------ */

/* Makes the compiler assume that the lvalue is read here, so that its computation is kept. */
#define GBENCH_DO_NOT_OPTIMIZE(lvalue) __asm__ volatile("" : : "r,m"(lvalue) : "memory")

/* Makes the compiler assume that all memory is read and written here. */
#define GBENCH_CLOBBER() __asm__ volatile("" : : : "memory")

#ifdef __cplusplus
}
#endif
