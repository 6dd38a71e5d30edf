/*
 * No lock: threads execute the same code as under a lock, and never wait.
 *
 * It shows what the checkpoints themselves cost, and what threads gain without a lock. It follows
 * no runtime.
 */
#include "registry.h"

const struct lockmodel model_none = {
	.form = {
		.name = "none",
		.summary = "no lock: what the checkpoints alone cost",
	},
};
