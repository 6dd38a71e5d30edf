/* See signals.h. */
#include "signals.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_init(struct signals *signals, struct error *error)
{
	sigset_t wanted;
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGHUP);
	sigprocmask(SIG_BLOCK, &wanted, &signals->before);
	signal(SIGPIPE, SIG_IGN);
	signals->fd = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals->fd < 0) {
		return error_system(error, -errno, "could not watch for signals");
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

int signals_take(const struct signals *signals)
{
	struct signalfd_siginfo info;
	ssize_t got = read(signals->fd, &info, sizeof(info));
	return got == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}
