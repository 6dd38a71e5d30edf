/*
 * primes: trial division, bound by integer arithmetic.
 *
 * A unit is one odd candidate above 10^9. It is divided by 3, then by the pairs 5 and 7, 11 and 13,
 * 17 and 19, ... (all other primes are next to a multiple of 6), until a divisor is found or its
 * square exceeds the candidate. At this magnitude all candidates of a run have about the same
 * square root, so ranges of the same length take about the same amount of work. A unit's checksum
 * is the candidate if it is prime, otherwise 0. Each pair of divisions is one iteration of the
 * inner loop.
 */
#include "registry.h"

#include <stdbool.h>
#include <stddef.h>

enum { FIRST_CANDIDATE = 1000000001 };

KERNEL_INLINE bool is_prime(uint32_t candidate, struct lockmodel_thread *thread)
{
	if (candidate % 3 == 0) {
		return false;
	}
	for (uint32_t divisor = 5; (uint64_t)divisor * divisor <= candidate; divisor += 6) {
		kernel_poll(thread, 1);
		if (candidate % divisor == 0 || candidate % (divisor + 2) == 0) {
			return false;
		}
	}
	return true;
}

KERNEL_INLINE uint64_t primes(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	uint64_t sum = 0;
	for (uint64_t unit = first; unit < first + count; unit++) {
		/* The candidates of 1.6 * 10^9 units fit into 32 bits; then they repeat. */
		uint32_t candidate = (uint32_t)(FIRST_CANDIDATE + 2 * (unit % 1600000000));
		if (is_prime(candidate, thread)) {
			sum += candidate;
		}
	}
	return sum;
}

KERNEL_VERSIONS(primes)

const struct kernel kernel_primes = {
	.form = { .name = "primes", .summary = "primality by trial division: integer arithmetic" },
	.run_bare = primes_bare,
	.run_polling = primes_polling,
};
