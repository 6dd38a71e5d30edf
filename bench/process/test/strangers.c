/* See strangers.h. */
#include "strangers.h"

#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS = 5 };

struct strangers strangers_start(void)
{
	struct strangers strangers = { .ended = fork() };
	if (strangers.ended == 0) {
		_exit(STATUS);
	}
	strangers.running = fork();
	if (strangers.running == 0) {
		pause();
		_exit(0);
	}
	return strangers;
}

void strangers_expect_untouched(const struct strangers *strangers)
{
	int status;
	assert_int_equal(waitpid(strangers->running, &status, WNOHANG), 0);
	assert_int_equal(kill(strangers->running, SIGKILL), 0);
	assert_int_equal(waitpid(strangers->running, &status, 0), strangers->running);
	assert_int_equal(waitpid(strangers->ended, &status, 0), strangers->ended);
	assert_int_equal(WEXITSTATUS(status), STATUS);
}
