/*
 * The ways to start a thread or a process. Each starts one that ends at once, and waits for its
 * end.
 */
#pragma once

#include "error.h"
#include "spawn_task.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* The program that a way executes. */
enum start_program {
	START_NOTHING,  /* none */
	START_TRUE,     /* `true`, by its path */
	START_GILBENCH, /* gilbench itself */
};

/* What the ways need. Lives in the process that starts the others. */
struct starter {
	const char *program;        /* the path of `true` */
	char command[PATH_MAX + 2]; /* the same, quoted for the shell */
	int results[2];             /* a pipe: what a worker computed */
};

struct start_way {
	const char *name; /* NULL ends the list */
	bool starts_thread;
	enum start_program executes;
	/* Starts one and waits for its end. 0, or a negative errno value with `error`. */
	int (*start)(struct starter *starter, struct error *error);
};

/* Every way there is. */
extern const struct start_way start_ways[];

/*
 * Tasks that gilbench runs when it is spawned:
 *
 *	start-kernel KERNEL UNITS   computes units of the kernel of that name, prints the checksum
 *	start-nothing               ends
 *
 * A name or number that is not known is refused with SPAWN_UNKNOWN.
 */
extern const struct spawn_task start_tasks[];

/* `program` may be NULL if no way needs it. 0, or a negative errno value with `error`. */
int starter_init(struct starter *starter, const char *program, struct error *error);
void starter_finish(struct starter *starter);

/* For the ways: waits for a process, `what` in messages, which has to end with status 0. */
int start_await(pid_t process, const char *what, struct error *error);

/* For the table of ways; each is a struct start_way's start(). */
int start_posix_spawn(struct starter *starter, struct error *error);
int start_vfork_exec(struct starter *starter, struct error *error);
int start_system(struct starter *starter, struct error *error);
int start_by_name(struct starter *starter, struct error *error);
int start_gilbench(struct starter *starter, struct error *error);
