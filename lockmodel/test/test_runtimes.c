/* Which model, with which parameters, is found for which version of a runtime. */
#include "lockmodel.h"
#include "test.h"

#include <errno.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void check_model(
	const char *runtime, int major, int minor, const char *params, const char *expected)
{
	struct spec spec;
	struct error error = { "" };
	int result = lockmodel_for_runtime(runtime, major, minor, params, &spec, &error);
	assert_string_equal(error.text, "");
	assert_int_equal(result, 0);
	assert_string_equal(spec.text, expected);
	assert_true(
		strncmp(lockmodel_form(spec.index)->name, expected, strcspn(expected, ":")) == 0);
}

static void test_first_and_last_versions(void **unused)
{
	(void)unused;
	check_model("cpython", 2, 7, "", "cpython2");
	check_model("cpython", 3, 0, "", "cpython2");
	check_model("cpython", 3, 1, "", "cpython2");
	check_model("cpython", 3, 2, "", "cpython3:polls=3");
	check_model("cpython", 3, 9, "", "cpython3:polls=3");
	check_model("cpython", 3, 10, "", "cpython3");
	check_model("cpython", 3, 11, "", "cpython3");
	check_model("cpython", 4, 0, "", "cpython3");
	check_model("ruby", 2, 6, "", "ruby_waitq");
	check_model("ruby", 3, 2, "", "ruby_waitq");
	check_model("ruby", 3, 3, "", "ruby_handoff");
	check_model("ruby", 4, 0, "", "ruby_handoff");
	check_model("ocaml", 4, 9, "", "ocaml4");
	check_model("ocaml", 4, 14, "", "ocaml4");
	check_model("ocaml-native", 4, 14, "", "ocaml4");
	check_model("pypy", 5, 0, "", "pypy:jit=on");
	check_model("pypy", 7, 3, "", "pypy:jit=on");
}

/* Parameters that the runtime reports override the defaults of its version. */
static void test_reported_parameters(void **unused)
{
	(void)unused;
	check_model("cpython", 2, 7, ":checkinterval=1000", "cpython2:checkinterval=1000");
	check_model("cpython", 3, 11, ":interval=5000us", "cpython3");
	check_model("cpython", 3, 8, ":interval=500us", "cpython3:interval=500us:polls=3");
	check_model("cpython", 3, 8, ":polls=2", "cpython3:polls=2");
	check_model("pypy", 7, 3, ":checkinterval=20000:jit=off", "pypy:checkinterval=20000");
}

static void check_unknown(const char *runtime, int major, int minor, const char *named)
{
	struct spec spec;
	struct error error = { "" };
	int result = lockmodel_for_runtime(runtime, major, minor, "", &spec, &error);
	assert_int_equal(result, -ENOENT);
	assert_non_null(strstr(error.text, named));
	assert_non_null(strstr(error.text, "cpython up to 3.1 (cpython2)"));
	assert_non_null(strstr(error.text, "ruby 2.6 to 3.2 (ruby_waitq)"));
	assert_non_null(strstr(error.text, "pypy 5.0 and later (pypy)"));
}

static void test_unknown_runtimes(void **unused)
{
	(void)unused;
	check_unknown("ruby", 2, 5, "no lock model for ruby 2.5; known: ");
	check_unknown("ruby", 4, 1, "ruby 4.1");
	check_unknown("ocaml", 4, 8, "ocaml 4.8");
	check_unknown("ocaml", 5, 0, "ocaml 5.0");
	check_unknown("ocaml-native", 4, 13, "ocaml-native 4.13");
	check_unknown("pypy", 4, 9, "pypy 4.9");
	check_unknown("jython", 2, 7, "jython 2.7");
	check_unknown("", 0, 0, "lock model for  0.0");
	check_unknown("CPython", 3, 11, "CPython 3.11");
}

static void test_bad_parameters(void **unused)
{
	(void)unused;
	static const char *const bad[] = { ":interval=1", ":tick=5ms", ":interval", ":", "x" };
	struct spec spec;
	struct error error;
	char longest[3 * SPEC_TEXT_MAX];
	for (size_t i = 0; i < LENGTH(bad); i++) {
		error.text[0] = '\0';
		assert_int_equal(
			lockmodel_for_runtime("cpython", 3, 11, bad[i], &spec, &error), -EINVAL);
		assert_non_null(strstr(error.text, "cpython3"));
	}
	memset(longest, ':', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(lockmodel_for_runtime("cpython", 3, 11, longest, &spec, &error), -EINVAL);
	assert_non_null(strstr(error.text, "longer than"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_and_last_versions),
		cmocka_unit_test(test_reported_parameters),
		cmocka_unit_test(test_unknown_runtimes),
		cmocka_unit_test(test_bad_parameters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
