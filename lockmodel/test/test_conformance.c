/* Every lock model in the registry, with its default parameters, conforms. */
#include "conformance.h"
#include "release_syscalls.h"
#include "test.h"

/* Runs a check for each model, and prints which one is running. */
static void for_each_model(void (*check)(const char *spec_text))
{
	for (size_t i = 0; lockmodel_form(i); i++) {
		print_message("  %s\n", lockmodel_form(i)->name);
		check(lockmodel_form(i)->name);
	}
}

static void test_exclusion(void **unused)
{
	(void)unused;
	for_each_model(conformance_exclusion);
}

static void test_progress(void **unused)
{
	(void)unused;
	for_each_model(conformance_progress);
}

static void test_alternation(void **unused)
{
	(void)unused;
	for_each_model(conformance_alternation);
}

static void test_after_fork(void **unused)
{
	(void)unused;
	if (!TEAM_CHILD_STARTS_THREADS) {
		print_message("  ThreadSanitizer: without new threads in the child\n");
	}
	for_each_model(conformance_after_fork);
}

static void test_time_accounts(void **unused)
{
	(void)unused;
	for_each_model(conformance_time_accounts);
}

static void test_one_holder(void **unused)
{
	(void)unused;
	for_each_model(conformance_one_holder);
}

static void test_take_over(void **unused)
{
	(void)unused;
	for_each_model(conformance_take_over);
}

static void test_uncontended_release_makes_no_system_call(void **unused)
{
	(void)unused;
	for_each_model(release_syscalls_expect_none_uncontended);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exclusion),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_alternation),
		cmocka_unit_test(test_after_fork),
		cmocka_unit_test(test_time_accounts),
		cmocka_unit_test(test_one_holder),
		cmocka_unit_test(test_take_over),
		cmocka_unit_test(test_uncontended_release_makes_no_system_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
