/*
 * What the context says of the machine: golden facts of machines that are made up of a few files.
 */
#include "machine.h"
#include "test.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { FILES_MAX = 8, TEXT_MAX = 256 };

/* --- the folder ------------------------------------------------------------------------------ */

struct file {
	const char *path;
	const char *text;
};

static char folder[] = "/tmp/test-machine.XXXXXX";

static int make_folder(void **unused)
{
	(void)unused;
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **unused)
{
	(void)unused;
	return rmdir(folder);
}

static const char *in_folder(const char *path)
{
	static char name[PATH_MAX + sizeof(folder)];
	snprintf(name, sizeof(name), "%s%s", folder, path);
	return name;
}

static void write_file(const struct file *file)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s", file->path);
	for (char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
		*end = '\0';
		mkdir(in_folder(path), 0700);
		*end = '/';
	}
	FILE *stream = fopen(in_folder(path), "we");
	assert_non_null(stream);
	assert_true(fputs(file->text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

/* Removes a file and the folders that it leaves empty. */
static void remove_file(const struct file *file)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s", file->path);
	unlink(in_folder(path));
	for (char *end = strrchr(path, '/'); end != path; end = strrchr(path, '/')) {
		*end = '\0';
		rmdir(in_folder(path));
	}
}

/* --- what is expected ------------------------------------------------------------------------ */

struct golden {
	const char *fact; /* NULL if there is none */
	struct file files[FILES_MAX];
};

typedef bool find_function(const char *root, char *text, size_t size);

static void check_golden(const struct golden *golden, find_function *find)
{
	char text[TEXT_MAX] = "";
	for (const struct file *file = golden->files; file->path; file++) {
		write_file(file);
	}
	bool found = find(folder, text, sizeof(text));
	for (const struct file *file = golden->files; file->path; file++) {
		remove_file(file);
	}
	print_message("  %s\n", golden->fact ? golden->fact : "(nothing)");
	assert_int_equal(found, golden->fact != NULL);
	if (golden->fact) {
		assert_string_equal(text, golden->fact);
	}
}

static void check_goldens(const struct golden *goldens, size_t count, find_function *find)
{
	for (size_t i = 0; i < count; i++) {
		check_golden(&goldens[i], find);
	}
}

/* --- quota ----------------------------------------------------------------------------------- */

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
	/* The tightest counts, and not the smallest number. */
	{ "50000 100000", { CGROUP("0::/a/b\n"), MOUNT(V2), { V2 "a/cpu.max", "50000 100000\n" },
				  { V2 "a/b/cpu.max", "10000 10000\n" } } },
	{ "5000 10000", { CGROUP("0::/a/b\n"), MOUNT(V2), { V2 "a/cpu.max", "90000 100000\n" },
				{ V2 "a/b/cpu.max", "5000 10000\n" } } },
	/* Not a group of which this is none. */
	{ "max", { CGROUP("0::/a\n"), MOUNT(V2), { V2 "a/b/cpu.max", "1000 100000\n" },
			 { V2 "b/cpu.max", "1000 100000\n" } } },
	/* In a container, as it sees it and as its host does. */
	{ "300000 100000", { CGROUP("0::/\n"), MOUNT(V2), { V2 "cpu.max", "300000 100000\n" } } },
	{ "300000 100000",
		{ CGROUP("0::/docker/12ab\n"), MOUNT(V2), { V2 "cpu.max", "300000 100000\n" } } },
	{ "300000 100000",
		{ CGROUP("0::/../12ab\n"), MOUNT(V2), { V2 "cpu.max", "300000 100000\n" } } },
	/* What is not understood is no limit. */
	{ "max", { CGROUP("0::/\n"), MOUNT(V2), { V2 "cpu.max", "\n" } } },
	{ "max", { CGROUP("0::/\n"), MOUNT(V2), { V2 "cpu.max", "1000 0\n" } } },
};

static const struct golden version_1[] = {
	/* In both, version 2 has no controller. */
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
	/* In a container, as its host sees it. */
	{ "250000 100000", { CGROUP("7:cpu,cpuacct:/docker/12ab\n"), MOUNT(V1),
				   V1_QUOTA(V1, "250000", "100000") } },
	{ "max", { CGROUP("1:cpu:/\n"), MOUNT(V1), { V1 "cpu.cfs_quota_us", "1000\n" } } },
};

