/* See run_order.h. */
#include "run_order.h"

#include <string.h>

/* FNV-1a, a hash function that is good enough to notice a difference. */
static uint64_t hash(uint64_t state, const void *bytes, size_t count)
{
	const unsigned char *byte = bytes;
	for (size_t i = 0; i < count; i++) {
		state = (state ^ byte[i]) * UINT64_C(0x100000001B3);
	}
	return state;
}

void run_plan_describe(const struct plan *plan, size_t runs, struct run_plan *described)
{
	memset(described, 0, sizeof(*described)); /* the padding is compared, too */
	described->rows = plan->count;
	described->works = plan->work_count;
	described->names = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < plan->count; i++) {
		const struct row *row = &plan->rows[i];
		size_t wanted = row->in_process ? 0 : row->wanted / runs;
		described->names = hash(described->names, row->name, strlen(row->name) + 1);
		described->names = hash(described->names, &wanted, sizeof(wanted));
	}
}
