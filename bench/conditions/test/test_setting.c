/* What is said of machines that are made up of files, and of builds. */
#include "made_up.h"
#include "setting.h"
#include "test.h"

#include <string.h>

#define CLOCK "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define CPU(pu) "/sys/devices/system/cpu/cpu" #pu

static struct setting good(const char *root)
{
	return (struct setting){ .root = root,
		.placement = made_up_placement,
		.libc = "2.41",
		.sanitizer = "",
		.optimized = true };
}

/* A golden_function: the beginnings of all findings. */
static bool judge(const char *root, char *text, size_t size)
{
	struct findings findings = { 0 };
	const struct setting setting = good(root);
	setting_judge(&setting, &findings);
	for (size_t i = 0, used = 0; i < findings.count && used < size; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s: %.20s", i ? " | " : "",
			severity_name(findings.list[i].severity), findings.list[i].text);
	}
	return findings.count > 0;
}

static const struct golden machines[] = {
	{ NULL, { { CLOCK, "tsc\n" } } },
	{ NULL, { { CPU(0) "/cpufreq/scaling_governor", "performance\n" },
			{ CPU(1) "/cpufreq/scaling_governor", "performance\n" } } },
	{ "doubtful: the system's clock s", { { CLOCK, "hpet\n" } } },
	{ "note: the frequency govern",
		{ { CPU(0) "/cpufreq/scaling_governor", "powersave\n" },
			{ CPU(1) "/cpufreq/scaling_governor", "powersave\n" } } },
	{ "note: the workers' places ", { { CPU(0) "/topology/thread_siblings_list", "0-1\n" } } },
	{ "note: other programs may r", { { CPU(0) "/topology/thread_siblings_list", "0,4\n" } } },
	{ NULL, { { CPU(0) "/topology/thread_siblings_list", "0\n" } } },
};

static void test_machines(void **unused)
{
	(void)unused;
	golden_check(machines, LENGTH(machines), judge);
}

static void expect_build(const struct setting *setting, const char *verdict, const char *words)
{
	struct findings findings = { 0 };
	setting_judge(setting, &findings);
	assert_string_equal(findings_verdict(&findings), verdict);
	assert_int_equal(findings.count, 1);
	assert_non_null(strstr(findings.list[0].text, words));
}

static void test_builds(void **unused)
{
	(void)unused;
	struct setting setting = good("/nonexistent");
	struct findings findings = { 0 };
	setting_judge(&setting, &findings);
	assert_int_equal(findings.count, 0);
	setting.libc = "2.40";
	expect_build(&setting, "ok", "glibc 2.40 can lose a wake-up");
	setting.libc = "2.41.9000";
	setting.sanitizer = "ThreadSanitizer";
	expect_build(&setting, "doubtful", "built with ThreadSanitizer");
	setting.sanitizer = "";
	setting.optimized = false;
	expect_build(&setting, "doubtful", "without optimization");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_builds),
	};
	return cmocka_run_group_tests(tests, made_up_begin, made_up_end);
}
