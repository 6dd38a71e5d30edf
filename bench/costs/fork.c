/* fork: a process is forked, ends at once, and is waited for. The parent is small. */
#include "registry.h"

#include "clock.h"
#include "pu.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 50 };

COST_FUNCTION(cost_fork)
{
	int failed = pu_bind(pus->first, error);
	for (int i = 0; !failed && i < FORKS; i++) {
		int64_t start_ns = clock_now_ns();
		pid_t process = fork();
		if (process == 0) {
			_exit(EXIT_SUCCESS);
		}
		if (process < 0 || waitpid(process, NULL, 0) != process) {
			return error_system(error, -errno, "could not fork and wait");
		}
		cost_values_add(values, (double)(clock_now_ns() - start_ns));
	}
	return failed;
}
