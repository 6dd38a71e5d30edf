/*
 * Descriptions: what an interpreter's program reports about its runtime when it is run with
 * `describe`, as programs/README.md specifies.
 */
#pragma once

#include "subprocess.h"

#include <time.h>

/* The greetings of a program that speaks version 1, or 2, of the protocol. */
#define DESCRIBE_GREETINGS "'gilbench 1' or 'gilbench 2'"

enum {
	DESCRIBE_WORD_MAX = 64,
	DESCRIBE_PARAMS_MAX = 128,
	DESCRIBE_EXPERIMENTS_MAX = 256,
	DESCRIBE_VERSION_LIMIT = 1000000
};

/* The context of a subprocess, so in shared memory while it is filled. Zero it before. */
struct describe {
	struct subprocess_outcome outcome;
	int protocol; /* its version, by the greeting; 0 before that */
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
	/* The experiments that it supports besides those of version 1, each between two spaces. */
	char experiments[DESCRIBE_EXPERIMENTS_MAX];
};

/* The version of the protocol that the greeting names, or 0 if the line is none. */
int describe_version(const char *line);

/* The subprocess's line(); `context` is the description. */
int describe_take_line(void *context, char *line, struct error *error);

/* The subprocess's end(): 0, or -EBADMSG with `error` if a line is missing. */
int describe_end(void *context, struct error *error);
