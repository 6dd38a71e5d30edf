/*
 * See supervisor.h. The processes, each a child of the one before it:
 *
 *   runner       the caller of supervisor_run(), which waits with a deadline (child.h)
 *   supervisor   the subreaper: adopts, reaps and in the end kills whatever is left
 *   supervised   runs the function
 *
 * The supervisor and the supervised process are two, so that a program that kills its parent does
 * not get rid of its subreaper. The runner is no subreaper: it may have inherited children that it
 * must neither wait for nor kill. It ends the supervisor by SIGTERM, which gives the supervisor time
 * to kill the rest; the system sends the same signal when the runner dies.
 *
 * Supervisor and supervised process lead a process group each.
 */
#include "supervisor.h"

#include "reaper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Within CHILD_PATIENCE_MS, together with SUPERVISOR_PATIENCE_MS. */
enum { KILL_MS = 2000 };

struct supervisor {
	const struct supervised *supervised;
	struct supervised_outcome *outcome;
	sigset_t before; /* the signal mask for the supervised process */
	pid_t process;
	bool ended;
	int status;
};

/* --- in the supervised process --------------------------------------------------------------- */

__attribute__((noreturn)) static void supervised_main(
	const struct supervisor *supervisor, pid_t parent)
{
	const struct supervised *supervised = supervisor->supervised;
	struct supervised_outcome *outcome = supervisor->outcome;
	setpgid(0, 0);
	sigprocmask(SIG_SETMASK, &supervisor->before, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bool ok = getppid() == parent && supervised->run(supervised->context, &outcome->error) == 0;
	_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- in the supervisor ----------------------------------------------------------------------- */

static void note_end(void *context, pid_t child, int status)
{
	struct supervisor *supervisor = context;
	if (child == supervisor->process) {
		supervisor->ended = true;
		supervisor->status = status;
	}
}

/* Waits until the process has ended, and reaps adopted children. -EINTR: SIGTERM arrived. */
static int await_process(struct supervisor *supervisor, const sigset_t *awaited)
{
	for (;;) {
		reaper_reap(note_end, supervisor);
		if (supervisor->ended) {
			return 0;
		}
		if (sigwaitinfo(awaited, NULL) == SIGTERM) {
			return -EINTR;
		}
	}
}

/* The result of a process that has ended: 0, or a negative errno value with the outcome's error. */
static int judge(const struct supervisor *supervisor)
{
	struct error *error = &supervisor->outcome->error;
	if (supervisor->status == 0) {
		return reaper_wait(SUPERVISOR_PATIENCE_MS) == 0
			       ? 0
			       : error_set(error, -EBUSY,
					 "it ended, but a process that it started is still "
					 "running");
	}
	if (!error->text[0]) {
		char end[128];
		child_describe_status(end, sizeof(end), supervisor->status);
		error_set(error, -ECHILD, "%s %s", supervisor->supervised->name, end);
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
	supervisor->process = fork();
	if (supervisor->process == 0) {
		supervised_main(supervisor, parent);
	}
	if (supervisor->process < 0) {
		return error_system(&supervisor->outcome->error, -errno,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	}
	if (await_process(supervisor, &awaited)) {
		return error_set(
			&supervisor->outcome->error, -EINTR, "its supervisor received SIGTERM");
	}
	return judge(supervisor);
}

static int supervisor_main(void *context)
{
	struct supervisor *supervisor = context;
	struct supervised_outcome *outcome = supervisor->outcome;
	if (supervise(supervisor) == 0) {
		return EXIT_SUCCESS;
	}
	outcome->survivor_code = reaper_kill(KILL_MS, &outcome->survivor);
	return EXIT_FAILURE;
}

/* --- in the runner --------------------------------------------------------------------------- */

static void append_survivor(const struct supervised_outcome *outcome, struct error *error)
{
	struct error first = *error;
	error_set(error, 0, "%s; process %d, which it started, could not be ended (%s)", first.text,
		(int)outcome->survivor,
		outcome->survivor_code == -EPERM ? "not permitted" : "it does not react");
}

int supervisor_run(const struct supervised *supervised, const struct limits *limits,
	struct supervised_outcome *outcome, struct error *error)
{
	struct supervisor supervisor = { .supervised = supervised, .outcome = outcome };
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
