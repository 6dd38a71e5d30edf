/* The file of distributions: its name, and what it holds for which rows. */
#include "hgrm.h"

#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct plan plan;

static int tear_down(void **unused)
{
	(void)unused;
	plan_finish(&plan);
	plan = (struct plan){ 0 };
	return 0;
}

static struct row *add(const char *name, bool keeps)
{
	struct error error;
	struct row_spec spec = { .experiment = name, .counts_workers = true, .samples = 2 };
	struct row *row = plan_add(&plan, &spec, &error);
	assert_non_null(row);
	row->keeps_distribution = keeps;
	row->wanted = 1;
	return row;
}

static void expect_path(const char *out, const char *expected)
{
	struct error error;
	char path[PATH_MAX];
	assert_int_equal(hgrm_path(path, out, &error), 0);
	assert_string_equal(path, expected);
}

static void test_path(void **unused)
{
	(void)unused;
	struct error error;
	char path[PATH_MAX];
	char longest[PATH_MAX];
	expect_path("a.json", "a.hgrm");
	expect_path("b/a.json.json", "b/a.json.hgrm");
	expect_path("a", "a.hgrm");
	expect_path(".json", ".json.hgrm");
	expect_path("json", "json.hgrm");
	memset(longest, 'x', sizeof(longest));
	longest[PATH_MAX - 1] = '\0';
	assert_int_equal(hgrm_path(path, longest, &error), -ENAMETOOLONG);
}

static void test_due(void **unused)
{
	(void)unused;
	assert_false(hgrm_is_due(&plan));
	add("x", false);
	assert_false(hgrm_is_due(&plan));
	struct row *row = add("y", true);
	assert_true(hgrm_is_due(&plan));
	/* A row that the flags do not select gets no samples. */
	row->wanted = 0;
	assert_false(hgrm_is_due(&plan));
}

static void test_text(void **unused)
{
	(void)unused;
	static const int64_t ns[] = { 1000, 2000, 3000 };
	add("empty", true);
	struct row *row = add("full", true);
	assert_int_equal(latency_add(&row->samples[0].latencies, ns + 2, 1), 0);
	assert_int_equal(latency_add(&row->samples[1].latencies, ns, 2), 0);
	assert_int_equal(latency_add_censored(&row->samples[1].latencies, 7000), 0);
	row->samples[0].run = 1;
	row->samples[0].round = 2;
	row->samples[1].run = 2;
	row->samples[1].round = 1;
	struct latency all = { 0 };
	assert_int_equal(latency_add(&all, ns, 3), 0);
	assert_int_equal(latency_add_censored(&all, 7000), 0);
	char *single = latency_print(&all);
	latency_finish(&all);
	char *text = hgrm_print(&plan);
	assert_non_null(text);
	assert_int_equal(strncmp(text, "# row: full/workers:0\n", 22), 0);
	assert_int_equal(strncmp(text + 22, single, strlen(single)), 0);
	assert_string_equal(text + 22 + strlen(single),
		"# sample: run=1 round=2 messages=1: 3.000\n"
		"# sample: run=2 round=1 messages=3 censored=1 from=7.000: 1.000 2.000 7.000\n");
	free(single);
	free(text);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_path),
		TEST(test_due),
		TEST(test_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
