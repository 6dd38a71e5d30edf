/*
 * What gbench.cc needs of Google Benchmark beyond plain calls: the differences between its versions
 * 1.7 and 1.9, the reporter that gbench_run() uses, and its command line flags. Nothing here has a
 * state of its own.
 *
 * A difference is picked by overloads on the library's own declarations: of two templates called
 * with a literal 0, the one that takes an int wins over the one that takes a long, unless its
 * return type names a member that this version lacks.
 */
#pragma once

#include "gbench.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <list>
#include <new>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace gbench
{

using benchmark::BenchmarkReporter;
using benchmark::IterationCount;

/* --- versions ------------------------------------------------------------------------------- */

enum class verdict { good, failed, skipped };

/* Before 1.8 a row is either good or an error; what only is to be left out, this tells apart. */
constexpr char skip_prefix[] = "skipped: ";

template <typename State>
auto skip(State &state, const std::string &reason, int) -> decltype(state.SkipWithMessage(reason))
{
	state.SkipWithMessage(reason);
}

template <typename State> void skip(State &state, const std::string &reason, long)
{
	state.SkipWithError((skip_prefix + reason).c_str());
}

template <typename Run> auto end_of(const Run &run, int) -> decltype(run.skipped, verdict())
{
	using cause = decltype(run.skipped);
	if (run.skipped == cause::NotSkipped) {
		return verdict::good;
	}
	return run.skipped == cause::SkippedWithError ? verdict::failed : verdict::skipped;
}

template <typename Run> verdict end_of(const Run &run, long)
{
	if (!run.error_occurred) {
		return verdict::good;
	}
	const bool is_skip = run.error_message.rfind(skip_prefix, 0) == 0;
	return is_skip ? verdict::skipped : verdict::failed;
}

template <typename Reporter>
auto report_config(Reporter &reporter, double time, bool fixed, IterationCount iterations, int)
	-> decltype(reporter.ReportRunsConfig(time, fixed, iterations))
{
	reporter.ReportRunsConfig(time, fixed, iterations);
}

template <typename Reporter> void report_config(Reporter &, double, bool, IterationCount, long)
{
}

/* The minimum time got its suffix in 1.8, together with the report of what became of it. */
template <typename Reporter, typename = void> constexpr const char *time_suffix = "";
template <typename Reporter>
constexpr const char *time_suffix<Reporter, std::void_t<decltype(&Reporter::ReportRunsConfig)>> =
	"s";

/* --- counters ------------------------------------------------------------------------------- */

using benchmark::Counter;

inline Counter::Flags counter_flags(unsigned flags)
{
	constexpr unsigned same = GBENCH_COUNTER_RATE | GBENCH_COUNTER_AVG_THREADS |
				  GBENCH_COUNTER_ITERATION_INVARIANT |
				  GBENCH_COUNTER_AVG_ITERATIONS;
	static_assert(int(GBENCH_COUNTER_RATE) == Counter::kIsRate);
	static_assert(int(GBENCH_COUNTER_AVG_THREADS) == Counter::kAvgThreads);
	static_assert(int(GBENCH_COUNTER_ITERATION_INVARIANT) == Counter::kIsIterationInvariant);
	static_assert(int(GBENCH_COUNTER_AVG_ITERATIONS) == Counter::kAvgIterations);
	const auto result = static_cast<Counter::Flags>(flags & same);
	return flags & GBENCH_COUNTER_INVERT ? result | Counter::kInvert : result;
}

/* --- reporting ------------------------------------------------------------------------------ */

/* A class of its own, for only from 1.8 on is there something here that could say `override`. */
struct config_reporter : BenchmarkReporter {
	explicit config_reporter(BenchmarkReporter &shown_by) : display(shown_by)
	{
	}

	virtual void ReportRunsConfig(double time, bool fixed, IterationCount iterations)
	{
		report_config(display, time, fixed, iterations, 0);
	}

	BenchmarkReporter &display;
};

/*
 * Hands everything on to `display`, and to a reporter that makes JSON of it. The JSON holds what
 * --benchmark_out would get: every row and every aggregate, but for repeated rows the aggregates
 * alone with --benchmark_report_aggregates_only, which keeps such rows from all reporters.
 * --benchmark_display_aggregates_only keeps them from this one, as it stands for the display;
 * for the JSON to have them, turn that off and `hide_rows` on.
 */
class tee_reporter : public config_reporter
{
public:
	tee_reporter(BenchmarkReporter &shown_by, bool hide_repeated_rows, bool hide_all_counters)
		: config_reporter(shown_by), hide_rows(hide_repeated_rows),
		  hide_counters(hide_all_counters)
	{
		SetOutputStream(&display.GetOutputStream());
		SetErrorStream(&display.GetErrorStream());
		json.SetOutputStream(&text);
		json.SetErrorStream(&text);
	}

	bool ReportContext(const Context &context) override
	{
		has_run = true;
		return json.ReportContext(context) && display.ReportContext(context);
	}

	void ReportRuns(const std::vector<Run> &reported) override
	{
		std::vector<Run> runs = reported;
		size_t good = 0;
		for (Run &run : runs) {
			if (run.run_type == Run::RT_Iteration) {
				rows++;
				failed += end_of(run, 0) == verdict::failed;
				good += end_of(run, 0) == verdict::good;
			}
			replace_nan(run);
		}
		json.ReportRuns(runs);
		if (hide_counters) {
			for (Run &run : runs) {
				run.counters.clear();
			}
		}
		/* From two good rows on there are aggregates, which are reported next. */
		if (!hide_rows || good < 2) {
			display.ReportRuns(runs);
		}
	}

	void Finalize() override
	{
		display.Finalize();
		json.Finalize();
	}

	const bool hide_rows;
	const bool hide_counters;
	std::ostringstream text;
	bool has_run = false;
	size_t rows = 0;
	size_t failed = 0;

private:
	/* 1.7 takes the relative deviation of values that all are 0 for nan, which is not JSON. */
	static void replace_nan(Run &run)
	{
		const auto replace = [](double &value) { value = std::isnan(value) ? 0 : value; };
		replace(run.real_accumulated_time);
		replace(run.cpu_accumulated_time);
		for (auto &counter : run.counters) {
			replace(counter.second.value);
		}
	}

	benchmark::JSONReporter json;
};

/* For C, from malloc(). */
inline char *copy_of(const std::ostringstream &text)
{
	/* A stream swallows the exception when memory runs out. */
	char *copy = text ? strdup(text.str().c_str()) : nullptr;
	if (copy == nullptr) {
		throw std::bad_alloc();
	}
	return copy;
}

/* --- flags ---------------------------------------------------------------------------------- */

/* Says what is wrong, behind the program's name without its folders, and ends it. */
[[noreturn]] inline void die(const std::string &complaint)
{
	const char *program = BenchmarkReporter::Context::executable_name;
	const char *slash = std::strrchr(program, '/');
	std::fprintf(stderr, "%s: error: %s\n", slash ? slash + 1 : program, complaint.c_str());
	std::exit(1);
}

[[noreturn]] inline void bad_value(const char *flags)
{
	die(std::string("bad value for ") + flags);
}

/* Google Benchmark opens its file when all has been measured, and exits if it cannot. */
inline void check_out_file(const char *path)
{
	std::FILE *file = *path ? std::fopen(path, "a") : nullptr;
	if (*path && file == nullptr) {
		die(std::string("cannot write '") + path + "': " + std::strerror(errno));
	}
	if (file != nullptr) {
		std::fclose(file);
	}
}

/* The value of --name in `arg`, which is "" where there is none; NULL if it is another flag. */
inline const char *value_in(const char *arg, const std::string &name)
{
	const std::string flag = "--" + name;
	if (std::strncmp(arg, flag.c_str(), flag.size()) != 0) {
		return nullptr;
	}
	const char *rest = arg + flag.size();
	if (*rest == '\0') {
		return rest;
	}
	return *rest == '=' ? rest + 1 : nullptr;
}

/* Google Benchmark takes the last of several, and the environment's if there is none. */
inline const char *last_value(int argc, char **argv, const char *name, const char *otherwise)
{
	const char *result = otherwise;
	for (int i = 1; i < argc; i++) {
		const char *value = value_in(argv[i], name);
		result = value != nullptr ? value : result;
	}
	return result;
}

/* As Google Benchmark reads a flag that is on or off. */
inline bool is_on(std::string value)
{
	const auto lower = [](unsigned char c) { return static_cast<char>(std::tolower(c)); };
	std::transform(value.begin(), value.end(), value.begin(), lower);
	const auto off = { "0", "f", "n", "false", "no", "off" };
	return std::find(off.begin(), off.end(), value) == off.end();
}

/*
 * The value of --benchmark_min_time as this version wants it. A count of iterations, "10x", stays:
 * 1.7 leaves that in argv. What is neither a time nor a count would make 1.9 abort later.
 */
inline std::string min_time_value(const char *value)
{
	char *rest = nullptr;
	const double number = std::strtod(value, &rest);
	const std::string digits(value, static_cast<size_t>(rest - value));
	const bool is_whole = digits.find_first_not_of("0123456789") == std::string::npos;
	const bool is_count = std::strcmp(rest, "x") == 0 && is_whole && number > 0;
	const bool is_time = (std::strcmp(rest, "s") == 0 || *rest == '\0') && number >= 0;
	if (digits.empty() || !std::isfinite(number) || (!is_count && !is_time)) {
		bad_value("--benchmark_min_time");
	}
	return is_count ? value : digits + time_suffix<BenchmarkReporter>;
}

/*
 * Rewrites argv; what the new arguments are made of is returned, to be kept until
 * benchmark::Initialize() has taken them out again.
 */
inline std::list<std::string> rewrite_min_time(int argc, char **argv)
{
	std::list<std::string> rewritten;
	for (int i = 1; i < argc; i++) {
		const char *value = value_in(argv[i], "benchmark_min_time");
		if (value != nullptr && min_time_value(value) != value) {
			rewritten.push_back("--benchmark_min_time=" + min_time_value(value));
			argv[i] = rewritten.back().data();
		}
	}
	return rewritten;
}

/* Sets one flag beside those that are set; initializing once more is the only way to do that. */
inline void set_flag(std::string flag)
{
	/* It adds what --benchmark_context said once more, and complains if that is there. */
	auto *&context = benchmark::internal::GetGlobalContext();
	auto *const kept = std::exchange(context, nullptr);
	char *program = const_cast<char *>(BenchmarkReporter::Context::executable_name);
	char *argv[] = { program, flag.data(), nullptr };
	int argc = 2;
	benchmark::Initialize(&argc, argv);
	delete std::exchange(context, kept);
}

} /* namespace gbench */
