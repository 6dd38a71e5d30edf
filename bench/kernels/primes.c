/*
 * primes: trial division, for integer arithmetic.
 *
 * A unit is one odd candidate from 10^9 on, divided by 3 and then by 5 and 7, 11 and 13, 17 and 19,
 * ... (every other prime is next to a multiple of 6), until one divides it or the square root is
 * passed. So far up, a run's candidates are all of about the same size, and with them the work of
 * equally long ranges. A unit's checksum is the candidate if it is a prime, otherwise 0. A turn of
 * the inner loop is one such pair of divisions.
 */
#include "kernels.h"

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
		/* 32 bits hold 1.6 * 10^9 units; after that it begins again. */
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
