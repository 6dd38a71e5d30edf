/* The quota of processor time, in both versions of control groups. */
#include "golden.h"
#include "quota.h"
#include "test.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define CGROUP(text) \
	{ \
		"/proc/self/cgroup", text \
	}
#define V2 "/sys/fs/cgroup/"
#define V1 "/sys/fs/cgroup/cpu/"
#define V1_PAIR "/sys/fs/cgroup/cpu,cpuacct/"
#define MOUNT(path) \
	{ \
		path "cgroup.procs", "" \
	}
#define V1_QUOTA(group, quota, period) \
	{ group "cpu.cfs_quota_us", quota "\n" }, \
	{ \
		group "cpu.cfs_period_us", period "\n" \
	}

static const struct golden version_2[] = {
	{ NULL, { CGROUP("0::/\n") } },
	{ NULL, { MOUNT(V2) } },
	{ "max", { CGROUP("0::/\n"), MOUNT(V2) } },
	{ "max", { CGROUP("0::/a\n"), MOUNT(V2), { V2 "a/cpu.max", "max 100000\n" } } },
	{ "150000 100000",
		{ CGROUP("0::/a\n"), MOUNT(V2), { V2 "a/cpu.max", "150000 100000\n" } } },
	/* A group above limits it, next to the root or further up. */
	{ "200000 100000",
		{ CGROUP("0::/a/b/c\n"), MOUNT(V2), { V2 "a/cpu.max", "200000 100000\n" },
			{ V2 "a/b/c/cpu.max", "max 100000\n" } } },
	/* The tightest ratio counts, not the smallest number. */
	{ "50000 100000", { CGROUP("0::/a/b\n"), MOUNT(V2), { V2 "a/cpu.max", "50000 100000\n" },
				  { V2 "a/b/cpu.max", "10000 10000\n" } } },
	{ "5000 10000", { CGROUP("0::/a/b\n"), MOUNT(V2), { V2 "a/cpu.max", "90000 100000\n" },
				{ V2 "a/b/cpu.max", "5000 10000\n" } } },
	/* Groups that the process is not in do not count. */
	{ "max", { CGROUP("0::/a\n"), MOUNT(V2), { V2 "a/b/cpu.max", "1000 100000\n" },
			 { V2 "b/cpu.max", "1000 100000\n" } } },
	/* In a container: the path as seen inside, and as seen by the host. */
	{ "300000 100000", { CGROUP("0::/\n"), MOUNT(V2), { V2 "cpu.max", "300000 100000\n" } } },
	{ "300000 100000",
		{ CGROUP("0::/docker/12ab\n"), MOUNT(V2), { V2 "cpu.max", "300000 100000\n" } } },
	{ "300000 100000",
		{ CGROUP("0::/../12ab\n"), MOUNT(V2), { V2 "cpu.max", "300000 100000\n" } } },
	/* What cannot be parsed is not a limit. */
	{ "max", { CGROUP("0::/\n"), MOUNT(V2), { V2 "cpu.max", "\n" } } },
	{ "max", { CGROUP("0::/\n"), MOUNT(V2), { V2 "cpu.max", "1000 0\n" } } },
};

static const struct golden version_1[] = {
	/* Version 2 is mounted, too, without controllers. */
	{ NULL, { CGROUP("4:memory:/\n3:cpuset:/\n2:cpuacct:/\n0::/\n"), MOUNT(V1) } },
	{ "max", { CGROUP("2:cpuacct:/b\n1:cpu:/a\n0::/\n"), MOUNT(V1),
			 V1_QUOTA(V1 "a/", "-1", "100000"), V1_QUOTA(V1 "b/", "1000", "100000") } },
	{ "150000 100000",
		{ CGROUP("2:cpuset:/\n1:cpu:/a\n"), MOUNT(V1),
			V1_QUOTA(V1 "a/", "150000", "100000"), V1_QUOTA(V1, "-1", "100000") } },
	{ "150000 100000", { CGROUP("1:cpu,cpuacct:/a/b\n"), MOUNT(V1_PAIR),
				   V1_QUOTA(V1_PAIR "a/b/", "-1", "100000"),
				   V1_QUOTA(V1_PAIR "a/", "150000", "100000") } },
	{ "20000 50000",
		{ CGROUP("7:cpuacct,cpu:/a/b\n"), MOUNT(V1), V1_QUOTA(V1 "a/b/", "90000", "100000"),
			V1_QUOTA(V1 "a/", "20000", "50000") } },
	/* In a container: the path as seen by the host. */
	{ "250000 100000", { CGROUP("7:cpu,cpuacct:/docker/12ab\n"), MOUNT(V1),
				   V1_QUOTA(V1, "250000", "100000") } },
	{ "max", { CGROUP("1:cpu:/\n"), MOUNT(V1), { V1 "cpu.cfs_quota_us", "1000\n" } } },
};

static void test_quota_of_version_2(void **unused)
{
	(void)unused;
	golden_check(version_2, LENGTH(version_2), quota_read);
}

static void test_quota_of_version_1(void **unused)
{
	(void)unused;
	golden_check(version_1, LENGTH(version_1), quota_read);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quota_of_version_2),
		cmocka_unit_test(test_quota_of_version_1),
	};
	return cmocka_run_group_tests(tests, golden_create_folder, golden_remove_folder);
}
