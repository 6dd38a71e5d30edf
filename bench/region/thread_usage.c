/* See thread_usage.h. */
#include "thread_usage.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum { UNKNOWN = -1 };

struct thread_usage thread_usage_read(void)
{
	struct rusage usage;
	struct timespec cpu;
	getrusage(RUSAGE_THREAD, &usage);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	return (struct thread_usage){
		.cpu_ns = cpu.tv_sec * INT64_C(1000000000) + cpu.tv_nsec,
		.switches_voluntary = usage.ru_nvcsw,
		.switches_involuntary = usage.ru_nivcsw,
	};
}

static int64_t read_migrations(void)
{
	char line[128];
	long long migrations = UNKNOWN;
	FILE *file = fopen("/proc/thread-self/sched", "re");
	while (file && migrations < 0 && fgets(line, sizeof(line), file)) {
		sscanf(line, "se.nr_migrations : %lld", &migrations);
	}
	if (file) {
		fclose(file);
	}
	return migrations;
}

/* The file has the time on a processor, the time in a run queue, and the number of times on one. */
static int64_t read_runqueue(void)
{
	long long waited_ns;
	FILE *file = fopen("/proc/thread-self/schedstat", "re");
	if (!file) {
		return UNKNOWN;
	}
	if (fscanf(file, "%*d %lld", &waited_ns) != 1) {
		waited_ns = UNKNOWN;
	}
	fclose(file);
	return waited_ns;
}

struct thread_usage_history thread_usage_read_history(void)
{
	return (struct thread_usage_history){ read_migrations(), read_runqueue() };
}

int64_t thread_usage_since(int64_t before, int64_t after)
{
	return before < 0 || after < 0 ? UNKNOWN : after - before;
}

int64_t thread_usage_sum(int64_t left, int64_t right)
{
	return left < 0 || right < 0 ? UNKNOWN : left + right;
}
