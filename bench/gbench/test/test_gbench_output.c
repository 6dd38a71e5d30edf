/*
 * Tests of what gbench.h writes: the formats of the display and of the file of --benchmark_out,
 * text and numbers that do not fit into them, and outputs that cannot be written.
 */
#include "gbench_scenario.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* --- formats -------------------------------------------------------------------------------- */

static void test_json_display(void **state)
{
	char format[] = "--benchmark_format=json";
	struct outcome outcome = scenario_run("two", format, NULL, NULL);
	(void)state;
	assert_is_json(outcome.out);
	assert_same_rows(outcome.out, outcome.json);
	outcome_finish(&outcome);
}

/* Returns the number of fields of the CSV line that begins with `start`; none may hold a comma. */
static size_t count_fields(const char *csv, const char *start)
{
	const char *line = strstr(csv, start);
	size_t fields = 1;
	assert_non_null(line);
	for (; *line != '\n' && *line != '\0'; line++) {
		fields += *line == ',';
	}
	return fields;
}

static const char csv_header[] =
	"name,iterations,real_time,cpu_time,time_unit,bytes_per_second,items_per_second,label,"
	"error_occurred,error_message";

static void assert_is_csv_of_two(const char *text)
{
	assert_int_equal(strncmp(text, csv_header, strlen(csv_header)), 0);
	assert_has(text, ",error_message,\"binary\",\"decimal\",\"zero\"\n");
	assert_has(text, ",ns,,,,,,,,0\n");
	assert_has(text, ",ns,,,,,,4096,4096,\n");
	assert_int_equal(count_fields(text, "\"alpha\""), 13);
	assert_int_equal(count_fields(text, "\"beta\""), 13);
}

/* The rows of "two" differ in their counters. */
static void test_csv_display(void **state)
{
	char format[] = "--benchmark_format=csv";
	struct outcome outcome = scenario_run("two", format, NULL, NULL);
	(void)state;
	assert_int_equal(outcome.status, 0);
	assert_has(outcome.err, "result=0 rows=2 failed=0");
	assert_has(outcome.err, "CPU");
	assert_is_json(outcome.json);
	assert_is_csv_of_two(outcome.out);
	outcome_finish(&outcome);
	setenv("BENCHMARK_FORMAT", "csv", 1);
	outcome = scenario_run("two", NULL, NULL, NULL);
	unsetenv("BENCHMARK_FORMAT");
	assert_is_csv_of_two(outcome.out);
	outcome_finish(&outcome);
}

static void test_csv_of_bad_rows(void **state)
{
	char format[] = "--benchmark_format=csv";
	struct outcome outcome = scenario_run("bad", format, NULL, NULL);
	(void)state;
	assert_has(outcome.out, "\n\"failing\",,,,,,,,true,\"failed on request\",,\n");
	assert_has(outcome.out, "\n\"skipping\",,,,,,,,false,\"");
	assert_int_equal(count_fields(outcome.out, "\"skipping\""), 12);
	assert_int_equal(count_fields(outcome.out, "\"good\""), 12);
	outcome_finish(&outcome);
}

static void test_csv_aggregates(void **state)
{
	char format[] = "--benchmark_format=csv";
	char repetitions[] = "--benchmark_repetitions=2";
	struct outcome outcome = scenario_run("two", format, repetitions, NULL);
	(void)state;
	assert_int_equal(count_fields(outcome.out, "\"beta_mean\""), 13);
	/* The coefficient of variation has no unit. */
	const char *line = strstr(outcome.out, "\"beta_cv\"");
	assert_non_null(line);
	assert_has(line, ",,,,,,,0,0,\n");
	outcome_finish(&outcome);
}

/* --- the file ------------------------------------------------------------------------------- */

struct file {
	char path[64];
	char flag[96];
};

static struct file make_file(const char *content)
{
	struct file file = { .path = "/tmp/test_gbench_XXXXXX" };
	const int fd = mkstemp(file.path);
	assert_return_code(write(fd, content, strlen(content)), errno);
	close(fd);
	snprintf(file.flag, sizeof(file.flag), "--benchmark_out=%s", file.path);
	return file;
}

