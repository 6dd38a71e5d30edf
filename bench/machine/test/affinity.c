/* See affinity.h. */
#include "affinity.h"
#include "test.h"

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool refused;

/* Stands in for the library's. */
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	if (refused) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_sched_setaffinity, pid, size, set);
}

void affinity_refuse(bool refuse)
{
	refused = refuse;
}

void affinity_restrict_to(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int affinity_some_cpu(void)
{
	cpu_set_t set;
	int cpu = -1;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	for (int i = 0; i < CPU_SETSIZE; i++) {
		cpu = CPU_ISSET((size_t)i, &set) ? i : cpu;
	}
	assert_true(cpu >= 0);
	return cpu;
}
