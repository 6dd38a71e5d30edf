/* The costs; see cost.h. */
#include "registry.h"

static const struct cost costs[] = {
	{ .op = "clock_read", .measure = cost_clock_read },
	{ .op = "atomic_rmw", .measure = cost_atomic_rmw },
	{ .op = "cache_line", .places = COST_ALL_PAIRS, .measure = cost_cache_line },
	{ .op = "system_call", .measure = cost_system_call },
	{ .op = "futex_wake", .key = "sleeper", .variant = "none", .measure = cost_wake_nobody },
	{ .op = "futex_wake",
		.key = "sleeper",
		.variant = "one",
		.places = COST_TWO_PLACES,
		.measure = cost_wake_sleeper },
	{ .op = "wakeup", .key = "core", .variant = "same", .measure = cost_wakeup },
	{ .op = "wakeup",
		.key = "core",
		.variant = "other",
		.places = COST_TWO_PLACES,
		.measure = cost_wakeup },
	{ .op = "timer_slack", .key = "slack", .variant = "default", .measure = cost_timer_slack },
	{ .op = "timer_slack",
		.key = "slack",
		.variant = "least",
		.measure = cost_least_timer_slack },
	{ .op = "context_switch",
		.key = "between",
		.variant = "threads",
		.measure = cost_switch_threads },
	{ .op = "context_switch",
		.key = "between",
		.variant = "processes",
		.measure = cost_switch_processes },
	{ .op = "slice", .measure = cost_slice },
	{ .op = "fork", .measure = cost_fork },
	{ .op = "page_fault", .key = "page", .variant = "small", .measure = cost_small_page_fault },
	{ .op = "page_fault",
		.key = "page",
		.variant = "huge",
		.lacks = cost_lacks_huge_pages,
		.measure = cost_huge_page_fault },
};

const struct cost *cost_at(size_t index)
{
	return index < sizeof(costs) / sizeof(costs[0]) ? &costs[index] : NULL;
}
