/* The functions that measure; each file of this folder has one or a few. See cost.h. */
#pragma once

#include "cost.h"

#define COST_FUNCTION(name) \
	int name(const struct cost_pus *pus, struct cost_values *values, struct error *error)

COST_FUNCTION(cost_clock_read);
COST_FUNCTION(cost_atomic_rmw);
COST_FUNCTION(cost_system_call);
COST_FUNCTION(cost_wake_nobody);
COST_FUNCTION(cost_cache_line);
COST_FUNCTION(cost_wake_sleeper);
COST_FUNCTION(cost_wakeup);
COST_FUNCTION(cost_timer_slack);
COST_FUNCTION(cost_least_timer_slack);
COST_FUNCTION(cost_switch_threads);
COST_FUNCTION(cost_switch_processes);
COST_FUNCTION(cost_slice);
COST_FUNCTION(cost_fork);
COST_FUNCTION(cost_small_page_fault);
COST_FUNCTION(cost_huge_page_fault);

const char *cost_lacks_huge_pages(void);
