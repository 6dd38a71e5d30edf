/*
 * See row.hh.
 *
 * The unbatched loop takes all iterations out of Google Benchmark's state as one batch when it
 * starts; `remaining` counts them down in the caller's code, and the clock stops when the next
 * batch is asked for. This is what the range-based for loop of the C++ API does. Whatever ends the
 * loop early sets `remaining` to 0.
 */
#include "row.hh"

#include <algorithm>

namespace gbench
{

bool repetition::next_batch()
{
	const bool is_running = keep_running_batch(native.max_iterations);
	remaining = is_running ? native.max_iterations - 1 : 0;
	return is_running;
}

bool repetition::keep_running_batch(IterationCount batch)
{
	/* Google Benchmark aborts if asked once more after the end. */
	if (is_finished) {
		return false;
	}
	/* The last call stops the clock, which must be running then. */
	resume_timing();
	is_started = true;
	is_finished = !native.KeepRunningBatch(batch);
	return !is_finished;
}

void repetition::run_native_loop()
{
	/* The clock of a failed or skipped repetition must not be started again. */
	if (!is_good() || is_started) {
		return;
	}
	for (auto iteration : native) {
		benchmark::ClobberMemory();
		(void)iteration;
	}
	is_started = true;
	is_finished = true;
}

void repetition::pause_timing()
{
	if (is_good() && is_started && !is_finished && !is_paused) {
		native.PauseTiming();
		is_paused = true;
	}
}

void repetition::resume_timing()
{
	if (is_good() && is_paused) {
		native.ResumeTiming();
		is_paused = false;
	}
}

void repetition::stop(verdict outcome, const std::string &reason)
{
	if (is_good()) {
		history.reason = reason;
		history.outcome = outcome;
		end_native();
	}
}

void repetition::abandon(const char *reason) noexcept
{
	remaining = 0;
	history.outcome = verdict::failed;
	history.failures++;
	native.SkipWithError(reason);
}

/* Ends the native repetition with the row's verdict. */
void repetition::end_native()
{
	const IterationCount rest = native.max_iterations - native.iterations();
	/* Batches overshoot the last iteration by as much as in the previous repetition. */
	const IterationCount overshoot = history.iterations - native.max_iterations;
	if (rest > 0) {
		native.KeepRunningBatch(rest + std::max<IterationCount>(overshoot, 0));
	}
	remaining = 0;
	if (history.outcome == verdict::failed) {
		history.failures++;
		native.SkipWithError(history.reason.c_str());
	} else {
		skip(native, history.reason);
	}
}

} /* namespace gbench */