static void test_out_file(void **state)
{
	struct file file = make_file("old");
	(void)state;
	struct outcome outcome = scenario_run("two", file.flag, NULL, NULL);
	char *text = read_file(fopen(file.path, "r"));
	assert_has(outcome.err, file.path);
	assert_is_json(text);
	assert_same_rows(text, outcome.json);
	free(text);
	outcome_finish(&outcome);
	unlink(file.path);
}

/* Neither a dry run nor a list of the rows touches the file. */
static void test_out_file_without_results(void **state)
{
	char list[] = "--benchmark_list_tests";
	char run[] = "run";
	struct file file = make_file("old");
	(void)state;
	struct outcome outcome = scenario_run("two", file.flag, list, NULL);
	char *text = read_file(fopen(file.path, "r"));
	assert_string_equal(text, "old");
	free(text);
	outcome_finish(&outcome);
	outcome = scenario_run("dry", file.flag, NULL, NULL);
	text = read_file(fopen(file.path, "r"));
	assert_string_equal(outcome.err, "selected=2 alpha=1 beta=1");
	assert_string_equal(text, "old");
	free(text);
	outcome_finish(&outcome);
	setenv("BENCHMARK_OUT", file.path, 1);
	outcome = scenario_run("dry", run, NULL, NULL);
	unsetenv("BENCHMARK_OUT");
	text = read_file(fopen(file.path, "r"));
	assert_same_rows(text, outcome.json);
	free(text);
	outcome_finish(&outcome);
	unlink(file.path);
}

static void test_out_formats(void **state)
{
	char csv[] = "--benchmark_out_format=csv";
	char console[] = "--benchmark_out_format=console";
	struct file file = make_file("");
	(void)state;
	struct outcome outcome = scenario_run("two", file.flag, csv, NULL);
	char *text = read_file(fopen(file.path, "r"));
	assert_has(outcome.err, "result=0 rows=2 failed=0");
	assert_has(outcome.out, "\nalpha ");
	assert_is_csv_of_two(text);
	free(text);
	outcome_finish(&outcome);
	outcome = scenario_run("two", file.flag, console, NULL);
	text = read_file(fopen(file.path, "r"));
	assert_has(text, "\nalpha ");
	assert_has(text, "decimal=4.096k");
	assert_has_not(text, "\033");
	free(text);
	outcome_finish(&outcome);
	unlink(file.path);
}

/* --- outputs that cannot be written --------------------------------------------------------- */

static void test_full_disk(void **state)
{
	struct outcome outcome = scenario_run("full-disk", NULL, NULL, NULL);
	(void)state;
	assert_has(outcome.err, "result=-5 rows=2 failed=0 unwritten=standard output");
	assert_is_json(outcome.json);
	outcome_finish(&outcome);
}

static void test_full_out_file(void **state)
{
	char flag[] = "--benchmark_out=/dev/full";
	char formats[][40] = { "--benchmark_out_format=json", "--benchmark_out_format=csv",
		"--benchmark_out_format=console" };
	(void)state;
	for (size_t i = 0; i < LENGTH(formats); i++) {
		struct outcome outcome = scenario_run("two", flag, formats[i], NULL);
		assert_has(outcome.err, "result=-28 rows=2 failed=0 unwritten=/dev/full");
		assert_has(outcome.out, "\nbeta ");
		assert_is_json(outcome.json);
		outcome_finish(&outcome);
	}
}

/* The error is reported before anything is measured. */
static void test_unwritable_out_file(void **state)
{
	char flags[][48] = { "--benchmark_out=/nonexistent/file", "--benchmark_out=/tmp",
		"--benchmark_out=/nonexistent/\033[31m" };
	const char *const messages[] = {
		"two: error: cannot write '/nonexistent/file': No such file or directory\n",
		"two: error: cannot write '/tmp': Is a directory\n",
		"two: error: cannot write '/nonexistent/?[31m': No such file or directory\n",
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(flags); i++) {
		struct outcome outcome = scenario_run("two", flags[i], NULL, NULL);
		assert_int_equal(outcome.status, 1);
		assert_string_equal(outcome.err, messages[i]);
		assert_string_equal(outcome.out, "");
		outcome_finish(&outcome);
	}
}

