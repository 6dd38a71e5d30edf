/* Findings: their order, the verdict that follows, and a list that is full. */
#include "finding.h"
#include "test.h"

#include <string.h>

static void test_nothing_is_ok(void **unused)
{
	(void)unused;
	struct findings findings = { 0 };
	assert_string_equal(findings_verdict(&findings), "ok");
	findings_add(&findings, SEVERITY_NOTE, "a note");
	assert_string_equal(findings_verdict(&findings), "ok");
}

static void test_the_worst_comes_first(void **unused)
{
	(void)unused;
	struct findings findings = { 0 };
	findings_add(&findings, SEVERITY_NOTE, "note %d", 1);
	findings_add(&findings, SEVERITY_DOUBTFUL, "doubtful %d", 1);
	assert_string_equal(findings_verdict(&findings), "doubtful");
	findings_add(&findings, SEVERITY_DISTURBED, "disturbed %d", 1);
	findings_add(&findings, SEVERITY_DOUBTFUL, "doubtful %d", 2);
	findings_add(&findings, SEVERITY_NOTE, "note %d", 2);
	assert_string_equal(findings_verdict(&findings), "disturbed");
	static const char *const expected[] = { "disturbed 1", "doubtful 1", "doubtful 2", "note 1",
		"note 2" };
	assert_int_equal(findings.count, 5);
	for (size_t i = 0; i < findings.count; i++) {
		assert_string_equal(findings.list[i].text, expected[i]);
	}
}

static void test_a_full_list_takes_no_more(void **unused)
{
	(void)unused;
	struct findings findings = { 0 };
	for (int i = 0; i < FINDINGS_MAX + 3; i++) {
		findings_add(&findings, SEVERITY_NOTE, "note %d", i);
	}
	assert_int_equal(findings.count, FINDINGS_MAX);
	assert_string_equal(findings.list[FINDINGS_MAX - 1].text, "note 23");
}

static void test_texts_are_cut_and_clean(void **unused)
{
	(void)unused;
	struct findings findings = { 0 };
	findings_add(&findings, SEVERITY_NOTE, "%0500d\xff", 0);
	findings_add(&findings, SEVERITY_NOTE, "bad \xff byte");
	assert_int_equal(strlen(findings.list[0].text), FINDING_TEXT_MAX - 1);
	assert_null(strchr(findings.list[1].text, '\xff'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_ok),
		cmocka_unit_test(test_the_worst_comes_first),
		cmocka_unit_test(test_a_full_list_takes_no_more),
		cmocka_unit_test(test_texts_are_cut_and_clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
