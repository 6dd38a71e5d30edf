/* See signals.h. */
#include "signals.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_init(struct signals *signals, struct error *error)
{
	static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t wanted;
	sigemptyset(&wanted);
	for (size_t i = 0; i < sizeof(interrupts) / sizeof(interrupts[0]); i++) {
		struct sigaction before;
		/* What nohup, or a shell for a job in its background, has made ignored stays so. */
		if (sigaction(interrupts[i], NULL, &before) || before.sa_handler != SIG_IGN) {
			sigaddset(&wanted, interrupts[i]);
		}
	}
	sigprocmask(SIG_BLOCK, &wanted, &signals->before);
	/* A write that cannot be done is to return, as it does on a full disk. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
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
