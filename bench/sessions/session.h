/*
 * Sessions: what an interpreter's program prints while it runs an experiment, as programs/README.md
 * specifies.
 *
 * A session is the context of a subprocess (subprocess.h), and lies in shared memory. It checks
 * that the lines come in order and that the numbers in them are possible, answers them, binds each
 * worker that is reported to its place, and keeps the workers' spans.
 */
#pragma once

#include "placement.h"
#include "procfs.h"
#include "span.h"
#include "subprocess.h"

#include <stdint.h>
#include <time.h>

/* Times may be off by this: the resolution of a time of day in seconds as a double, rounded up. */
enum { SESSION_CLOCK_RESOLUTION_NS = 1000 };

/* A worker that counts down. */
struct session_worker {
	struct span span;
	bool reported;
};

struct session {
	/* The caller sets these. */
	const struct placement *placement;
	int workers;    /* that count down */
	int others;     /* further workers, which report no span */
	uint64_t units; /* that the workers do together; 0 if the program decides that */
	clockid_t clock;
	int answers; /* the file to which answers are written */
	/*
	 * What only one experiment needs; each may be NULL. on_gate() is called when the gate has
	 * been opened, on_line() with each line after that which the session does not know, and
	 * on_done() with `done`. They return 0, or a negative errno value with `error`; on_line()
	 * returns -ENOMSG, without an error, for a line that it does not know either.
	 */
	int (*on_gate)(void *context, struct error *error);
	int (*on_line)(void *context, const struct session *session, const char *line,
		struct error *error);
	int (*on_done)(void *context, struct error *error);
	/* The subprocess's watch() and on_event(), with this context. May be NULL. */
	int (*watch)(void *context);
	int (*on_event)(void *context, struct error *error);
	void *context;

	/* The caller reads these after the subprocess has ended. */
	struct subprocess_outcome outcome;
	bool bound_elsewhere;       /* the command has bound its workers itself, to other places */
	struct procfs_usage before; /* what the program had used when the gate opened */

	/* Private. */
	int stage;
	int announced; /* workers, of both kinds */
	pid_t last_process;
	int64_t opened_ns; /* when the gate was opened, by `clock` */
	struct procfs_tasks seen;
	struct session_worker reports[];
};

/* The size of a session, for shared_create(). */
size_t session_size(int workers);

/* The subprocess's line(); `context` is the session. */
int session_take_line(void *context, char *line, struct error *error);

/* The subprocess's watch() and on_event(); `context` is the session. */
int session_watch(void *context);
int session_on_event(void *context, struct error *error);

/* The subprocess's end(): 0, or -EBADMSG with `error` if a line is missing. */
int session_end(void *context, struct error *error);

/*
 * Whether `ns` can be a time that the program took between the opening of the gate and now. For
 * on_line().
 */
bool session_is_time(const struct session *session, int64_t ns);
