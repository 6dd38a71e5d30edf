/*
 * The shim behind gbench.h. Most functions here are one call of Google Benchmark, made so that no
 * exception gets out. What is more than that is in gbench_library.hh, and in gbench_rows.hh,
 * through which every benchmark is called.
 */
#include "gbench.h"
#include "gbench_library.hh"
#include "gbench_rows.hh"

#include <cerrno>
#include <memory>
#include <new>

using benchmark::Counter;
using benchmark::State;
using gbench::verdict;

struct gbench_benchmark {
	gbench_fn *fn;
	void *user;
	size_t arg_count;
	benchmark::internal::Benchmark *native;
};

namespace
{

/*
 * Google Benchmark keeps its flags, benchmarks and context in global variables, does not tell the
 * flags, and calls back without a context pointer; this is what has to be known beside them.
 */
struct {
	bool initialized;
	std::string program;
	bool help_wanted;
	void (*print_help)(void);
	std::string out_file;
	bool hide_rows;
	bool hide_counters;
	int setup_error; /* of a function that returns nothing; gbench_run() returns it */
	gbench::row_book rows;
} shim;

/* A C state *is* the library's, under another name: no allocation, no indirection in the loop. */
State &native(const gbench_state *state)
{
	return *reinterpret_cast<State *>(const_cast<gbench_state *>(state));
}

/* Runs `action` and turns an exception into a negative errno value: none may get into C code. */
template <typename Action> int guarded(Action &&action) noexcept
{
	try {
		action();
		return 0;
	} catch (const std::bad_alloc &) {
		return -ENOMEM;
	} catch (...) {
		return -EIO;
	}
}

template <typename Action> void guarded_setup(Action &&action) noexcept
{
	const int error = guarded(action);
	shim.setup_error = error ? error : shim.setup_error;
}

template <typename Action> void guarded_in_row(State &state, Action &&action) noexcept
{
	const int error = guarded(action);
	if (error) {
		shim.rows.abandon(state, error == -ENOMEM ? "out of memory" : "C++ exception");
	}
}

size_t run_all(benchmark::BenchmarkReporter &reporter)
{
	shim.rows = {};
	return benchmark::RunSpecifiedBenchmarks(&reporter);
}

bool is_stdout_good()
{
	const bool is_stream_good = std::cout.flush().good();
	return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && is_stream_good;
}

/* Google Benchmark calls this for --help and for bad values alike, and then exits with 0. */
void print_help()
{
	if (!shim.help_wanted) {
		gbench::bad_value("--benchmark_format, --benchmark_out_format, "
				  "--benchmark_time_unit or --benchmark_color");
	}
	if (shim.print_help != nullptr) {
		shim.print_help();
	}
	benchmark::PrintDefaultHelp();
	if (!is_stdout_good()) {
		gbench::die("could not write to standard output");
	}
}

void parse_flags(int *argc, char **argv)
{
	const char *&program = benchmark::BenchmarkReporter::Context::executable_name;
	const char *out = std::getenv("BENCHMARK_OUT");
	const char *hide = std::getenv("BENCHMARK_DISPLAY_AGGREGATES_ONLY");
	out = gbench::last_value(*argc, argv, "benchmark_out", out ? out : "");
	hide = gbench::last_value(
		*argc, argv, "benchmark_display_aggregates_only", hide ? hide : "no");
	shim.help_wanted = gbench::last_value(*argc, argv, "help", nullptr) != nullptr;
	shim.out_file = out;
	shim.hide_rows = gbench::is_on(hide);
	shim.program = *argc > 0 ? argv[0] : "unknown";
	program = shim.program.c_str(); /* for error messages */
	gbench::check_out_file(out);
	const auto rewritten = gbench::rewrite_min_time(*argc, argv);
	benchmark::Initialize(argc, argv, print_help);
	program = shim.program.c_str(); /* It was made to point to the caller's string. */
	if (shim.hide_rows) {
		gbench::set_flag("--benchmark_display_aggregates_only=no");
	}
}

} /* namespace */

/* --- before anything is run --------------------------------------------------------------- */

int gbench_initialize(int *argc, char **argv, void (*print_help_first)(void))
{
	if (std::exchange(shim.initialized, true)) {
		return -EALREADY;
	}
	shim.print_help = print_help_first;
	return guarded([&] { parse_flags(argc, argv); });
}

