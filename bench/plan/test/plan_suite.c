/* See plan_suite.h. */
#include "plan_suite.h"

#include "test.h"

#include <stdlib.h>

struct placement *placement;
struct plan plan;

int plan_set_up(void **unused)
{
	(void)unused;
	struct error error;
	setenv("HWLOC_SYNTHETIC", "package:1 l3:1(size=1MiB) core:2 pu:2", 1);
	placement = placement_create_foreign(PLACEMENT_CORE, &error);
	plan = (struct plan){ .samples = 2, .placement = placement };
	return placement == NULL;
}

int plan_tear_down(void **unused)
{
	(void)unused;
	plan_finish(&plan);
	placement_destroy(placement);
	return 0;
}

struct spec parse(const char *what, spec_registry *registry, const char *text)
{
	struct spec spec;
	struct error error = { "" };
	if (spec_parse(&spec, what, registry, text, &error)) {
		fail_msg("%s", error.text);
	}
	return spec;
}
