/* The facts as a whole, of the machine that the test runs on. */
#include "facts.h"
#include "machine_suite.h"
#include "test.h"

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct found {
	int count;
	char machine[256];
	char model[256];
	char places[16];
};

static void note(void *context, const char *key, const char *value)
{
	struct found *found = context;
	found->count++;
	if (strcmp(key, "machine") == 0) {
		snprintf(found->machine, sizeof(found->machine), "%s", value);
	} else if (strcmp(key, "cpu_model") == 0) {
		snprintf(found->model, sizeof(found->model), "%s", value);
	} else if (strcmp(key, "places") == 0) {
		snprintf(found->places, sizeof(found->places), "%s", value);
	}
}

static struct found find_facts(enum placement_policy policy)
{
	struct found found = { 0 };
	struct error error = { "" };
	struct placement *placement = placement_create(policy, &error);
	assert_non_null(placement);
	facts_visit(placement, note, &found);
	placement_destroy(placement);
	return found;
}

static void test_facts_of_this_machine(void **unused)
{
	(void)unused;
	char host[256];
	for (enum placement_policy policy = PLACEMENT_CORE; policy <= PLACEMENT_NONE; policy++) {
		struct found found = find_facts(policy);
		assert_int_equal(gethostname(host, sizeof(host)), 0);
		assert_string_equal(found.machine, host);
		assert_true(found.count >= 8);
		assert_true(atoi(found.places) >= 1);
	}
}

/* In a namespace of its own, a host name may be anything. */
static void rename_host(void)
{
	static const char name[] = "a\x1b[31m\xc3\xa4\xff";
	if (unshare(CLONE_NEWUTS) || sethostname(name, strlen(name))) {
		_exit(2);
	}
	struct found found = find_facts(PLACEMENT_CORE);
	_exit(strcmp(found.machine, "a?[31m\xc3\xa4?") == 0 ? 0 : 1);
}

static void test_values_are_valid_text(void **unused)
{
	(void)unused;
	int status;
	pid_t child = fork();
	if (child == 0) {
		rename_host();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WEXITSTATUS(status) == 2) {
		print_message("  needs the right to change the host name\n");
		skip();
	}
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, suite_forget_machine)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_facts_of_this_machine),
		TEST(test_values_are_valid_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
