/* What became of the items of a map, in words; see pool.h. */
#include "pool_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* So many ranges of items, or failed items, are named; of the others only the number is. */
enum { NAMED_MAX = 4 };

__attribute__((format(printf, 2, 3))) static void append(
	char text[ERROR_TEXT_MAX], const char *format, ...)
{
	va_list arguments;
	size_t used = strlen(text);
	va_start(arguments, format);
	vsnprintf(text + used, ERROR_TEXT_MAX - used, format, arguments);
	va_end(arguments);
}

/* --- items that are not done ----------------------------------------------------------------- */

/* The first open item from `from` on, and the end of the open items that follow; false: none. */
static bool find_open(const struct pool *pool, size_t from, size_t *first, size_t *end)
{
	size_t items = pool->map.items;
	while (from < items && pool->items[from].state != POOL_OPEN) {
		from++;
	}
	*first = from;
	while (from < items && pool->items[from].state == POOL_OPEN) {
		from++;
	}
	*end = from;
	return *first < items;
}

/* Writes the open items, as in "items 16 to 31, 64". Returns their number. */
static size_t describe_open(const struct pool *pool, char text[ERROR_TEXT_MAX])
{
	size_t first;
	size_t end = 0;
	size_t count = 0;
	text[0] = '\0';
	for (int ranges = 0; find_open(pool, end, &first, &end); ranges++) {
		count += end - first;
		if (ranges < NAMED_MAX) {
			append(text, ranges ? ", %zu" : "%zu", first);
		} else if (ranges == NAMED_MAX) {
			append(text, ", and others");
		}
		if (ranges < NAMED_MAX && end - first > 1) {
			append(text, " to %zu", end - 1);
		}
	}
	return count;
}

/* Adds the items that were not done to the reason why the region failed. */
static int add_open(const struct pool *pool, int failed, struct error *error)
{
	char open[ERROR_TEXT_MAX];
	struct error reason = *error;
	size_t count = describe_open(pool, open);
	if (count == 0) {
		return failed;
	}
	return error_set(error, failed, "%s; %zu of %zu items were not done: %s", reason.text,
		count, pool->map.items, open);
}

/* --- items that have failed ------------------------------------------------------------------ */

/* The reason kept for the item, or NULL. */
static const struct pool_reason *find_reason(const struct pool *pool, uint64_t item)
{
	const struct pool_shared *shared = pool->shared;
	for (size_t i = 0; i < POOL_REASONS_MAX && i < shared->failed; i++) {
		if (shared->reasons[i].item == item) {
			return &shared->reasons[i];
		}
	}
	return NULL;
}

static int report_failed(const struct pool *pool, struct error *error)
{
	char text[ERROR_TEXT_MAX] = "";
	int named = 0;
	for (size_t item = 0; item < pool->map.items && named < NAMED_MAX; item++) {
		const struct pool_reason *reason =
			pool->items[item].state == POOL_FAILED ? find_reason(pool, item) : NULL;
		if (reason) {
			append(text, "%sitem %zu: %s", named++ ? "; " : "", item,
				reason->error.text);
		}
	}
	return error_set(error, -EIO, "%zu of %zu items failed; %s%s", pool->shared->failed,
		pool->map.items, text, pool->shared->failed > NAMED_MAX ? "; and others" : "");
}

int pool_judge(const struct pool *pool, int failed, struct error *error)
{
	/* Who interrupts the run knows that it is not done. */
	if (failed == -EINTR) {
		return failed;
	}
	if (failed) {
		return add_open(pool, failed, error);
	}
	return pool->shared->failed > 0 ? report_failed(pool, error) : 0;
}
