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
static char written_file[] = "/tmp/test-placement.XXXXXX"; /* once it is made */

static int forget_machine(void **unused)
{
	(void)unused;
	unsetenv("HWLOC_COMPONENTS");
	unsetenv("HWLOC_CPUKINDS_RANKING");
	unsetenv("HWLOC_FSROOT");
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_THISSYSTEM");
	unsetenv("HWLOC_XMLFILE");
	unlink(written_file);
	memset(strchr(written_file, '\0') - 6, 'X', 6); /* for the next mkstemp() */
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

/* That each worker is where the pin map, a list of numbers and ranges, says. */
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

static void check_map(const struct placement *placement, const char *map, int workers)
{
	char text[TEXT_MAX];
	placement_describe(placement, workers, text, sizeof(text));
	assert_string_equal(text, map);
	check_workers(placement, map, workers);
}

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
	struct placement *placement = create(policy);
	if (map) {
		check_map(placement, map, WORKERS);
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
		setenv("HWLOC_SYNTHETIC", goldens[i].synthetic, 1);
		check_golden(&goldens[i]);
	}
}

/* --- kinds of core --------------------------------------------------------------------------- */

static void need_hybrid_file(void)
{
	if (!hybrid_file) {
		print_message("  needs the path of hybrid.xml as its argument\n");
		skip();
	}
}

static void test_best_kind_of_core_first(void **unused)
{
	(void)unused;
	need_hybrid_file();
	assert_int_equal(setenv("HWLOC_XMLFILE", hybrid_file ? hybrid_file : "", 1), 0);
	check_golden(&hybrid);
}

static void read_hybrid(char *text, size_t size)
{
	FILE *file = fopen(hybrid_file, "re");
	assert_non_null(file);
	size_t used = fread(text, 1, size - 1, file);
	fclose(file);
	assert_true(used < size - 1);
	text[used] = '\0';
}

/* Takes the efficiencies out: hwloc then does not know which kind is the better. */
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
	assert_int_equal(setenv("HWLOC_XMLFILE", written_file, 1), 0);
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
	need_hybrid_file();
	read_hybrid(text, sizeof(text));
	swap_kinds(text);
	check_hybrid_text(text, &hybrid);
}

static void test_kinds_of_unknown_rank_stay_in_order(void **unused)
{
	(void)unused;
	static char text[1 << 14];
	need_hybrid_file();
	read_hybrid(text, sizeof(text));
	forget_efficiencies(text);
	check_hybrid_text(text, &hybrid_of_unknown_rank);
	swap_kinds(text);
	check_hybrid_text(text, &hybrid_of_unknown_rank);
}

static void test_cpu_model(void **unused)
{
	(void)unused;
	need_hybrid_file();
	setenv("HWLOC_SYNTHETIC", "pu:3", 1);
	struct placement *placement = create(PLACEMENT_CORE);
	assert_null(placement_cpu_model(placement));
	placement_destroy(placement);
	unsetenv("HWLOC_SYNTHETIC");
	setenv("HWLOC_XMLFILE", hybrid_file, 1);
	placement = create(PLACEMENT_CORE);
	assert_string_equal(placement_cpu_model(placement), "Hybrid 42");
	placement_destroy(placement);
}

/* --- pin maps -------------------------------------------------------------------------------- */

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
		setenv("HWLOC_SYNTHETIC", cases[i].synthetic, 1);
		struct placement *placement = create(PLACEMENT_CORE);
		check_map(placement, cases[i].map, cases[i].workers);
		placement_destroy(placement);
	}
}

/* Whatever the size, what is there is whole, and what is missing is stood in for. */
static void check_cut(const char *synthetic, int workers, size_t smallest)
{
	char whole[1024];
	char text[1024];
	setenv("HWLOC_SYNTHETIC", synthetic, 1);
	struct placement *placement = create(PLACEMENT_CORE);
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
	setenv("HWLOC_SYNTHETIC", "core:64 pu:2", 1);
	struct placement *placement = create(PLACEMENT_CORE);
	placement_describe(placement, 128, text, sizeof(text));
	assert_string_equal(text, "pu 0,2,4,6,...");
	/* Not even room for saying that something is missing. */
	placement_describe(placement, 128, text, 5);
	assert_string_equal(text, "pu .");
	placement_describe(placement, 128, text, 3);
	assert_string_equal(text, "pu");
	placement_destroy(placement);
}

/* --- trouble --------------------------------------------------------------------------------- */

/* As when the environment names a file that is broken. */
static void test_no_machine(void **unused)
{
	(void)unused;
	struct error error = { "" };
	write_machine("<topology");
	assert_null(placement_create(PLACEMENT_CORE, &error));
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
		TEST(test_order_of_kinds_does_not_matter),
		TEST(test_kinds_of_unknown_rank_stay_in_order),
		TEST(test_cpu_model),
		TEST(test_runs_are_ranges),
		TEST(test_pin_map_is_cut_where_it_does_not_fit),
		TEST(test_pin_map_cut_short),
		TEST(test_no_machine),
		TEST(test_policies),
	};
	hybrid_file = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
