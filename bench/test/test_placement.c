/*
 * Placement: golden pin maps of machines that hwloc makes up from its environment variables.
 * Binding is for test_binding.c.
 */
#include "placement.h"
#include "spec.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { WORKERS = 10, TEXT_MAX = 256 };

static const char *hybrid_file;

static int forget_machine(void **unused)
{
	(void)unused;
	unsetenv("HWLOC_COMPONENTS");
	unsetenv("HWLOC_FSROOT");
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_THISSYSTEM");
	unsetenv("HWLOC_XMLFILE");
	return 0;
}

static struct placement *create(enum placement_policy policy)
{
	struct error error = { "" };
	struct placement *placement = placement_create(policy, &error);
	if (!placement) {
		fail_msg("%s", error.text);
	}
	return placement;
}

/* What is expected of a machine. */
struct golden {
	const char *synthetic;
	const char *machine;
	int cores;
	int pus;
	int64_t cache_bytes;
	const char *core_map; /* of ten workers, as the next one */
	const char *pu_map;
	const char *same_map;
};

#define ALL_ON_0 "pu 0,0,0,0,0,0,0,0,0,0"
#define ALL_ON_4 "pu 4,4,4,4,4,4,4,4,4,4"

static const struct golden goldens[] = {
	{ "package:2 core:2 pu:2", "packages 2, cores 4, PUs 8, kinds of core 1", 4, 8, 0,
		"pu 0,2,4,6,0,2,4,6,0,2", "pu 0,1,2,3,4,5,6,7,0,1", ALL_ON_0 },
	{ "core:4 pu:1", "packages 0, cores 4, PUs 4, kinds of core 1", 4, 4, 0,
		"pu 0,1,2,3,0,1,2,3,0,1", "pu 0,1,2,3,0,1,2,3,0,1", ALL_ON_0 },
	{ "package:1 core:1 pu:1", "packages 1, cores 1, PUs 1, kinds of core 1", 1, 1, 0, ALL_ON_0,
		ALL_ON_0, ALL_ON_0 },
	/* Without cores, each PU counts as one. */
	{ "pu:3", "packages 0, cores 3, PUs 3, kinds of core 1", 3, 3, 0, "pu 0,1,2,0,1,2,0,1,2,0",
		"pu 0,1,2,0,1,2,0,1,2,0", ALL_ON_0 },
	/* The system's numbers need not follow the order of packages and cores. */
	{ "package:2 core:2 pu:2(indexes=0,4,2,6,1,5,3,7)",
		"packages 2, cores 4, PUs 8, kinds of core 1", 4, 8, 0, "pu 0,2,1,3,0,2,1,3,0,2",
		"pu 0,4,2,6,1,5,3,7,0,4", ALL_ON_0 },
	{ "package:2 l3:1(size=3MiB) core:2 l2:1(size=512KiB) pu:1",
		"packages 2, cores 4, PUs 4, kinds of core 1", 4, 4, 3 << 20,
		"pu 0,1,2,3,0,1,2,3,0,1", "pu 0,1,2,3,0,1,2,3,0,1", ALL_ON_0 },
};

static const struct golden hybrid = { NULL, "packages 1, cores 6, PUs 8, kinds of core 2", 6, 8, 0,
	"pu 4,6,0,1,2,3,4,6,0,1", "pu 4,5,6,7,0,1,2,3,4,5", ALL_ON_4 };

static void check_map(const struct placement *placement, const char *map)
{
	char text[TEXT_MAX] = "pu ";
	for (int i = 0; i < WORKERS; i++) {
		size_t used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "%s%d", i ? "," : "",
			placement_pu(placement, i));
	}
	assert_string_equal(text, map);
	placement_describe(placement, WORKERS, text, sizeof(text));
	assert_string_equal(text, map);
}

static void check_policy(const struct golden *golden, enum placement_policy policy, const char *map)
{
	char text[TEXT_MAX];
	struct placement *placement = create(policy);
	if (map) {
		check_map(placement, map);
	} else {
		assert_int_equal(placement_pu(placement, 0), PLACEMENT_ANYWHERE);
		placement_describe(placement, WORKERS, text, sizeof(text));
		assert_string_equal(text, "unbound");
	}
	assert_int_equal(placement_cores(placement), golden->cores);
	assert_int_equal(placement_pus(placement), golden->pus);
	assert_int_equal(placement_cache_bytes(placement), golden->cache_bytes);
	placement_describe_machine(placement, text, sizeof(text));
	assert_string_equal(text, golden->machine);
	placement_destroy(placement);
}

static void check_golden(const struct golden *golden)
{
	check_policy(golden, PLACEMENT_CORE, golden->core_map);
	check_policy(golden, PLACEMENT_PU, golden->pu_map);
	check_policy(golden, PLACEMENT_SAME, golden->same_map);
	check_policy(golden, PLACEMENT_NONE, NULL);
}

static void test_synthetic_machines(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(goldens); i++) {
		print_message("  %s\n", goldens[i].synthetic);
		setenv("HWLOC_SYNTHETIC", goldens[i].synthetic, 1);
		check_golden(&goldens[i]);
	}
}

static void test_best_kind_of_core_first(void **unused)
{
	(void)unused;
	if (!hybrid_file) {
		print_message("  needs the path of hybrid.xml as its argument\n");
		skip();
	}
	assert_int_equal(setenv("HWLOC_XMLFILE", hybrid_file ? hybrid_file : "", 1), 0);
	check_golden(&hybrid);
}

static void test_pin_map_is_cut_where_it_does_not_fit(void **unused)
{
	(void)unused;
	char text[9];
	setenv("HWLOC_SYNTHETIC", "core:4 pu:1", 1);
	struct placement *placement = create(PLACEMENT_CORE);
	placement_describe(placement, 3, text, sizeof(text));
	assert_string_equal(text, "pu 0,1,2");
	placement_describe(placement, 1000, text, sizeof(text));
	assert_string_equal(text, "pu 0,1,2");
	placement_destroy(placement);
}

/* As when the environment names a file that is broken. */
static void test_no_machine(void **unused)
{
	(void)unused;
	char path[] = "/tmp/test-placement.XXXXXX";
	struct error error = { "" };
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "<topology", 9), 9);
	close(fd);
	setenv("HWLOC_XMLFILE", path, 1);
	struct placement *placement = placement_create(PLACEMENT_CORE, &error);
	unlink(path);
	assert_null(placement);
	assert_non_null(strstr(error.text, "hwloc could not read this machine's topology"));
	placement_destroy(NULL);
}

static void test_policies(void **unused)
{
	(void)unused;
	static const char *const names[] = { "core", "pu", "same", "none" };
	for (size_t i = 0; i < LENGTH(names); i++) {
		assert_string_equal(placement_form(i)->name, names[i]);
	}
	assert_null(placement_form(LENGTH(names)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, forget_machine, forget_machine)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_synthetic_machines),
		TEST(test_best_kind_of_core_first),
		TEST(test_pin_map_is_cut_where_it_does_not_fit),
		TEST(test_no_machine),
		TEST(test_policies),
	};
	hybrid_file = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
