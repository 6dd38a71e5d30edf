/*
 * What differs between Google Benchmark 1.7 and 1.9, behind one set of names.
 *
 * Overload resolution picks the variant that fits the installed header: each function has two
 * templates, called with a literal 0. The one that takes an int is preferred; it drops out when its
 * return type names a member that this version lacks, which leaves the one that takes a long.
 */
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include <benchmark/benchmark.h>

namespace gbench
{

using benchmark::BenchmarkReporter;
using Run = BenchmarkReporter::Run;

enum class verdict { good, failed, skipped };

/* Before 1.8 a skipped row can only be reported as an error; this prefix marks it. */
constexpr char skip_prefix[] = "skipped: ";

template <typename NativeState>
auto skip_native(NativeState &state, const std::string &reason, int)
	-> decltype(state.SkipWithMessage(reason))
{
	state.SkipWithMessage(reason);
}

template <typename NativeState>
void skip_native(NativeState &state, const std::string &reason, long)
{
	state.SkipWithError((skip_prefix + reason).c_str());
}

/* Skips a row without failing it. */
inline void skip(benchmark::State &state, const std::string &reason)
{
	skip_native(state, reason, 0);
}

template <typename NativeRun>
auto verdict_of_native(const NativeRun &run, int) -> decltype(run.skipped, verdict())
{
	using cause = decltype(run.skipped);
	if (run.skipped == cause::NotSkipped) {
		return verdict::good;
	}
	return run.skipped == cause::SkippedWithError ? verdict::failed : verdict::skipped;
}

template <typename NativeRun> verdict verdict_of_native(const NativeRun &run, long)
{
	if (!run.error_occurred) {
		return verdict::good;
	}
	const bool is_skip = run.error_message.rfind(skip_prefix, 0) == 0;
	return is_skip ? verdict::skipped : verdict::failed;
}

inline verdict verdict_of(const Run &run)
{
	return verdict_of_native(run, 0);
}

template <typename NativeRun>
auto reason_of_native(const NativeRun &run, int) -> decltype((run.skip_message))
{
	return run.skip_message;
}

template <typename NativeRun> const std::string &reason_of_native(const NativeRun &run, long)
{
	return run.error_message;
}

/* Why a row failed or was skipped; "" for a good row. */
inline const std::string &reason_of(const Run &run)
{
	return reason_of_native(run, 0);
}

/*
 * The suffix of the time in --benchmark_min_time. 1.8 introduced it, together with the reporter
 * function that is looked for here.
 */
template <typename Reporter, typename = void> constexpr const char *time_suffix_native = "";
template <typename Reporter>
constexpr const char
	*time_suffix_native<Reporter, std::void_t<decltype(&Reporter::ReportRunsConfig)>> = "s";
constexpr const char *time_suffix = time_suffix_native<BenchmarkReporter>;

} /* namespace gbench */
