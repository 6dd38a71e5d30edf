/*
 * chase: dependent loads through one random cycle, bound by memory latency.
 *
 * The memory is an array of slots of one cache line each, linked into a single cycle through all of
 * them (Sattolo's algorithm, fixed seed). A unit is a walk of 256 slots that starts at a slot
 * derived from the unit's number; the address of each load is the result of the previous load. A
 * unit's checksum is the slot where the walk ends. Each load is one iteration of the inner loop.
 *
 * The default size is twice the last-level cache, so that nearly every load misses.
 */
#include "random.h"
#include "registry.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { SIZE };

enum { WALK = 256, SLOT_BYTES = 64, UNKNOWN_CACHE_BYTES = 32 << 20 };

struct slot {
	_Alignas(SLOT_BYTES) uint64_t next;
};

struct chase {
	uint64_t slots;
	size_t bytes;
	struct slot *memory;
};

/* Sattolo's algorithm: swap each slot with one strictly below it, which yields a single cycle. */
static void chase_fill(void *data)
{
	struct chase *chase = data;
	uint64_t state = 1;
	struct slot *memory = chase->memory;
	for (uint64_t i = 0; i < chase->slots; i++) {
		memory[i].next = i;
	}
	for (uint64_t i = chase->slots - 1; i > 0; i--) {
		uint64_t other = random_next(&state) % i;
		uint64_t swapped = memory[i].next;
		memory[i].next = memory[other].next;
		memory[other].next = swapped;
	}
}

static void *chase_create(const struct spec *spec, int64_t cache_bytes)
{
	int64_t bytes = spec->values[SIZE];
	if (!bytes) {
		bytes = 2 * (cache_bytes ? cache_bytes : UNKNOWN_CACHE_BYTES);
	}
	struct chase *chase = malloc(sizeof(*chase));
	if (!chase) {
		return NULL;
	}
	chase->slots = (uint64_t)bytes / SLOT_BYTES;
	chase->bytes = chase->slots * SLOT_BYTES;
	chase->memory =
		mmap(NULL, chase->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (chase->memory == MAP_FAILED) {
		free(chase);
		return NULL;
	}
	return chase;
}

static void chase_destroy(void *data)
{
	struct chase *chase = data;
	munmap(chase->memory, chase->bytes);
	free(chase);
}

/*
 * Returns `value`, with a data dependency on `earlier`. Without it, out-of-order execution would
 * start a walk while the previous one still waits for memory, and overlap the two.
 */
KERNEL_INLINE uint64_t after(uint64_t value, uint64_t earlier)
{
	value ^= earlier;
	__asm__("" : "+r"(value));
	return value ^ earlier;
}

KERNEL_INLINE uint64_t chase(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	const struct chase *chase = data;
	uint64_t sum = 0;
	uint64_t end = 0;
	for (uint64_t unit = first; unit < first + count; unit++) {
		uint64_t state = unit;
		uint64_t slot = after(random_next(&state) % chase->slots, end);
		for (int step = 0; step < WALK; step++) {
			slot = chase->memory[slot].next;
			kernel_poll(thread, 1);
		}
		end = slot;
		sum += end;
	}
	return sum;
}

KERNEL_VERSIONS(chase)

const struct kernel kernel_chase = {
	.form = {
		.name = "chase",
		.summary = "dependent loads through one random cycle: memory latency",
		.params = {
			[SIZE] = {
				.name = "size",
				.summary = "memory size; twice the last-level cache unless given",
				.kind = SPEC_SIZE,
				.min = 64 << 10,
				.max = INT64_C(1) << 40,
			},
		},
	},
	.create = chase_create,
	.fill = chase_fill,
	.destroy = chase_destroy,
	.run_bare = chase_bare,
	.run_polling = chase_polling,
};
