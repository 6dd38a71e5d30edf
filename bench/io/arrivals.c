/* See arrivals.h. */
#include "arrivals.h"

size_t arrivals_size(size_t expected)
{
	return sizeof(struct arrivals) + expected * sizeof(int64_t);
}

void arrivals_init(struct arrivals *arrivals, size_t expected)
{
	*arrivals = (struct arrivals){ .expected = expected };
	for (size_t i = 0; i < expected; i++) {
		arrivals->latency_ns[i] = ARRIVALS_MISSING;
	}
}

void arrivals_note(struct arrivals *arrivals, uint64_t sequence, int64_t latency_ns)
{
	if (sequence >= arrivals->expected) {
		arrivals->unknown++;
	} else if (arrivals->latency_ns[sequence] != ARRIVALS_MISSING) {
		arrivals->duplicated++;
	} else {
		arrivals->latency_ns[sequence] = latency_ns;
		arrivals->arrived++;
	}
}

void arrivals_forget(struct arrivals *arrivals, size_t sequence)
{
	if (arrivals->latency_ns[sequence] != ARRIVALS_MISSING) {
		arrivals->latency_ns[sequence] = ARRIVALS_MISSING;
		arrivals->arrived--;
	}
}

void arrivals_close(struct arrivals *arrivals)
{
	size_t kept = 0;
	for (size_t i = 0; i < arrivals->expected; i++) {
		if (arrivals->latency_ns[i] != ARRIVALS_MISSING) {
			arrivals->latency_ns[kept++] = arrivals->latency_ns[i];
		}
	}
}
