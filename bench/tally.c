/* See tally.h. */
#include "tally.h"

size_t tally_size(size_t expected)
{
	return sizeof(struct tally) + expected * sizeof(int64_t);
}

void tally_init(struct tally *tally, size_t expected)
{
	*tally = (struct tally){ .expected = expected };
	for (size_t i = 0; i < expected; i++) {
		tally->latency_ns[i] = TALLY_MISSING;
	}
}

void tally_note(struct tally *tally, uint64_t sequence, int64_t latency_ns)
{
	if (sequence >= tally->expected) {
		tally->strange++;
	} else if (tally->latency_ns[sequence] != TALLY_MISSING) {
		tally->duplicated++;
	} else {
		tally->latency_ns[sequence] = latency_ns;
		tally->arrived++;
	}
}

void tally_close(struct tally *tally)
{
	size_t kept = 0;
	for (size_t i = 0; i < tally->expected; i++) {
		if (tally->latency_ns[i] != TALLY_MISSING) {
			tally->latency_ns[kept++] = tally->latency_ns[i];
		}
	}
}
