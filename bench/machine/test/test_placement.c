/*
 * Placement: golden pin maps of machines that hwloc makes up from its environment variables.
 * Binding is for test_binding.c.
 */
#include "machine_suite.h"
#include "placement.h"
#include "spec.h"
#include "test.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { WORKERS = 10, TEXT_MAX = 256 };

static const char *folder; /* where the XML files are */
static char written_file[] = "/tmp/test-placement.XXXXXX";

/* For cmocka. */
static int forget_machine(void **unused)
{
	unlink(written_file);
	memcpy(strchr(written_file, '.'), ".XXXXXX", sizeof(".XXXXXX"));
	return suite_forget_machine(unused);
}

static const char *file_path(const char *name)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
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
		"pu 0,2,4,6,0,2,4,6,0,2", "pu 0-7,0,1", ALL_ON_0 },
	{ "core:4 pu:1", "packages 0, cores 4, PUs 4, kinds of core 1", 4, 4, 0, "pu 0-3,0-3,0,1",
		"pu 0-3,0-3,0,1", ALL_ON_0 },
	{ "package:1 core:1 pu:1", "packages 1, cores 1, PUs 1, kinds of core 1", 1, 1, 0, ALL_ON_0,
		ALL_ON_0, ALL_ON_0 },
	/* Without cores, each PU counts as one. */
	{ "pu:3", "packages 0, cores 3, PUs 3, kinds of core 1", 3, 3, 0, "pu 0-2,0-2,0-2,0",
		"pu 0-2,0-2,0-2,0", ALL_ON_0 },
	/* The system's numbers need not follow the order of packages and cores. */
	{ "package:2 core:2 pu:2(indexes=0,4,2,6,1,5,3,7)",
		"packages 2, cores 4, PUs 8, kinds of core 1", 4, 8, 0, "pu 0,2,1,3,0,2,1,3,0,2",
		"pu 0,4,2,6,1,5,3,7,0,4", ALL_ON_0 },
	{ "package:2 l3:1(size=3MiB) core:2 l2:1(size=512KiB) pu:1",
		"packages 2, cores 4, PUs 4, kinds of core 1", 4, 4, 3 << 20, "pu 0-3,0-3,0,1",
		"pu 0-3,0-3,0,1", ALL_ON_0 },
};

static const struct golden hybrid = { NULL, "packages 1, cores 6, PUs 8, kinds of core 2", 6, 8, 0,
	"pu 4,6,0-4,6,0,1", "pu 4-7,0-5", ALL_ON_4 };

static const struct golden hybrid_of_unknown_rank = { NULL,
	"packages 1, cores 6, PUs 8, kinds of core 2", 6, 8, 0, "pu 0-4,6,0-3", "pu 0-7,0,1",
	ALL_ON_0 };

static int expected_places(const struct golden *golden, enum placement_policy policy)
{
	if (policy == PLACEMENT_SAME) {
		return 1;
	}
	return policy == PLACEMENT_CORE ? golden->cores : golden->pus;
}

static void check_policy(const struct golden *golden, enum placement_policy policy, const char *map)
{
	char text[TEXT_MAX];
	struct placement *placement = suite_create(policy);
	if (map) {
		suite_check_map(placement, map, WORKERS);
	} else {
		assert_int_equal(placement_pu(placement, 0), PLACEMENT_ANYWHERE);
		placement_describe(placement, WORKERS, text, sizeof(text));
		assert_string_equal(text, "unbound");
	}
	assert_int_equal(placement_cores(placement), golden->cores);
	assert_int_equal(placement_pus(placement), golden->pus);
	assert_int_equal(placement_places(placement), expected_places(golden, policy));
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
		suite_use_synthetic(goldens[i].synthetic);
		check_golden(&goldens[i]);
	}
}

/* --- kinds of core --------------------------------------------------------------------------- */

static void test_best_kind_of_core_first(void **unused)
{
	(void)unused;
	suite_use_file(file_path("hybrid.xml"));
	check_golden(&hybrid);
}

