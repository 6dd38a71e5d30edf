/* See procfs.h. */
#include "procfs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_seen(const struct procfs_tasks *seen, pid_t task)
{
	for (int i = seen->count - 1; i >= 0; i--) {
		if (seen->ids[i] == task) {
			return true;
		}
	}
	return false;
}

static DIR *open_tasks(pid_t process)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	return opendir(path);
}

/* Returns the next task, in the order in which they were started, or 0 at the end. */
static pid_t next_task(DIR *folder)
{
	const struct dirent *entry;
	while ((entry = readdir(folder))) {
		pid_t task = (pid_t)strtol(entry->d_name, NULL, 10);
		if (task > 0) {
			return task;
		}
	}
	return 0;
}

pid_t procfs_find_new(struct procfs_tasks *seen, pid_t process)
{
	DIR *folder = open_tasks(process);
	pid_t found = 0;
	pid_t task;
	while (folder && (task = next_task(folder))) {
		if (seen->count < PROCFS_MAX && !is_seen(seen, task)) {
			seen->ids[seen->count++] = task;
			found = found ? found : task;
		}
	}
	if (folder) {
		closedir(folder);
	}
	return found;
}

static FILE *open_file(pid_t process, pid_t task, const char *name)
{
	char path[96];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)process, (int)task, name);
	return fopen(path, "re");
}

static void add_switches(struct procfs_usage *usage, FILE *file)
{
	char line[256];
	while (fgets(line, sizeof(line), file)) {
		long long number;
		if (sscanf(line, "voluntary_ctxt_switches: %lld", &number) == 1) {
			usage->switches_voluntary += number;
		} else if (sscanf(line, "nonvoluntary_ctxt_switches: %lld", &number) == 1) {
			usage->switches_involuntary += number;
		}
	}
}

static void add_cpu(struct procfs_usage *usage, FILE *file)
{
	long long ns;
	if (fscanf(file, "%lld", &ns) == 1) {
		usage->cpu_ns += ns;
	}
}

static void add_file(
	struct procfs_usage *usage, FILE *file, void (*add)(struct procfs_usage *usage, FILE *file))
{
	if (file) {
		add(usage, file);
		fclose(file);
	}
}

void procfs_add_usage(struct procfs_usage *usage, pid_t process)
{
	DIR *folder = open_tasks(process);
	pid_t task;
	while (folder && (task = next_task(folder))) {
		add_file(usage, open_file(process, task, "status"), add_switches);
		add_file(usage, open_file(process, task, "schedstat"), add_cpu);
	}
	if (folder) {
		closedir(folder);
	}
}