bool gbench_report_unrecognized(int argc, char **argv)
{
	return benchmark::ReportUnrecognizedArguments(argc, argv);
}

int gbench_add_context(const char *key, const char *value)
{
	/* Google Benchmark only complains of a key that is there, on standard error. */
	bool is_new = true;
	const int error = guarded([&] {
		const auto *context = benchmark::internal::GetGlobalContext();
		is_new = context == nullptr || context->count(key) == 0;
		if (is_new) {
			benchmark::AddCustomContext(key, value);
		}
	});
	return is_new ? error : -EEXIST;
}

const char *gbench_version(void)
{
	return GBENCH_LIBRARY_VERSION;
}

/* --- benchmarks ----------------------------------------------------------------------------- */

struct gbench_benchmark *gbench_register(const char *name, gbench_fn *fn, void *user)
{
	struct gbench_benchmark *result = nullptr;
	const auto create = [&] {
		auto made = std::make_shared<gbench_benchmark>(
			gbench_benchmark{ fn, user, 0, nullptr });
		made->native = benchmark::RegisterBenchmark(name, [made](State &state) {
			guarded_in_row(state, [&] {
				auto *c_state = reinterpret_cast<gbench_state *>(&state);
				const auto body = [&] { made->fn(c_state, made->user); };
				shim.rows.run(state, made.get(), made->arg_count, body);
			});
		});
		result = made.get();
	};
	return guarded(create) ? nullptr : result;
}

void gbench_arg(struct gbench_benchmark *benchmark, int64_t arg)
{
	gbench_args(benchmark, &arg, 1);
}

void gbench_args(struct gbench_benchmark *benchmark, const int64_t *args, size_t count)
{
	guarded_setup([&] { benchmark->native->Args({ args, args + count }); });
	benchmark->arg_count = count;
}

void gbench_arg_names(struct gbench_benchmark *benchmark, const char *const *names, size_t count)
{
	guarded_setup([&] { benchmark->native->ArgNames({ names, names + count }); });
}

void gbench_set_unit(struct gbench_benchmark *benchmark, enum gbench_unit unit)
{
	static_assert(GBENCH_NANOSECOND == int(benchmark::kNanosecond) &&
		      GBENCH_MICROSECOND == int(benchmark::kMicrosecond) &&
		      GBENCH_MILLISECOND == int(benchmark::kMillisecond) &&
		      GBENCH_SECOND == int(benchmark::kSecond));
	benchmark->native->Unit(static_cast<benchmark::TimeUnit>(unit));
}

void gbench_set_iterations(struct gbench_benchmark *benchmark, int64_t iterations)
{
	benchmark->native->Iterations(iterations);
}

void gbench_set_repetitions(struct gbench_benchmark *benchmark, int repetitions)
{
	benchmark->native->Repetitions(repetitions);
}

void gbench_set_min_time(struct gbench_benchmark *benchmark, double seconds)
{
	benchmark->native->MinTime(seconds);
}

void gbench_use_real_time(struct gbench_benchmark *benchmark)
{
	benchmark->native->UseRealTime();
}

void gbench_use_manual_time(struct gbench_benchmark *benchmark)
{
	benchmark->native->UseManualTime();
}

void gbench_measure_process_cpu_time(struct gbench_benchmark *benchmark)
{
	benchmark->native->MeasureProcessCPUTime();
}

/* --- inside a benchmark ----------------------------------------------------------------------- */

bool gbench_keep_running(struct gbench_state *state)
{
	bool is_running = false;
	guarded_in_row(native(state), [&] { is_running = native(state).KeepRunning(); });
	return is_running;
}

bool gbench_keep_running_batch(struct gbench_state *state, int64_t batch)
{
	bool is_running = false;
	guarded_in_row(native(state), [&] { is_running = native(state).KeepRunningBatch(batch); });
	return is_running;
}

/* In a row that is left out the clock stands for good, and Google Benchmark aborts if touched. */
void gbench_run_native_loop(struct gbench_state *state)
{
	if (!shim.rows.is_good()) {
		return;
	}
	guarded_in_row(native(state), [&] {
		for (auto iteration : native(state)) {
			benchmark::ClobberMemory();
			(void)iteration;
		}
	});
}

