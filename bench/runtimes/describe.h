/*
 * Descriptions: what an interpreter's program reports about its runtime when it is run with
 * `describe`, as programs/README.md specifies.
 */
#pragma once

#include "subprocess.h"

#include <time.h>

enum { DESCRIBE_WORD_MAX = 64, DESCRIBE_PARAMS_MAX = 128, DESCRIBE_VERSION_LIMIT = 1000000 };

/* The context of a subprocess, so in shared memory while it is filled. Zero it before. */
struct describe {
	struct subprocess_outcome outcome;
	bool greeted;
	bool complete;
	bool unlocked;  /* no global lock is in force */
	bool has_clock; /* `clock` is set */
	clockid_t clock;
	char runtime[DESCRIBE_WORD_MAX];
	char version[DESCRIBE_WORD_MAX];
	int major; /* of the version, less than DESCRIBE_VERSION_LIMIT */
	int minor;
	/* The lock's parameters in the form of a spec: ":interval=5ms". */
	char params[DESCRIBE_PARAMS_MAX];
};

/* The subprocess's line(); `context` is the description. */
int describe_take_line(void *context, char *line, struct error *error);

/* The subprocess's end(): 0, or -EBADMSG with `error` if a line is missing. */
int describe_end(void *context, struct error *error);
