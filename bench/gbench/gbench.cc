/*
 * Implements gbench.h: initialization, registration and running. The functions that a benchmark
 * calls are in state.cc. Most functions are one call of Google Benchmark behind guarded(), which
 * keeps exceptions out of C code; whatever takes more has a file of its own here.
 */
#include "gbench.h"

#include "flags.hh"
#include "guard.hh"
#include "out_file.hh"
#include "reporter.hh"
#include "row.hh"
#include "text.hh"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>
#include <memory>
#include <utility>

using benchmark::State;
using gbench::clean_text;
using gbench::flag_value;
using gbench::guarded;

struct gbench_benchmark {
	gbench_fn *fn;
	void *user;
	size_t arg_count;
	benchmark::internal::Benchmark *native;
};

namespace
{

/*
 * Google Benchmark keeps its flags, benchmarks and context in global variables and calls back
 * without a context pointer, so what the shim has to know in addition is global, too.
 */
struct {
	bool is_initialized;
	std::string program;
	bool is_help_wanted;
	void (*print_help)(void);
	std::string format; /* of the display */
	gbench::display_options display;
	bool has_plain_names;
	std::string out_path; /* "" without --benchmark_out */
	std::string out_format;
	gbench::out_file out_file;
	int setup_error; /* of a function that returns nothing; gbench_run() returns it */
	gbench::row_book rows;
} shim;

template <typename Action> void guarded_setup(Action &&action) noexcept
{
	const int error = guarded(action);
	shim.setup_error = error ? error : shim.setup_error;
}

/* Runs one repetition of a row. */
void run_row(State &state, const gbench_benchmark &benchmark) noexcept
{
	const int error = guarded([&] {
		const size_t arg_count = benchmark.arg_count;
		auto &history = shim.rows.find(state, &benchmark, arg_count);
		gbench::repetition row(state, history, arg_count);
		row.run([&] { benchmark.fn(&row, benchmark.user); });
	});
	if (error) {
		state.SkipWithError(gbench::reason_for(error));
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

/* Google Benchmark calls this both for --help and for bad values, and then exits with status 0. */
void print_help()
{
	if (!shim.is_help_wanted) {
		gbench::die_of_bad_value("--benchmark_format, --benchmark_out_format, "
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

void set_program(const char *name)
{
	shim.program = clean_text(name);
	benchmark::BenchmarkReporter::Context::executable_name = shim.program.c_str();
}

void open_out_file()
{
	const int error = shim.out_path.empty() ? 0 : shim.out_file.open(shim.out_path);
	if (error) {
		gbench::die("cannot write '" + shim.out_path + "': " + std::strerror(-error));
	}
}

/* Google Benchmark adds pairs without looking whether it writes such a key itself. */
bool is_own_key(const std::string &key)
{
	static const char *const keys[] = { "date", "host_name", "executable", "num_cpus",
		"mhz_per_cpu", "cpu_scaling_enabled", "aslr_enabled", "caches", "load_avg",
		"library_version", "library_build_type", "json_schema_version" };
	return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

/* --benchmark_context adds its pairs without the help of the shim. */
void check_context()
{
	auto *const context = benchmark::internal::GetGlobalContext();
	if (context == nullptr) {
		return;
	}
	const auto pairs = std::exchange(*context, {});
	for (const auto &pair : pairs) {
		const std::string key = clean_text(pair.first.c_str());
		if (is_own_key(key)) {
			gbench::die(
				"--benchmark_context: Google Benchmark itself writes the key '" +
				key + "'; choose another one");
		}
		context->emplace(key, clean_text(pair.second.c_str()));
	}
}

/* The only access is through a const reference, but the object itself is not const. */
void clean_host_name()
{
	auto &name = const_cast<std::string &>(benchmark::SystemInfo::Get().name);
	name = clean_text(name.c_str());
}

/* See https://no-color.org: an explicit choice of colours wins. */
bool is_color_unwanted(int argc, char **argv)
{
	const char *no_color = std::getenv("NO_COLOR");
	const bool is_set = no_color != nullptr && *no_color != '\0';
	const std::string color = flag_value(argc, argv, "benchmark_color", "auto");
	return is_set && color == "auto";
}

void read_flags(int argc, char **argv)
{
	shim.is_help_wanted = gbench::has_flag(argc, argv, "help");
	shim.format = flag_value(argc, argv, "benchmark_format", "console");
	shim.out_path = flag_value(argc, argv, "benchmark_out", "");
	shim.out_format = flag_value(argc, argv, "benchmark_out_format", "json");
	const char *hide = flag_value(argc, argv, "benchmark_display_aggregates_only", "no");
	shim.display.hide_rows = gbench::is_true(hide);
}

void parse_flags(int *argc, char **argv)
{
	const char *program = *argc > 0 ? argv[0] : "unknown";
	set_program(program); /* for error messages */
	read_flags(*argc, argv);
	const bool is_plain = is_color_unwanted(*argc, argv);
	const auto rewritten = gbench::rewrite_min_time(*argc, argv);
	benchmark::Initialize(argc, argv, print_help);
	set_program(program); /* Google Benchmark has set it to the caller's string. */
	check_context();
	clean_host_name();
	open_out_file();
	/* The shim does for itself what these two stand for. */
	gbench::set_flag("--benchmark_out=");
	gbench::set_flag("--benchmark_display_aggregates_only=no");
	if (is_plain) {
		gbench::set_flag("--benchmark_color=no");
	}
}

} /* namespace */

/* --- before anything is run ----------------------------------------------------------------- */

int gbench_initialize(int *argc, char **argv, void (*print_help_first)(void))
{
	if (std::exchange(shim.is_initialized, true)) {
		return -EALREADY;
	}
	shim.print_help = print_help_first;
	return guarded([&] { parse_flags(argc, argv); });
}

bool gbench_report_unrecognized(int argc, char **argv)
{
	return benchmark::ReportUnrecognizedArguments(argc, argv);
}

const char *gbench_out_path(void)
{
	return shim.out_path.empty() ? nullptr : shim.out_path.c_str();
}

int gbench_add_context(const char *key, const char *value)
{
	/* Google Benchmark only prints a warning if the key exists. */
	bool is_new = true;
	const int error = guarded([&] {
		const std::string clean_key = clean_text(key);
		const auto *context = benchmark::internal::GetGlobalContext();
		is_new = !is_own_key(clean_key) &&
			 (context == nullptr || context->count(clean_key) == 0);
		if (is_new) {
			benchmark::AddCustomContext(clean_key, clean_text(value));
		}
	});
	return is_new ? error : -EEXIST;
}

bool gbench_has_context(const char *key)
{
	bool has = false;
	guarded([&] {
		const auto *context = benchmark::internal::GetGlobalContext();
		has = context != nullptr && context->count(clean_text(key)) > 0;
	});
	return has;
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
		const gbench_benchmark initial = { fn, user, 0, nullptr };
		auto made = std::make_shared<gbench_benchmark>(initial);
		made->native = benchmark::RegisterBenchmark(
			clean_text(name).c_str(), [made](State &state) { run_row(state, *made); });
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
	guarded_setup([&] {
		std::vector<std::string> clean_names(count);
		std::transform(names, names + count, clean_names.begin(), clean_text);
		benchmark->native->ArgNames(clean_names);
	});
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

/* --- running -------------------------------------------------------------------------------- */

long gbench_dry_run(void)
{
	long selected = 0;
	const int error = guarded([&] {
		std::ostream nowhere(nullptr);
		gbench::silent_reporter reporter;
		reporter.SetOutputStream(&nowhere);
		reporter.SetErrorStream(&nowhere);
		selected = static_cast<long>(run_all(reporter));
	});
	return error ? error : selected;
}

void gbench_set_display(enum gbench_display display)
{
	const bool is_brief = display == GBENCH_DISPLAY_BRIEF;
	shim.display.hide_rows = shim.display.hide_rows || is_brief;
	shim.display.hide_counters = is_brief;
	shim.display.hide_context = is_brief;
	shim.display.hide_all = display == GBENCH_DISPLAY_NONE;
}

void gbench_use_plain_names(void)
{
	shim.has_plain_names = true;
}

int gbench_run(struct gbench_report *report)
{
	*report = gbench_report{ 0, 0, nullptr, nullptr };
	if (shim.setup_error) {
		return shim.setup_error;
	}
	size_t selected = 0;
	const int error = guarded([&] {
		auto &display = gbench::display_reporter(shim.format);
		auto *const file = shim.out_file.is_open() ? &shim.out_file : nullptr;
		gbench::tee_reporter reporter(display, shim.display, file, shim.out_format);
		reporter.use_plain_names(shim.has_plain_names);
		selected = run_all(reporter);
		/* --benchmark_report_aggregates_only keeps failed rows from the reporter, too. */
		const size_t reported = reporter.count_failed();
		report->failed = reported ? reported : shim.rows.count_failures();
		report->rows = std::max(reporter.count_rows(), report->failed);
		report->json = reporter.copy_json();
	});
	const int file_error = shim.out_file.close();
	if (error || selected == 0) {
		return error ? error : -ENOENT;
	}
	if (!is_stdout_good()) {
		report->unwritten = "standard output";
		return -EIO;
	}
	report->unwritten = file_error ? shim.out_path.c_str() : nullptr;
	return file_error;
}

void gbench_report_finish(struct gbench_report *report)
{
	std::free(report->json);
	report->json = nullptr;
}

void gbench_clear(void)
{
	shim.rows = {};
	benchmark::ClearRegisteredBenchmarks();
}

void gbench_shutdown(void)
{
	gbench_clear();
	benchmark::Shutdown();
	benchmark::internal::GetGlobalContext() = nullptr;
}
