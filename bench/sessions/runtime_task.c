/*
 * See runtime_task.h. The process that listens to the program keeps the values in shared memory.
 */
#include "runtime_task.h"

#include "fields.h"
#include "program.h"
#include "shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t values_size =
	sizeof(struct runtime_values) + RUNTIME_VALUES_MAX * sizeof(struct runtime_value);

/* --- in the process that listens to the program ---------------------------------------------- */

/* "value NAME NUMBER". -ENOMSG, without an error, for any other line. */
static int parse_value(const char *line, struct runtime_value *value)
{
	static const char keyword[] = "value ";
	if (strncmp(line, keyword, strlen(keyword)) != 0) {
		return -ENOMSG;
	}
	line += strlen(keyword);
	size_t length = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (length == 0 || length >= RUNTIME_VALUE_NAME_MAX || line[length] != ' ') {
		return -ENOMSG;
	}
	memcpy(value->name, line, length);
	value->name[length] = '\0';
	line += length + 1;
	return fields_parse_number(&line, &value->number) && !*line ? 0 : -ENOMSG;
}

static int take_line(
	void *context, const struct session *session, const char *line, struct error *error)
{
	struct runtime_values *values = context;
	struct runtime_value value;
	(void)session;
	int result = parse_value(line, &value);
	if (result) {
		return result;
	}
	if (values->count == RUNTIME_VALUES_MAX) {
		return error_set(
			error, -EBADMSG, "it reported more than %d values", RUNTIME_VALUES_MAX);
	}
	values->list[values->count++] = value;
	return 0;
}

/* --- in the caller --------------------------------------------------------------------------- */

static int run_program(const struct runtime_task *task, const struct limits *limits,
	struct region_result *region, struct runtime_values *values, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not create a pipe");
	}
	struct span *spans;
	const struct program program = {
		.interpreter = task->interpreter,
		.placement = task->placement,
		.arguments = task->arguments,
		.others = task->workers,
		.on_line = take_line,
		.context = values,
		.input = ends[0],
		.answers = ends[1],
	};
	int failed = program_run(&program, limits, region, &spans, error);
	close(ends[0]);
	close(ends[1]);
	if (!failed) {
		free(spans); /* of no worker */
	}
	return failed;
}

static int copy(
	const struct runtime_values *found, struct runtime_values **values, struct error *error)
{
	size_t bytes = sizeof(*found) + found->count * sizeof(found->list[0]);
	*values = malloc(bytes);
	if (!*values) {
		return error_set(error, -ENOMEM, "out of memory for %zu values", found->count);
	}
	memcpy(*values, found, bytes);
	return 0;
}

int runtime_task_run(const struct runtime_task *task, const struct limits *limits,
	struct region_result *region, struct runtime_values **values, struct error *error)
{
	struct runtime_values *found = shared_create(values_size, error);
	if (!found) {
		return -ENOMEM;
	}
	int result = run_program(task, limits, region, found, error);
	result = result ? result : copy(found, values, error);
	shared_destroy(found, values_size);
	return result;
}

int runtime_values_get(const struct runtime_values *values, const struct runtime_task *task,
	const char *name, int64_t *number, struct error *error)
{
	int found = 0;
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->list[i].name, name) == 0) {
			*number = values->list[i].number;
			found++;
		}
	}
	return found == 1 ? 0
			  : error_set(error, -EBADMSG,
				    "interpreter '%.200s': it reported the value '%s' %d times",
				    interpreter_command(task->interpreter), name, found);
}