static void read_hybrid(char *text, size_t size)
{
	FILE *file = fopen(file_path("hybrid.xml"), "re");
	assert_non_null(file);
	size_t used = fread(text, 1, size - 1, file);
	fclose(file);
	assert_true(used < size - 1);
	text[used] = '\0';
}

/* Removes the efficiencies: hwloc then does not know which kind is faster. */
static void forget_efficiencies(char *text)
{
	static const char attribute[] = " forced_efficiency=\"0\"";
	size_t length = strlen(attribute);
	char *found;
	int count = 0;
	while ((found = strstr(text, " forced_efficiency="))) {
		memmove(found, found + length, strlen(found + length) + 1);
		count++;
	}
	assert_int_equal(count, 2);
}

/* Changes the order of the two kinds, and with it their numbers. */
static void swap_kinds(char *text)
{
	char first[TEXT_MAX];
	char *start = strstr(text, "<cpukind");
	assert_non_null(start);
	char *second = strstr(start + 1, "<cpukind");
	char *end = strstr(text, "</topology>");
	assert_true(second && end && (size_t)(second - start) < sizeof(first));
	size_t length = (size_t)(second - start);
	memcpy(first, start, length);
	memmove(start, second, (size_t)(end - second));
	memcpy(end - length, first, length);
}

static void write_machine(const char *text)
{
	int fd = mkstemp(written_file);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	suite_use_file(written_file);
}

static void check_hybrid_text(const char *text, const struct golden *golden)
{
	write_machine(text);
	check_golden(golden);
	forget_machine(NULL);
}

static void test_order_of_kinds_does_not_matter(void **unused)
{
	(void)unused;
	static char text[1 << 14];
	read_hybrid(text, sizeof(text));
	swap_kinds(text);
	check_hybrid_text(text, &hybrid);
}

static void test_kinds_of_unknown_rank_stay_in_order(void **unused)
{
	(void)unused;
	static char text[1 << 14];
	read_hybrid(text, sizeof(text));
	forget_efficiencies(text);
	check_hybrid_text(text, &hybrid_of_unknown_rank);
	swap_kinds(text);
	check_hybrid_text(text, &hybrid_of_unknown_rank);
}

static void test_cpu_model(void **unused)
{
	(void)unused;
	suite_use_synthetic("pu:3");
	struct placement *placement = suite_create(PLACEMENT_CORE);
	assert_null(placement_cpu_model(placement));
	placement_destroy(placement);
	suite_use_file(file_path("hybrid.xml"));
	placement = suite_create(PLACEMENT_CORE);
	assert_string_equal(placement_cpu_model(placement), "Hybrid 42");
	placement_destroy(placement);
}

/* hwloc knows nine kinds, since the firmware expresses a ranking of equal cores as frequencies. */
static void test_noise_makes_no_kinds(void **unused)
{
	(void)unused;
	static const struct golden noisy = { NULL, "packages 1, cores 32, PUs 64, kinds of core 1",
		32, 64, 32 << 20, "pu 0-9", "pu 0,32,1,33,2,34,3,35,4,36", ALL_ON_0 };
	suite_use_file(file_path("noisy-kinds.xml"));
	check_golden(&noisy);
}

/*
 * hwloc knows five kinds, by a capacity that differs within both kinds of core. The big ones begin
 * under the smaller of the two caches, of 8 MiB and 16 MiB.
 */
static const struct golden two_caches = { NULL, "packages 1, cores 20, PUs 20, kinds of core 2", 20,
	20, 16 << 20, "pu 5-9,15-19", "pu 5-9,15-19", "pu 5,5,5,5,5,5,5,5,5,5" };

static void test_largest_cache_above_a_place(void **unused)
{
	(void)unused;
	suite_use_file(file_path("two-l3.xml"));
	check_policy(&two_caches, PLACEMENT_CORE, two_caches.core_map);
	check_policy(&two_caches, PLACEMENT_PU, two_caches.pu_map);
	check_policy(&two_caches, PLACEMENT_NONE, NULL);
	struct golden same = two_caches;
	same.cache_bytes = 8 << 20;
	check_policy(&same, PLACEMENT_SAME, same.same_map);
}

