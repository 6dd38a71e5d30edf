/*
 * No lock at all: threads go through the same code path, and nothing ever makes them wait.
 *
 * It is what the checkpoints themselves cost, and what free threads would do without the lock.
 */
#include "registry.h"

const struct lockmodel model_none = {
	.form = {
		.name = "none",
		.summary = "no lock: checkpoints that never have anything to do",
	},
};