static void test_quota_of_version_2(void **unused)
{
	(void)unused;
	check_goldens(version_2, LENGTH(version_2), machine_cpu_quota);
}

static void test_quota_of_version_1(void **unused)
{
	(void)unused;
	check_goldens(version_1, LENGTH(version_1), machine_cpu_quota);
}

/* --- the processor --------------------------------------------------------------------------- */

#define CPUINFO(text) \
	{ \
		"/proc/cpuinfo", text \
	}
#define X86 "processor\t: 0\nmodel name\t: Example 3000\nflags\t\t: fpu sse"
#define ARM "processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n"
#define VENDOR(name) \
	{ \
		"/sys/class/dmi/id/sys_vendor", name "\n" \
	}
#define PRODUCT(name) \
	{ \
		"/sys/class/dmi/id/product_name", name "\n" \
	}

static const struct golden models[] = {
	{ NULL, { CPUINFO("processor\t: 0\n") } },
	{ "Example 3000", { CPUINFO(X86 "\n") } },
	{ "CPU implementer 0x41 part 0xd0c", { CPUINFO(ARM) } },
	{ NULL, { CPUINFO("CPU implementer\t: 0x41\n") } },
};

static const struct golden models_with_known[] = {
	{ "Known 1", { CPUINFO("processor\t: 0\n") } },
	{ "Example 3000", { CPUINFO(X86 "\n") } },
	{ "Known 1", { CPUINFO(ARM) } },
	{ "Known 1", { { NULL, NULL } } },
};

static bool find_model(const char *root, char *text, size_t size)
{
	return machine_cpu_model(root, NULL, text, size);
}

static bool find_model_with_known(const char *root, char *text, size_t size)
{
	return machine_cpu_model(root, "Known 1", text, size);
}

static void test_cpu_model(void **unused)
{
	(void)unused;
	check_goldens(models, LENGTH(models), find_model);
	check_goldens(models_with_known, LENGTH(models_with_known), find_model_with_known);
}

static const struct golden virtual_machines[] = {
	{ NULL, { { NULL, NULL } } },
	{ NULL, { CPUINFO(ARM) } },
	{ "none", { CPUINFO(X86 "\n") } },
	{ "none", { CPUINFO(X86 "\n"), VENDOR("QEMU") } },
	{ "hypervisor", { CPUINFO(X86 " hypervisor lahf_lm\n") } },
	{ "xen", { CPUINFO(ARM), { "/sys/hypervisor/type", "xen\n" }, VENDOR("QEMU") } },
	{ "QEMU", { CPUINFO(ARM), VENDOR("QEMU") } },
	{ "VMware, Inc.", { CPUINFO(ARM), VENDOR("VMware, Inc."), PRODUCT("VMware20,1") } },
	{ "Amazon EC2", { CPUINFO(ARM), VENDOR("Amazon EC2"), PRODUCT("c7g.large") } },
	{ "Google", { CPUINFO(ARM), VENDOR("Google"), PRODUCT("Google Compute Engine") } },
	{ "Microsoft Corporation",
		{ CPUINFO(ARM), VENDOR("Microsoft Corporation"), PRODUCT("Virtual Machine") } },
	/* Their real machines. */
	{ NULL, { CPUINFO(ARM), VENDOR("Amazon EC2"), PRODUCT("c7g.metal") } },
	{ NULL, { CPUINFO(ARM), VENDOR("Google"), PRODUCT("Kevin") } },
	{ NULL, { CPUINFO(ARM), VENDOR("Microsoft Corporation"), PRODUCT("Surface Pro X") } },
	{ NULL, { CPUINFO(ARM), VENDOR("Ampere(R)"), PRODUCT("Mt. Jade") } },
};

static void test_virtualization(void **unused)
{
	(void)unused;
	check_goldens(virtual_machines, LENGTH(virtual_machines), machine_virtualization);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quota_of_version_2),
		cmocka_unit_test(test_quota_of_version_1),
		cmocka_unit_test(test_cpu_model),
		cmocka_unit_test(test_virtualization),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
