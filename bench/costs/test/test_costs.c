/*
 * Every cost yields values, on one PU and on two, and says what went wrong. How large they are is the
 * machine's concern.
 */
#include "cost.h"

#include "isolated.h"
#include "test.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

enum { NO_SUCH_PU = 100000 };

static struct signals signals;
static struct error error;
static struct cost_values values;
static struct cost_pus pus;

static int set_up(void **unused)
{
	(void)unused;
	error.text[0] = '\0';
	memset(&values, 0, sizeof(values));
	return signals_init(&signals, &error);
}

static int tear_down(void **unused)
{
	(void)unused;
	signals_finish(&signals);
	return 0;
}

/* Finds up to two PUs that this process may use; `second` is the first if there is one only. */
static int find_pus(void **unused)
{
	(void)unused;
	cpu_set_t set;
	pus = (struct cost_pus){ -1, -1 };
	if (sched_getaffinity(0, sizeof(set), &set)) {
		return -errno;
	}
	for (int pu = 0; pu < CPU_SETSIZE && pus.second < 0; pu++) {
		if (CPU_ISSET(pu, &set)) {
			*(pus.first < 0 ? &pus.first : &pus.second) = pu;
		}
	}
	return 0;
}

struct call {
	const struct cost *cost;
	struct cost_pus pus;
	rlim_t memory; /* that it may map; 0: as much as it likes */
};

static int measure(void *context, void *result, struct error *reason)
{
	const struct call *call = context;
	const struct rlimit limit = { call->memory, call->memory };
	if (call->memory && setrlimit(RLIMIT_AS, &limit)) {
		return error_system(reason, -errno, "could not limit the memory");
	}
	return call->cost->measure(&call->pus, result, reason);
}

static int run(struct call call)
{
	const struct limits limits = { 60 * INT64_C(1000000000), &signals };
	const struct isolated isolated = { measure, &call, sizeof(values), "the probe" };
	return isolated_run(&isolated, &limits, &values, &error);
}

static const struct cost *find(const char *op, const char *variant)
{
	for (size_t i = 0; cost_at(i); i++) {
		const struct cost *cost = cost_at(i);
		if (strcmp(cost->op, op) == 0 &&
			(!variant || strcmp(cost->variant, variant) == 0)) {
			return cost;
		}
	}
	fail_msg("there is no cost %s", op);
	return NULL;
}

static bool is_possible(const struct cost *cost)
{
	return (cost->places == COST_ONE_PLACE || pus.second >= 0) &&
	       !(cost->lacks && cost->lacks());
}

static void test_every_cost_yields_values(void **unused)
{
	(void)unused;
	for (size_t i = 0; cost_at(i); i++) {
		const struct cost *cost = cost_at(i);
		const struct cost_pus one = { pus.first, pus.first };
		if (!is_possible(cost)) {
			continue;
		}
		int failed = run((struct call){ cost, cost->places ? pus : one, 0 });
		/* A fragmented memory has no huge pages. */
		if (failed && cost->lacks && strstr(error.text, "the system made no pages of ")) {
			continue;
		}
		assert_string_equal(error.text, "");
		assert_int_equal(failed, 0);
		assert_true(values.count > 0);
		assert_true(cost_values_summarise(&values).median_ns > 0);
	}
}

static void test_names_differ(void **unused)
{
	(void)unused;
	for (size_t i = 0; cost_at(i); i++) {
		for (size_t k = 0; k < i; k++) {
			const struct cost *one = cost_at(i);
			const struct cost *other = cost_at(k);
			assert_true(strcmp(one->op, other->op) != 0 ||
				    (strcmp(one->key, other->key) == 0 &&
					    strcmp(one->variant, other->variant) != 0));
		}
	}
}

static void test_a_pu_that_there_is_not(void **unused)
{
	(void)unused;
	const struct cost_pus none = { NO_SUCH_PU, NO_SUCH_PU };
	for (size_t i = 0; cost_at(i); i++) {
		assert_true(run((struct call){ cost_at(i), none, 0 }) < 0);
		assert_non_null(strstr(error.text, "could not bind to PU 100000: "));
	}
}

/* The other thread, too. */
static void test_a_second_pu_that_there_is_not(void **unused)
{
	(void)unused;
	const struct cost_pus half = { pus.first, NO_SUCH_PU };
	for (size_t i = 0; cost_at(i); i++) {
		if (cost_at(i)->places != COST_ONE_PLACE) {
			assert_true(run((struct call){ cost_at(i), half, 0 }) < 0);
			assert_non_null(
				strstr(error.text, "could not start a thread on PU 100000: "));
		}
	}
}

/* A sanitizer needs far more memory than the limit, and ends the process. */
extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

static void test_no_memory(void **unused)
{
	(void)unused;
	if (__asan_init || __tsan_init) {
		skip();
	}
	const struct call call = { find("page_fault", "small"), { pus.first, pus.first }, 1 << 20 };
	assert_true(run(call) < 0);
	assert_non_null(strstr(error.text, "could not map "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_every_cost_yields_values),
		TEST(test_names_differ),
		TEST(test_a_pu_that_there_is_not),
		TEST(test_a_second_pu_that_there_is_not),
		TEST(test_no_memory),
	};
	return cmocka_run_group_tests(tests, find_pus, NULL);
}
