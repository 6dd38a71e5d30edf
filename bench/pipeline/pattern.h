/*
 * Patterns: the bytes that go through a pipeline. The byte at position P is P modulo a prime, so a
 * block that is lost, repeated or out of order shows, and neither end has to compute anything.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct pattern {
	unsigned char *bytes;
};

/* Makes a pattern of which `longest` bytes can be had at once. Returns 0 or -ENOMEM. */
int pattern_init(struct pattern *pattern, size_t longest);
void pattern_finish(struct pattern *pattern);

/* The bytes from `position` on, `longest` of them. */
const unsigned char *pattern_at(const struct pattern *pattern, int64_t position);
