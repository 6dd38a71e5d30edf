/* See made_up.h. */
#include "made_up.h"

#include "machine_suite.h"

struct placement *made_up_placement;

int made_up_begin(void **unused)
{
	struct error error;
	if (golden_create_folder(unused)) {
		return -1;
	}
	suite_use_synthetic("l3:1(size=1MiB) core:2 pu:1");
	made_up_placement = placement_create_foreign(PLACEMENT_CORE, &error);
	return made_up_placement ? 0 : -1;
}

int made_up_end(void **unused)
{
	placement_destroy(made_up_placement);
	suite_forget_machine(unused);
	return golden_remove_folder(unused);
}
