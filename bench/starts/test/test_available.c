/* Available memory: the least of what the machine and each control group have left. */
#include "available.h"

#include "test.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[32];

static int set_up(void **unused)
{
	(void)unused;
	strcpy(root, "/tmp/gilbench-test-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static int tear_down(void **unused)
{
	(void)unused;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file below the root, with the folders that lead to it. */
static void write_file(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s%s", root, name);
	for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void test_nothing_known(void **unused)
{
	(void)unused;
	assert_int_equal(available_bytes(root), -1);
}

static void test_machine(void **unused)
{
	(void)unused;
	write_file("/proc/meminfo", "MemTotal:  900 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\n");
	assert_int_equal(available_bytes(root), 600 * 1024);
	write_file("/proc/self/cgroup", "0::/\n");
	write_file("/sys/fs/cgroup/memory.max", "max\n");
	write_file("/sys/fs/cgroup/memory.current", "1000\n");
	assert_int_equal(available_bytes(root), 600 * 1024);
}

static void test_groups(void **unused)
{
	(void)unused;
	write_file("/proc/meminfo", "MemAvailable:  600 kB\n");
	write_file("/proc/self/cgroup", "1:cpu:/other\n0::/a/b\n");
	write_file("/sys/fs/cgroup/a/memory.max", "5000\n");
	write_file("/sys/fs/cgroup/a/memory.current", "1500\n");
	assert_int_equal(available_bytes(root), 3500);
	write_file("/sys/fs/cgroup/a/memory.stat", "anon 900\ninactive_file 500\n");
	assert_int_equal(available_bytes(root), 4000);
	write_file("/sys/fs/cgroup/a/b/memory.max", "2000\n");
	write_file("/sys/fs/cgroup/a/b/memory.current", "1900\n");
	assert_int_equal(available_bytes(root), 100);
	write_file("/sys/fs/cgroup/a/b/memory.current", "2100\n");
	assert_int_equal(available_bytes(root), 0);
}

static void test_groups_of_version_1(void **unused)
{
	(void)unused;
	write_file("/proc/self/cgroup", "4:memory:/a\n1:cpu:/b\n0::/\n");
	write_file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	write_file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n");
	assert_int_equal(available_bytes(root), INT64_C(9223372036854770712));
	write_file("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "8000\n");
	write_file("/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1000\n");
	write_file(
		"/sys/fs/cgroup/memory/a/memory.stat", "inactive_file 1\ntotal_inactive_file 10\n");
	assert_int_equal(available_bytes(root), 7010);
}

/* In a container, the path of the group may be that outside. */
static void test_container(void **unused)
{
	(void)unused;
	write_file("/proc/self/cgroup", "0::/docker/0123\n");
	write_file("/sys/fs/cgroup/memory.max", "7000\n");
	write_file("/sys/fs/cgroup/memory.current", "1000\n");
	assert_int_equal(available_bytes(root), 6000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_nothing_known),
		TEST(test_machine),
		TEST(test_groups),
		TEST(test_groups_of_version_1),
		TEST(test_container),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
