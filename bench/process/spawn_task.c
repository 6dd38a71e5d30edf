/* See spawn_task.h. */
#include "spawn_task.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const char program[] = "/proc/self/exe";

const struct spawn_task *spawn_find(const struct spawn_task *list, const char *name)
{
	for (; list && list->name; list++) {
		if (strcmp(list->name, name) == 0) {
			return list;
		}
	}
	return NULL;
}

/* The command line; for free(). NULL if out of memory. posix_spawn() does not change the words. */
static char **command_line(const char *name, const char *const *words)
{
	size_t count = 0;
	while (words && words[count]) {
		count++;
	}
	char **line = calloc(count + 4, sizeof(*line));
	if (line) {
		line[0] = (char *)"gilbench";
		line[1] = (char *)SPAWN_OPTION;
		line[2] = (char *)name;
		for (size_t i = 0; i < count; i++) {
			line[3 + i] = (char *)words[i];
		}
	}
	return line;
}

static int redirect(posix_spawn_file_actions_t *actions, int from, int to)
{
	return from < 0 ? 0 : posix_spawn_file_actions_adddup2(actions, from, to);
}

pid_t spawn_start(
	const char *name, const char *const *words, int input, int output, struct error *error)
{
	posix_spawn_file_actions_t actions;
	pid_t process = 0;
	char **line = command_line(name, words);
	if (!line || posix_spawn_file_actions_init(&actions)) {
		free(line);
		return error_set(error, -ENOMEM, "out of memory for a process");
	}
	int code = redirect(&actions, input, STDIN_FILENO);
	code = code ? code : redirect(&actions, output, STDOUT_FILENO);
	code = code ? code : posix_spawn(&process, program, &actions, NULL, line, environ);
	posix_spawn_file_actions_destroy(&actions);
	free(line);
	return code ? error_system(error, -code, "could not start a process for '%s'", name)
		    : process;
}
