/* How pin maps are written: ranges, and what is left out if there is no room. */
#include "machine_suite.h"
#include "placement.h"
#include "test.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_runs_are_ranges(void **unused)
{
	(void)unused;
	static const struct {
		const char *synthetic;
		int workers;
		const char *map;
	} cases[] = {
		{ "core:64 pu:1", 1, "pu 0" },
		{ "core:64 pu:1", 2, "pu 0,1" },
		{ "core:64 pu:1", 3, "pu 0-2" },
		{ "core:64 pu:1", 64, "pu 0-63" },
		{ "core:64 pu:1", 65, "pu 0-63,0" },
		{ "core:64 pu:1", 66, "pu 0-63,0,1" },
		{ "core:64 pu:1", 67, "pu 0-63,0-2" },
		{ "core:64 pu:1", 128, "pu 0-63,0-63" },
		{ "core:2 pu:1", 4, "pu 0,1,0,1" },
		{ "core:3 pu:2", 6, "pu 0,2,4,0,2,4" },
		{ "package:2 core:4 pu:1(indexes=0,3,4,5,1,2,6,7)", 9, "pu 0,3-5,1,2,6,7,0" },
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		suite_use_synthetic(cases[i].synthetic);
		struct placement *placement = suite_create(PLACEMENT_CORE);
		suite_check_map(placement, cases[i].map, cases[i].workers);
		placement_destroy(placement);
	}
}

/* Whatever the size, the map is cut after a whole entry. */
static void check_cut(const char *synthetic, int workers, size_t smallest)
{
	char whole[1024];
	char text[1024];
	suite_use_synthetic(synthetic);
	struct placement *placement = suite_create(PLACEMENT_CORE);
	placement_describe(placement, workers, whole, sizeof(whole));
	assert_true(strlen(whole) < sizeof(whole) / 2);
	for (size_t size = smallest; size <= strlen(whole); size++) {
		memset(text, '#', sizeof(text));
		placement_describe(placement, workers, text, size);
		assert_int_equal(text[size], '#');
		size_t kept = strlen(text) - strlen("...");
		assert_string_equal(text + kept, "...");
		assert_memory_equal(text, whole, kept);
		assert_true(text[kept - 1] == ',' || text[kept - 1] == ' ');
	}
	placement_describe(placement, workers, text, strlen(whole) + 1);
	assert_string_equal(text, whole);
	placement_destroy(placement);
}

static void test_pin_map_is_cut_where_it_does_not_fit(void **unused)
{
	(void)unused;
	check_cut("core:4 pu:1", 3, sizeof("pu ..."));
	check_cut("core:4 pu:1", 9, sizeof("pu ..."));
	check_cut("core:4 pu:1", 13, sizeof("pu ..."));
	check_cut("core:64 pu:1", 130, sizeof("pu ..."));
	check_cut("core:64 pu:2", 128, sizeof("pu ..."));
}

static void test_pin_map_cut_short(void **unused)
{
	(void)unused;
	char text[16];
	suite_use_synthetic("core:64 pu:2");
	struct placement *placement = suite_create(PLACEMENT_CORE);
	placement_describe(placement, 128, text, sizeof(text));
	assert_string_equal(text, "pu 0,2,4,6,...");
	/* No room for the dots either. */
	placement_describe(placement, 128, text, 5);
	assert_string_equal(text, "pu .");
	placement_describe(placement, 128, text, 3);
	assert_string_equal(text, "pu");
	placement_destroy(placement);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_forget_machine, suite_forget_machine)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_runs_are_ranges),
		TEST(test_pin_map_is_cut_where_it_does_not_fit),
		TEST(test_pin_map_cut_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
