/* The tasks of all experiments; see experiment_run_task() in experiment.h. */
#include "experiment.h"

#include <stdio.h>

static void list_tasks(FILE *file)
{
	const struct experiment *experiment;
	const char *separator = "";
	for (size_t i = 0; (experiment = experiment_at(i)); i++) {
		for (const struct spawn_task *task = experiment->tasks; task && task->name;
			task++) {
			fprintf(file, "%s%s", separator, task->name);
			separator = ", ";
		}
	}
}

int experiment_run_task(int count, char **words)
{
	const struct experiment *experiment;
	const char *name = count > 0 ? words[0] : "";
	for (size_t i = 0; (experiment = experiment_at(i)); i++) {
		const struct spawn_task *task = spawn_find(experiment->tasks, name);
		if (task) {
			return task->run(count - 1, words + 1);
		}
	}
	fprintf(stderr, "gilbench: no task is called '%s'; known are: ", name);
	list_tasks(stderr);
	fputs("\n", stderr);
	return SPAWN_UNKNOWN;
}
