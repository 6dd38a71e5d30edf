/* The functions of gbench.h that are called inside a benchmark, with its state. */
#include "gbench.h"
#include "guard.hh"
#include "row.hh"
#include "text.hh"

#include <cmath>

using benchmark::Counter;
using gbench::guarded;
using gbench::repetition;
using gbench::verdict;

namespace
{

/* Every gbench_state is the base of a repetition. */
repetition &row_of(gbench_state *state)
{
	return *static_cast<repetition *>(state);
}

const repetition &row_of(const gbench_state *state)
{
	return *static_cast<const repetition *>(state);
}

/* Runs `action` on the row, which fails if that throws. */
template <typename Action> void with_row(gbench_state *state, Action &&action) noexcept
{
	repetition &row = row_of(state);
	const int error = guarded([&] { action(row); });
	if (error) {
		row.abandon(gbench::reason_for(error));
	}
}

Counter::Flags counter_flags(unsigned flags)
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

} /* namespace */

bool gbench_next_batch(struct gbench_state *state)
{
	bool is_running = false;
	with_row(state, [&](repetition &row) { is_running = row.next_batch(); });
	return is_running;
}

bool gbench_keep_running_batch(struct gbench_state *state, int64_t batch)
{
	bool is_running = false;
	with_row(state, [&](repetition &row) { is_running = row.keep_running_batch(batch); });
	return is_running;
}

void gbench_run_native_loop(struct gbench_state *state)
{
	with_row(state, [](repetition &row) { row.run_native_loop(); });
}

void gbench_pause_timing(struct gbench_state *state)
{
	with_row(state, [](repetition &row) { row.pause_timing(); });
}

void gbench_resume_timing(struct gbench_state *state)
{
	with_row(state, [](repetition &row) { row.resume_timing(); });
}

void gbench_set_iteration_time(struct gbench_state *state, double seconds)
{
	with_row(state, [&](repetition &row) {
		if (std::isfinite(seconds) && seconds >= 0) {
			row.native.SetIterationTime(seconds);
		} else {
			row.stop(verdict::failed, "invalid iteration time");
		}
	});
}

int64_t gbench_range(const struct gbench_state *state, size_t index)
{
	return row_of(state).arg(index);
}

int64_t gbench_iterations(const struct gbench_state *state)
{
	return row_of(state).iterations();
}

int gbench_set_counter(struct gbench_state *state, const char *name, double value, unsigned flags,
	enum gbench_one_k one_k)
{
	const bool is_divisor = flags & GBENCH_COUNTER_INVERT;
	if (!std::isfinite(value) || (is_divisor && value == 0)) {
		return -EINVAL;
	}
	const auto base = one_k == GBENCH_1K_IS_1024 ? Counter::kIs1024 : Counter::kIs1000;
	with_row(state, [&](repetition &row) {
		row.native.counters[gbench::clean_text(name)] =
			Counter(value, counter_flags(flags), base);
	});
	return 0;
}

void gbench_set_label(struct gbench_state *state, const char *label)
{
	with_row(state, [&](repetition &row) { row.native.SetLabel(gbench::clean_text(label)); });
}

void gbench_set_bytes_processed(struct gbench_state *state, int64_t bytes)
{
	with_row(state, [&](repetition &row) { row.native.SetBytesProcessed(bytes); });
}

void gbench_set_items_processed(struct gbench_state *state, int64_t items)
{
	with_row(state, [&](repetition &row) { row.native.SetItemsProcessed(items); });
}

void gbench_fail(struct gbench_state *state, const char *reason)
{
	with_row(state,
		[&](repetition &row) { row.stop(verdict::failed, gbench::clean_text(reason)); });
}

void gbench_skip(struct gbench_state *state, const char *reason)
{
	with_row(state,
		[&](repetition &row) { row.stop(verdict::skipped, gbench::clean_text(reason)); });
}