/* The shim opens the pipe only once; otherwise the reader would see the end of file too early. */
static void test_named_pipe(void **state)
{
	char flag[96];
	struct file file = make_file("");
	(void)state;
	unlink(file.path);
	assert_return_code(mkfifo(file.path, 0600), errno);
	snprintf(flag, sizeof(flag), "cat %s", file.path);
	FILE *reader = popen(flag, "r");
	struct outcome outcome = scenario_run("two", file.flag, NULL, NULL);
	char *text = calloc(1, 1 << 20);
	assert_true(fread(text, 1, (1 << 20) - 1, reader) > 0);
	assert_int_equal(pclose(reader), 0);
	assert_same_rows(text, outcome.json);
	free(text);
	outcome_finish(&outcome);
	unlink(file.path);
}

/* --- text that JSON cannot hold as it is ------------------------------------------------------ */

static void run_hostile(const char *text, const char *expected)
{
	char flag[128];
	char format[] = "--benchmark_format=json";
	snprintf(flag, sizeof(flag), "--benchmark_context=flag=%.40s", text);
	setenv("SCENARIO_TEXT", text, 1);
	struct outcome outcome = scenario_run("hostile", flag, format, NULL);
	unsetenv("SCENARIO_TEXT");
	assert_has(outcome.err, "result=0 rows=3 failed=1");
	assert_is_json(outcome.out);
	assert_same_rows(outcome.out, outcome.json);
	for (size_t i = 0; expected != NULL && i < 8; i++) {
		static const char *const patterns[] = { "\"host_name\": \"%s\"",
			"\"executable\": \"%s\"", "\"flag\": \"%s\"", "\"key\": \"%s\"",
			"\"label\": \"%s\"", "_message\": \"%s\"", "\"name\": \"%s/%s:1\"",
			"\"%s\": \"value\"" };
		char part[128];
		snprintf(part, sizeof(part), patterns[i], expected, expected);
		assert_has(outcome.json, part);
	}
	outcome_finish(&outcome);
}

static void test_hostile_text(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "gr\303\274n \342\202\254 \360\237\230\200",
			"gr\303\274n \342\202\254 \360\237\230\200" },
		{ "\033[31mred\001\177", "?[31mred??" },
		{ "two\nlines\tof", "two\\nlines\\tof" },
		{ "quote\"back\\slash", "quote\\\"back\\\\slash" },
		{ "\377 \200 \301\277", "? ? ??" },
		{ "cut \342\202", "cut ??" },
		{ "surrogate \355\240\200", "surrogate ???" },
		{ "overlong \340\200\257", "overlong ???" },
		{ "above \364\220\200\200", "above ????" },
		{ "C1 \302\233m", "C1 ?m" },
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		run_hostile(cases[i].text, cases[i].expected);
	}
}

static void test_long_text(void **state)
{
	const size_t length = 100000;
	char *text = calloc(1, length + 1);
	(void)state;
	for (size_t i = 0; i + 2 <= length; i += 2) {
		memcpy(text + i, i % 8 ? "\303\274" : "\377\033", 2);
	}
	run_hostile(text, NULL);
	free(text);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_display),
		cmocka_unit_test(test_csv_display),
		cmocka_unit_test(test_csv_of_bad_rows),
		cmocka_unit_test(test_csv_aggregates),
		cmocka_unit_test(test_out_file),
		cmocka_unit_test(test_out_file_without_results),
		cmocka_unit_test(test_out_formats),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_full_out_file),
		cmocka_unit_test(test_unwritable_out_file),
		cmocka_unit_test(test_named_pipe),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_long_text),
	};
	if (scenario_is_wanted(argv)) {
		return scenario_main(argc, argv);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
