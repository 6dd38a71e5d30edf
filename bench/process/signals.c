/* See signals.h. */
#include "signals.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM,
	SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT };

static bool has_default_action(int number)
{
	struct sigaction action;
	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

int signals_init(struct signals *signals, struct error *error)
{
	sigset_t blocked;
	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		if (has_default_action(ending[i])) {
			sigaddset(&blocked, ending[i]);
		}
	}
	sigprocmask(SIG_BLOCK, &blocked, &signals->before);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	signals->fd = signalfd(-1, &blocked, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals->fd < 0) {
		int code = -errno;
		signals_restore(signals);
		return error_system(error, code, "could not watch for signals");
	}
	return 0;
}

void signals_finish(struct signals *signals)
{
	close(signals->fd);
	signals_restore(signals);
}

void signals_restore(const struct signals *signals)
{
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

void signals_reset_dispositions(void)
{
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
}

int signals_take(const struct signals *signals)
{
	struct signalfd_siginfo info;
	ssize_t got = read(signals->fd, &info, sizeof(info));
	return got == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}
