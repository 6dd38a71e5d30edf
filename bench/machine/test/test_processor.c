/* What a processor is and how fast it may run, of machines that are made up of a few files. */
#include "golden.h"
#include "processor.h"
#include "test.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- the model ------------------------------------------------------------------------------- */

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
	/* Cores differ: the facts are those of PU 1. */
	{ "Example 3001", { CPUINFO(X86 "\n\nprocessor\t: 1\nmodel name\t: Example 3001\n") } },
	{ "CPU implementer 0x41 part 0xd85",
		{ CPUINFO(ARM "\nprocessor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd85\n"
			      "\nprocessor\t: 2\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n") } },
	/* A longer key that begins in the same way is another. */
	{ "Example 3000", { CPUINFO("model name x\t: no\n" X86 "\n") } },
};

static const struct golden models_with_known[] = {
	{ "Known 1", { CPUINFO("processor\t: 0\n") } },
	{ "Example 3000", { CPUINFO(X86 "\n") } },
	{ "Known 1", { CPUINFO(ARM) } },
	{ "Known 1", { { NULL, NULL } } },
};

static bool find_model(const char *root, char *text, size_t size)
{
	return processor_model(root, 1, NULL, text, size);
}

static bool find_model_with_known(const char *root, char *text, size_t size)
{
	return processor_model(root, 1, "Known 1", text, size);
}

static void test_cpu_model(void **unused)
{
	(void)unused;
	golden_check(models, LENGTH(models), find_model);
	golden_check(models_with_known, LENGTH(models_with_known), find_model_with_known);
}

/* --- virtual machines ------------------------------------------------------------------------ */

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
	/* Hardware of the same vendors. */
	{ NULL, { CPUINFO(ARM), VENDOR("Amazon EC2"), PRODUCT("c7g.metal") } },
	{ NULL, { CPUINFO(ARM), VENDOR("Google"), PRODUCT("Kevin") } },
	{ NULL, { CPUINFO(ARM), VENDOR("Microsoft Corporation"), PRODUCT("Surface Pro X") } },
	{ NULL, { CPUINFO(ARM), VENDOR("Ampere(R)"), PRODUCT("Mt. Jade") } },
};

static void test_virtualization(void **unused)
{
	(void)unused;
	golden_check(virtual_machines, LENGTH(virtual_machines), processor_virtualization);
}

/* --- frequency ------------------------------------------------------------------------------- */

#define CPU "/sys/devices/system/cpu/"
#define GOVERNOR(pu, name) \
	{ \
		CPU "cpu" pu "/cpufreq/scaling_governor", name "\n" \
	}
#define BOOST(pu, value) \
	{ \
		CPU "cpu" pu "/cpufreq/boost", value "\n" \
	}
#define COMMON_BOOST(value) \
	{ \
		CPU "cpufreq/boost", value "\n" \
	}
#define NO_TURBO(value) \
	{ \
		CPU "intel_pstate/no_turbo", value "\n" \
	}

/* Workers use PUs 2 and 3. */
static const int pus[] = { 2, 3 };

static const struct golden governors[] = {
	{ NULL, { { NULL, NULL } } },
	{ "performance", { GOVERNOR("2", "performance"), GOVERNOR("3", "performance") } },
	/* Those of other PUs do not matter. */
	{ "performance", { GOVERNOR("0", "powersave"), GOVERNOR("2", "performance"),
				 GOVERNOR("3", "performance") } },
	{ NULL, { GOVERNOR("0", "powersave") } },
	{ "mixed: performance, powersave",
		{ GOVERNOR("2", "performance"), GOVERNOR("3", "powersave") } },
	{ "schedutil", { GOVERNOR("3", "schedutil") } },
};

static bool find_governor(const char *root, char *text, size_t size)
{
	return processor_governor(root, pus, LENGTH(pus), text, size);
}

static void test_governor(void **unused)
{
	(void)unused;
	golden_check(governors, LENGTH(governors), find_governor);
}

static const struct golden boosts[] = {
	{ NULL, { { NULL, NULL } } },
	{ "0", { COMMON_BOOST("0") } },
	{ "1", { COMMON_BOOST("1") } },
	{ "0", { NO_TURBO("1") } },
	{ "1", { NO_TURBO("0") } },
	{ "0", { BOOST("2", "0"), BOOST("3", "0"), COMMON_BOOST("1") } },
	{ "mixed: 1, 0", { BOOST("0", "0"), BOOST("2", "1"), BOOST("3", "0") } },
};

static bool find_boost(const char *root, char *text, size_t size)
{
	return processor_boost(root, pus, LENGTH(pus), text, size);
}

static void test_boost(void **unused)
{
	(void)unused;
	golden_check(boosts, LENGTH(boosts), find_boost);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpu_model),
		cmocka_unit_test(test_virtualization),
		cmocka_unit_test(test_governor),
		cmocka_unit_test(test_boost),
	};
	return cmocka_run_group_tests(tests, golden_create_folder, golden_remove_folder);
}