static void replace_text(char *text, const char *old, const char *new)
{
	char *found = strstr(text, old);
	assert_non_null(found);
	assert_int_equal(strlen(old), strlen(new));
	memcpy(found, new, strlen(new));
}

/* Those that are not allowed are as if they were not there. */
static void test_only_allowed_cores_count(void **unused)
{
	(void)unused;
	static const struct golden small = { NULL, "packages 1, cores 4, PUs 4, kinds of core 1", 4,
		4, 0, "pu 0-3,0-3,0,1", "pu 0-3,0-3,0,1", ALL_ON_0 };
	static const struct golden big = { NULL, "packages 1, cores 2, PUs 3, kinds of core 1", 2,
		3, 0, "pu 5,6,5,6,5,6,5,6,5,6", "pu 5-7,5-7,5-7,5", "pu 5,5,5,5,5,5,5,5,5,5" };
	static char text[1 << 14];
	read_hybrid(text, sizeof(text));
	replace_text(text, "allowed_cpuset=\"0xff\"", "allowed_cpuset=\"0x0f\"");
	check_hybrid_text(text, &small);
	replace_text(text, "allowed_cpuset=\"0x0f\"", "allowed_cpuset=\"0xe0\"");
	check_hybrid_text(text, &big);
}

/* A PU without a core is one of its own. */
static void test_cores_of_some_pus(void **unused)
{
	(void)unused;
	static const struct golden partial = { NULL, "packages 0, cores 2, PUs 2, kinds of core 1",
		2, 2, 0, "pu 0,1,0,1,0,1,0,1,0,1", "pu 0,1,0,1,0,1,0,1,0,1", ALL_ON_0 };
	suite_use_file(file_path("partial-cores.xml"));
	check_golden(&partial);
}

/* --- failures -------------------------------------------------------------------------------- */

/* As when the environment names a file that is broken. */
static void test_no_machine(void **unused)
{
	(void)unused;
	struct error error = { "" };
	write_machine("<topology");
	assert_null(placement_create_foreign(PLACEMENT_CORE, &error));
	assert_non_null(strstr(error.text, "hwloc could not read this machine's topology"));
	placement_destroy(NULL);
}

static void check_refused(const char *variable)
{
	for (enum placement_policy policy = PLACEMENT_CORE; policy <= PLACEMENT_NONE; policy++) {
		struct error error = { "" };
		assert_null(placement_create(policy, &error));
		if (!strstr(error.text, "hwloc describes another machine") ||
			!strstr(error.text, variable)) {
			fail_msg("%s", error.text);
		}
	}
}

/* Where bindings would do nothing. */
static void test_other_machines_are_refused(void **unused)
{
	(void)unused;
	struct error error = { "" };
	suite_use_synthetic("core:2 pu:1");
	check_refused("(set in the environment: HWLOC_SYNTHETIC);");
	suite_use_file(file_path("two-l3.xml"));
	check_refused("(set in the environment: HWLOC_XMLFILE);");
	suite_forget_machine(NULL);
	setenv("HWLOC_THISSYSTEM", "0", 1);
	check_refused("(set in the environment: HWLOC_THISSYSTEM);");
	suite_use_synthetic("pu:1024");
	setenv("HWLOC_THISSYSTEM", "1", 1);
	struct placement *placement = placement_create(PLACEMENT_CORE, &error);
	assert_non_null(placement);
	placement_destroy(placement);
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
		TEST(test_order_of_kinds_does_not_matter),
		TEST(test_kinds_of_unknown_rank_stay_in_order),
		TEST(test_cpu_model),
		TEST(test_noise_makes_no_kinds),
		TEST(test_largest_cache_above_a_place),
		TEST(test_only_allowed_cores_count),
		TEST(test_cores_of_some_pus),
		TEST(test_no_machine),
		TEST(test_other_machines_are_refused),
		TEST(test_policies),
	};
	if (argc != 2) {
		fprintf(stderr, "usage: test-placement FOLDER (of the XML files)\n");
		return 1;
	}
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
