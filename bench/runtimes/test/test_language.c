/* Languages: which one an answer to --version means, and where the program for it is found. */
#include "language.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_answers(void **unused)
{
	(void)unused;
	static const struct {
		const char *answer;
		const char *more;
		const char *program; /* NULL: none needed */
		bool compiled;
	} known[] = {
		{ "Python 2.6.9\n", "", "gilbench.py", false },
		{ "Python 3.9.16 (7.3.11)\n[PyPy 7.3.11 with GCC 12.2.0]\n", "", "gilbench.py",
			false },
		{ "GraalPy 3.11.7 (GraalVM CE Native 24.1.1)\n", "", "gilbench.py", false },
		{ "ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux]\n", "",
			"gilbench.rb", false },
		{ "truffleruby 23.1.0, like ruby 3.2.2, GraalVM\n", "", "gilbench.rb", false },
		{ "The OCaml toplevel, version 4.13.1\n", "", "gilbench.ml", false },
		{ "4.13.1\n", "The OCaml compiler, version 4.13.1\nStandard library: x\n",
			"gilbench.ml", true },
		{ "4.14.0+options\n", "The OCaml native-code compiler, version 4.14.0\n",
			"gilbench.ml", true },
		{ "gilbench-interpreter 1\n", "", NULL, false },
		{ "a banner\nPython 3.11.2\n", "", "gilbench.py", false },
	};
	for (size_t i = 0; i < LENGTH(known); i++) {
		const struct language *language = language_find(known[i].answer, known[i].more);
		assert_non_null(language);
		if (known[i].program) {
			assert_string_equal(language->program, known[i].program);
		} else {
			assert_null(language->program);
		}
		assert_int_equal(language->compiled, known[i].compiled);
	}
}

static void test_other_answers(void **unused)
{
	(void)unused;
	static const char *const unknown[] = { "", "\n", "v20.11.1\n", "MicroPython v1.19.1\n",
		"Python\n", "perl 5, version 36\n", "pip 23.0 from /usr (python 3.11)\n",
		"gilbench-interpreter\n", "gilbench-interpreter 10\n", "gilbench-interpreter 1.1\n",
		"gilbench-interpreter 2\n", "not Python 3\n" };
	for (size_t i = 0; i < LENGTH(unknown); i++) {
		assert_null(language_find(unknown[i], "Python 3.11.2\n"));
	}
	/* A version number alone means nothing without the second answer. */
	assert_null(language_find("1.2.3\n", "1.2.3\n"));
	assert_non_null(language_find("1.2.3\n", "Python 3.11.2\n"));
}

/* The compilers to bytecode and to native code need different libraries. */
static void test_compilers_differ(void **unused)
{
	(void)unused;
	const struct language *bytecode = language_find("4.13.1", "The OCaml compiler, version");
	const struct language *native =
		language_find("4.13.1", "The OCaml native-code compiler, version");
	assert_string_equal(bytecode->options[4], "unix.cma");
	assert_string_equal(native->options[4], "unix.cmxa");
	assert_null(bytecode->options[6]);
	assert_null(native->options[6]);
}

static void test_numbers(void **unused)
{
	(void)unused;
	assert_true(language_is_number("4.13.1\n"));
	assert_true(language_is_number("5.1.0~rc3"));
	assert_true(language_is_number("4.12.0+flambda\n\n"));
	assert_false(language_is_number("v20\n"));
	assert_false(language_is_number("4.13.1 of the compiler\n"));
	assert_false(language_is_number(""));
	assert_false(language_is_number("\n"));
}

static void test_programs_are_found(void **unused)
{
	(void)unused;
	char path[PATH_MAX];
	struct error error = { "" };
	unsetenv("GILBENCH_PROGRAMS");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(language_find_program("gilbench.rb", path, &error), 0);
		assert_int_equal(access(path, R_OK), 0);
		assert_non_null(strstr(path, "/programs/gilbench.rb"));
		/* An empty value is the same as none. */
		setenv("GILBENCH_PROGRAMS", "", 1);
	}
}

static void test_programs_are_missing(void **unused)
{
	(void)unused;
	char path[PATH_MAX];
	struct error error = { "" };
	setenv("GILBENCH_PROGRAMS", "/nonexistent", 1);
	assert_int_equal(language_find_program("gilbench.py", path, &error), -ENOENT);
	assert_string_equal(error.text, "cannot find its program gilbench.py in /nonexistent");
	unsetenv("GILBENCH_PROGRAMS");
	assert_int_equal(language_find_program("gilbench.xy", path, &error), -ENOENT);
	/* Where it was built, and where it is installed. */
	assert_non_null(strstr(error.text, "cannot find its program gilbench.xy in /"));
	assert_non_null(strstr(error.text, " or in /"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_other_answers),
		cmocka_unit_test(test_compilers_differ),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_programs_are_found),
		cmocka_unit_test(test_programs_are_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
