/* See pattern.h. */
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>

/* No power of two divides it, so blocks of usual sizes begin at different places in the pattern. */
enum { PERIOD = 251 };

int pattern_init(struct pattern *pattern, size_t longest)
{
	pattern->bytes = malloc(longest + PERIOD);
	if (!pattern->bytes) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < longest + PERIOD; i++) {
		pattern->bytes[i] = (unsigned char)(i % PERIOD);
	}
	return 0;
}

void pattern_finish(struct pattern *pattern)
{
	free(pattern->bytes);
}

const unsigned char *pattern_at(const struct pattern *pattern, int64_t position)
{
	return pattern->bytes + position % PERIOD;
}
