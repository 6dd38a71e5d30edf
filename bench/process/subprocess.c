/*
 * See subprocess.h. The processes, each a child of the one before it:
 *
 *   runner       the caller of subprocess_run(), which waits with a deadline (child.h)
 *   supervisor   the subreaper: adopts, reaps and in the end kills whatever the program leaves
 *   listener     starts the program and reads its output (listener.h)
 *   program      and all that it starts
 *
 * The supervisor and the listener are two, so that a program that kills its parent does not get rid
 * of its subreaper. The runner is no subreaper: it may have inherited children that it must neither
 * wait for nor kill. It ends the supervisor by SIGTERM, which gives the supervisor time to kill the
 * rest; the system sends the same signal when the runner dies.
 *
 * Supervisor and listener lead a process group each. The program is in the listener's.
 */
#include "subprocess.h"

#include "listener.h"
#include "reaper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Within CHILD_PATIENCE_MS, together with SUBPROCESS_PATIENCE_MS. */
enum { KILL_MS = 2000 };

struct supervisor {
	const struct subprocess *subprocess;
	struct subprocess_outcome *outcome;
	sigset_t before; /* the signal mask for the listener */
	pid_t listener;
	bool listener_ended;
	int listener_status;
};

/* --- in the listener ------------------------------------------------------------------------- */

__attribute__((noreturn)) static void listener_main(
	const struct supervisor *supervisor, pid_t parent)
{
	struct subprocess_outcome *outcome = supervisor->outcome;
	setpgid(0, 0);
	sigprocmask(SIG_SETMASK, &supervisor->before, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bool ok = getppid() == parent &&
		  listener_run(supervisor->subprocess, &outcome->usage, &outcome->error) == 0;
	_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- in the supervisor ----------------------------------------------------------------------- */

static void note_end(void *context, pid_t child, int status)
{
	struct supervisor *supervisor = context;
	if (child == supervisor->listener) {
		supervisor->listener_ended = true;
		supervisor->listener_status = status;
	}
}

/* Waits until the listener has ended, and reaps adopted children. -EINTR: SIGTERM arrived. */
static int await_listener(struct supervisor *supervisor, const sigset_t *awaited)
{
	for (;;) {
		reaper_reap(note_end, supervisor);
		if (supervisor->listener_ended) {
			return 0;
		}
		if (sigwaitinfo(awaited, NULL) == SIGTERM) {
			return -EINTR;
		}
	}
}

/* The result of a listener that has ended: 0, or a negative errno value with the outcome's error. */
static int judge(const struct supervisor *supervisor)
{
	struct error *error = &supervisor->outcome->error;
	if (supervisor->listener_status == 0) {
		return reaper_wait(SUBPROCESS_PATIENCE_MS) == 0
			       ? 0
			       : error_set(error, -EBUSY,
					 "it ended, but a process that it started is still "
					 "running");
	}
	if (!error->text[0]) {
		char end[128];
		child_describe_status(end, sizeof(end), supervisor->listener_status);
		error_set(error, -ECHILD, "the process that read its output %s", end);
	}
	return -ECHILD;
}

static int supervise(struct supervisor *supervisor)
{
	sigset_t awaited;
	sigemptyset(&awaited);
	sigaddset(&awaited, SIGTERM);
	sigaddset(&awaited, SIGCHLD);
	sigprocmask(SIG_BLOCK, &awaited, &supervisor->before);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	reaper_adopt();
	pid_t parent = getpid();
	supervisor->listener = fork();
	if (supervisor->listener == 0) {
		listener_main(supervisor, parent);
	}
	if (supervisor->listener < 0) {
		return error_system(&supervisor->outcome->error, -errno,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	}
	if (await_listener(supervisor, &awaited)) {
		return error_set(
			&supervisor->outcome->error, -EINTR, "its supervisor received SIGTERM");
	}
	return judge(supervisor);
}

static int supervisor_main(void *context)
{
	struct supervisor *supervisor = context;
	struct subprocess_outcome *outcome = supervisor->outcome;
	if (supervise(supervisor) == 0) {
		return EXIT_SUCCESS;
	}
	outcome->survivor_code = reaper_kill(KILL_MS, &outcome->survivor);
	return EXIT_FAILURE;
}

/* --- in the runner --------------------------------------------------------------------------- */

static void append_survivor(const struct subprocess_outcome *outcome, struct error *error)
{
	struct error first = *error;
	error_set(error, 0, "%s; process %d, which it started, could not be ended (%s)", first.text,
		(int)outcome->survivor,
		outcome->survivor_code == -EPERM ? "not permitted" : "it does not react");
}

int subprocess_run(const struct subprocess *subprocess, const struct limits *limits,
	struct subprocess_outcome *outcome, struct error *error)
{
	struct supervisor supervisor = { .subprocess = subprocess, .outcome = outcome };
	const struct child child = { supervisor_main, &supervisor, limits, true };
	int status = 0;
	memset(outcome, 0, sizeof(*outcome));
	int result = child_run(&child, &status, error);
	if (!result && status != 0) {
		char end[128];
		child_describe_status(end, sizeof(end), status);
		result = outcome->error.text[0]
				 ? error_set(error, -ECHILD, "%s", outcome->error.text)
				 : error_set(error, -ECHILD, "its supervisor %s", end);
	}
	if (result && outcome->survivor) {
		append_survivor(outcome, error);
	}
	return result;
}
