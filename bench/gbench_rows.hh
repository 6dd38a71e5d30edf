/*
 * Runs the rows of gbench.cc and keeps a book on them, lest Google Benchmark crash: where some of a
 * row's repetitions fail or are skipped and two others are good, it computes the mean of these. For
 * that it takes the list of statistics from the first repetition, which has none if it is a bad
 * one, and it aborts if not all of them tell the same number of iterations. So here
 *
 * - once a repetition is bad, the further ones of its row are bad at once, for the same reason;
 * - a bad repetition pretends to have done all its iterations.
 */
#pragma once

#include "gbench_library.hh"

#include <map>

namespace gbench
{

using benchmark::State;

/* The book on one run of all benchmarks. */
class row_book
{
public:
	/* Runs one repetition; `family` says which benchmark it is one of. */
	template <typename Body>
	void run(State &state, const void *family, size_t arg_count, Body &&body)
	{
		args.clear();
		for (size_t i = 0; i < arg_count; i++) {
			args.push_back(state.range(i));
		}
		row = &rows[{ family, args }];
		if (row->end != verdict::good) {
			apply(state, std::string(row->reason).c_str());
			return;
		}
		body();
		if (state.iterations() < state.max_iterations) {
			leave_out(state, verdict::failed, "returned before its last iteration");
		}
		row->iterations = state.iterations();
	}

	/* Fails or skips the repetition that is being run; the first reason counts. */
	void leave_out(State &state, verdict end, const char *reason)
	{
		if (is_good()) {
			row->end = end;
			apply(state, reason);
		}
	}

	/* The same without any need for memory, if the reason is of 15 characters at most. */
	void abandon(State &state, const char *reason)
	{
		row->end = verdict::failed;
		failures++;
		state.SkipWithError(reason);
	}

	bool is_good() const
	{
		return row->end == verdict::good;
	}

	int64_t arg(size_t index) const
	{
		return index < args.size() ? args[index] : 0;
	}

	/* How many repetitions have failed, whether or not they get reported. */
	size_t count_failures() const
	{
		return failures;
	}

private:
	/* What became of the repetitions so far of one benchmark with one set of arguments. */
	struct history {
		IterationCount iterations = 0;
		verdict end = verdict::good;
		std::string reason;
	};

	void apply(State &state, const char *reason)
	{
		const IterationCount rest = state.max_iterations - state.iterations();
		/* Batches end past the last iteration, by as much as in the repetition before. */
		const IterationCount overshoot = row->iterations - state.max_iterations;
		if (rest > 0) {
			state.KeepRunningBatch(rest + std::max<IterationCount>(overshoot, 0));
		}
		if (row->end == verdict::failed) {
			failures++;
			state.SkipWithError(reason);
		} else {
			skip(state, reason, 0);
		}
		row->reason = reason;
	}

	std::map<std::pair<const void *, std::vector<int64_t>>, history> rows;
	std::vector<int64_t> args;
	history *row = nullptr;
	size_t failures = 0;
};

} /* namespace gbench */
