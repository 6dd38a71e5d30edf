/* Operations of one thread that take less than a microsecond: the mean of many in a loop. */
#include "registry.h"

#include "clock.h"
#include "futex.h"
#include "pu.h"

#include <sys/syscall.h>
#include <unistd.h>

/* So many take 0.1 to 0.5 ms: long beside two readings of the clock, short beside a time slice. */
enum { INSTRUCTIONS = 20000, SYSTEM_CALLS = 500 };

static void read_clock(void *context, int count)
{
	(void)context;
	while (count-- > 0) {
		clock_now_ns();
	}
}

static void add_atomically(void *context, int count)
{
	uint64_t *word = context;
	while (count-- > 0) {
		__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
	}
}

static void call_system(void *context, int count)
{
	(void)context;
	while (count-- > 0) {
		syscall(SYS_getppid);
	}
}

static void wake_nobody(void *context, int count)
{
	uint32_t *word = context;
	while (count-- > 0) {
		futex_wake_one(word);
	}
}

COST_FUNCTION(cost_clock_read)
{
	int failed = pu_bind(pus->first, error);
	if (!failed) {
		cost_values_add_batches(values, read_clock, NULL, INSTRUCTIONS);
	}
	return failed;
}

COST_FUNCTION(cost_atomic_rmw)
{
	uint64_t word = 0;
	int failed = pu_bind(pus->first, error);
	if (!failed) {
		cost_values_add_batches(values, add_atomically, &word, INSTRUCTIONS);
	}
	return failed;
}

COST_FUNCTION(cost_system_call)
{
	int failed = pu_bind(pus->first, error);
	if (!failed) {
		cost_values_add_batches(values, call_system, NULL, SYSTEM_CALLS);
	}
	return failed;
}

COST_FUNCTION(cost_wake_nobody)
{
	uint32_t word = 0;
	int failed = pu_bind(pus->first, error);
	if (!failed) {
		cost_values_add_batches(values, wake_nobody, &word, SYSTEM_CALLS);
	}
	return failed;
}
