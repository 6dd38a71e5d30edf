/*
 * Runs the rows of the registered benchmarks, and keeps Google Benchmark from aborting when some
 * repetitions of a row fail or are skipped and at least two others are good. It then computes
 * aggregates over the good ones, taking the list of statistics from the first repetition, which has
 * none if that one is not good; and it aborts if the repetitions differ in their iteration counts.
 * Therefore
 *
 * - once a repetition has failed or was skipped, all later repetitions of its row end at once, with
 *   the same verdict and reason;
 * - a repetition that failed or was skipped claims to have done all its iterations.
 */
#pragma once

#include "gbench.h"
#include "versions.hh"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gbench
{

using benchmark::IterationCount;
using benchmark::State;

/* The outcome of the repetitions so far of one benchmark with one set of arguments. */
struct row_history {
	IterationCount iterations = 0; /* that the last good repetition has done */
	verdict outcome = verdict::good;
	std::string reason;
	size_t failures = 0; /* failed repetitions */
};

/* One repetition of a row while it runs: what a struct gbench_state is. */
class repetition : public gbench_state
{
public:
	repetition(State &native_state, row_history &row_history, size_t args)
		: gbench_state{ 0 }, native(native_state), history(row_history), arg_count(args)
	{
	}

	/* Runs `body`, unless an earlier repetition has failed or was skipped. */
	template <typename Body> void run(Body &&body)
	{
		if (!is_good()) {
			end_native();
			return;
		}
		body();
		if (is_good() && (!is_finished || iterations() < native.max_iterations)) {
			stop(verdict::failed, "returned before its loop ended");
		}
		history.iterations = native.iterations();
	}

	/* See the functions of gbench.h with these names. */
	bool next_batch();
	bool keep_running_batch(IterationCount batch);
	void run_native_loop();
	void pause_timing();
	void resume_timing();

	/* Fails or skips this repetition; the first verdict and reason are kept. */
	void stop(verdict outcome, const std::string &reason);

	/* Fails it without allocating memory, if the reason has at most 15 characters. */
	void abandon(const char *reason) noexcept;

	bool is_good() const
	{
		return history.outcome == verdict::good;
	}

	IterationCount iterations() const
	{
		return native.iterations() - remaining;
	}

	int64_t arg(size_t index) const
	{
		return index < arg_count ? native.range(index) : 0;
	}

	State &native;

private:
	void end_native();

	row_history &history;
	const size_t arg_count;
	bool is_started = false;
	bool is_finished = false;
	bool is_paused = false;
};

/* The histories of all rows of one run. */
class row_book
{
public:
	/* The history of the row that `state` is a repetition of; `family` is its benchmark. */
	row_history &find(const State &state, const void *family, size_t arg_count)
	{
		std::vector<int64_t> args;
		for (size_t i = 0; i < arg_count; i++) {
			args.push_back(state.range(i));
		}
		return rows[{ family, args }];
	}

	/* The number of failed repetitions, whether or not they are reported. */
	size_t count_failures() const
	{
		size_t failures = 0;
		for (const auto &row : rows) {
			failures += row.second.failures;
		}
		return failures;
	}

private:
	std::map<std::pair<const void *, std::vector<int64_t>>, row_history> rows;
};

} /* namespace gbench */
