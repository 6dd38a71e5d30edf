/* See headroom.h. */
#include "headroom.h"

#include "sysfile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

static const char field[] = "MemAvailable:";

static uint64_t available_bytes(void)
{
	char line[256];
	uint64_t kib = UINT64_MAX / 1024;
	FILE *file = sysfile_open("", "/proc/meminfo");
	while (file && fgets(line, sizeof(line), file)) {
		if (sysfile_begins(line, field)) {
			kib = strtoull(line + sizeof(field) - 1, NULL, 10);
		}
	}
	if (file) {
		fclose(file);
	}
	return kib * 1024;
}

int headroom_check(size_t needed, const char *what, struct error *error)
{
	uint64_t available = available_bytes();
	return needed <= available
		       ? 0
		       : error_set(error, -ENOMEM,
				 "%s needs %zu MiB of memory, and %" PRIu64 " MiB are available",
				 what, needed >> 20, available >> 20);
}
