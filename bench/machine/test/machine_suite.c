/* See machine_suite.h. */
#include "machine_suite.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { MAP_MAX = 256 };

int suite_forget_machine(void **unused)
{
	static const char *const variables[] = { "HWLOC_COMPONENTS", "HWLOC_CPUKINDS_RANKING",
		"HWLOC_FSROOT", "HWLOC_SYNTHETIC", "HWLOC_THISSYSTEM", "HWLOC_XMLFILE" };
	(void)unused;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		unsetenv(variables[i]);
	}
	return 0;
}

void suite_use_synthetic(const char *description)
{
	suite_forget_machine(NULL);
	assert_int_equal(setenv("HWLOC_SYNTHETIC", description, 1), 0);
}

void suite_use_file(const char *path)
{
	suite_forget_machine(NULL);
	assert_int_equal(setenv("HWLOC_XMLFILE", path, 1), 0);
}

struct placement *suite_create(enum placement_policy policy)
{
	struct error error = { "" };
	struct placement *placement = placement_create_foreign(policy, &error);
	if (!placement) {
		fail_msg("%s", error.text);
	}
	return placement;
}

/* The map is a list of numbers and ranges. */
static void check_workers(const struct placement *placement, const char *map, int workers)
{
	int worker = 0;
	for (const char *next = map + strlen("pu"); *next;) {
		char *end;
		long pu = strtol(next + 1, &end, 10);
		long last = *end == '-' ? strtol(end + 1, &end, 10) : pu;
		for (; pu <= last; pu++) {
			assert_int_equal(placement_pu(placement, worker++), pu);
		}
		next = end;
	}
	assert_int_equal(worker, workers);
}

void suite_check_map(const struct placement *placement, const char *map, int workers)
{
	char text[MAP_MAX];
	placement_describe(placement, workers, text, sizeof(text));
	assert_string_equal(text, map);
	check_workers(placement, map, workers);
}
