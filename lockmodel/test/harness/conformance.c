/* See conformance.h. */
#include "conformance.h"

void conformance_check(const char *spec_text)
{
	conformance_exclusion(spec_text);
	conformance_progress(spec_text);
	conformance_alternation(spec_text);
	conformance_after_fork(spec_text);
	conformance_time_accounts(spec_text);
	conformance_one_holder(spec_text);
	conformance_take_over(spec_text);
}