void gbench_pause_timing(struct gbench_state *state)
{
	if (shim.rows.is_good()) {
		guarded_in_row(native(state), [&] { native(state).PauseTiming(); });
	}
}

void gbench_resume_timing(struct gbench_state *state)
{
	if (shim.rows.is_good()) {
		guarded_in_row(native(state), [&] { native(state).ResumeTiming(); });
	}
}

void gbench_set_iteration_time(struct gbench_state *state, double seconds)
{
	native(state).SetIterationTime(seconds);
}

int64_t gbench_range(const struct gbench_state *state, size_t index)
{
	(void)state; /* It does not tell how many there are. */
	return shim.rows.arg(index);
}

int64_t gbench_iterations(const struct gbench_state *state)
{
	return native(state).iterations();
}

int gbench_set_counter(struct gbench_state *state, const char *name, double value, unsigned flags,
	enum gbench_one_k one_k)
{
	const bool is_divisor = flags & GBENCH_COUNTER_INVERT;
	if (!std::isfinite(value) || (is_divisor && value == 0)) {
		return -EINVAL;
	}
	const auto base = one_k == GBENCH_1K_IS_1024 ? Counter::kIs1024 : Counter::kIs1000;
	guarded_in_row(native(state), [&] {
		native(state).counters[name] = Counter(value, gbench::counter_flags(flags), base);
	});
	return 0;
}

void gbench_set_label(struct gbench_state *state, const char *label)
{
	guarded_in_row(native(state), [&] { native(state).SetLabel(label); });
}

void gbench_set_bytes_processed(struct gbench_state *state, int64_t bytes)
{
	guarded_in_row(native(state), [&] { native(state).SetBytesProcessed(bytes); });
}

void gbench_set_items_processed(struct gbench_state *state, int64_t items)
{
	guarded_in_row(native(state), [&] { native(state).SetItemsProcessed(items); });
}

void gbench_fail(struct gbench_state *state, const char *reason)
{
	guarded_in_row(native(state),
		[&] { shim.rows.leave_out(native(state), verdict::failed, reason); });
}

void gbench_skip(struct gbench_state *state, const char *reason)
{
	guarded_in_row(native(state),
		[&] { shim.rows.leave_out(native(state), verdict::skipped, reason); });
}

/* --- running ---------------------------------------------------------------------------------- */

long gbench_roll_call(void)
{
	long selected = 0;
	const int error = guarded([&] {
		std::ostream nowhere(nullptr);
		benchmark::JSONReporter silent;
		silent.SetOutputStream(&nowhere);
		silent.SetErrorStream(&nowhere);
		if (!shim.out_file.empty()) {
			/* The file would be emptied, whatever reports to it. */
			gbench::set_flag("--benchmark_out=");
		}
		selected = static_cast<long>(run_all(silent));
	});
	const int restore_error = guarded([] {
		if (!shim.out_file.empty()) {
			gbench::set_flag("--benchmark_out=" + shim.out_file);
		}
	});
	return error ? error : restore_error ? restore_error : selected;
}

void gbench_show_brief(void)
{
	shim.hide_rows = true;
	shim.hide_counters = true;
}

int gbench_run(struct gbench_report *report)
{
	*report = gbench_report{ 0, 0, nullptr };
	if (shim.setup_error) {
		return shim.setup_error;
	}
	size_t selected = 0;
	const int error = guarded([&] {
		auto &display = *benchmark::CreateDefaultDisplayReporter();
		gbench::tee_reporter reporter(display, shim.hide_rows, shim.hide_counters);
		selected = run_all(reporter);
		/* Those that --benchmark_report_aggregates_only hides count as well. */
		report->failed = reporter.failed ? reporter.failed : shim.rows.count_failures();
		report->rows = std::max(reporter.rows, report->failed);
		report->json = reporter.has_run ? gbench::copy_of(reporter.text) : nullptr;
	});
	if (error) {
		return error;
	}
	if (selected == 0) {
		return -ENOENT;
	}
	return is_stdout_good() ? 0 : -EIO;
}

void gbench_report_finish(struct gbench_report *report)
{
	std::free(report->json);
	report->json = nullptr;
}

void gbench_shutdown(void)
{
	shim.rows = {};
	benchmark::ClearRegisteredBenchmarks();
	benchmark::Shutdown();
	benchmark::internal::GetGlobalContext() = nullptr;
}
