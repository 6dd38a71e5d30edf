/*
 * The command line of gilbench: what it may say, and the struct it becomes.
 *
 * Only main.c, report/progress.c and the files of cli/ print.
 */
#pragma once

#include "error.h"
#include "request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMMAND_LINE_MAX = 4096 };

struct options {
	struct request request;                     /* but for what is filled after probing */
	const char *interpreters[REQUEST_LIST_MAX]; /* command lines */
	size_t interpreters_count;
	const char *out;     /* NULL: no file */
	const char *machine; /* a name for it; NULL: none */
	char command_line[COMMAND_LINE_MAX];
	bool quiet;  /* print errors only */
	bool brief;  /* print medians only, without counters */
	bool strict; /* fail unless nothing disturbed the run */
	bool as_run; /* be the process of a run; see runs.h */
};

/*
 * Parses the arguments. Google Benchmark's own (--benchmark_...) are left in argv, and *argc is
 * lowered, for gbench_initialize(). Ends the program for --help, --version and --list, with status
 * 0, and for a mistake, with one line on standard error and status 1.
 */
void options_parse(struct options *options, int *argc, char **argv);

/* Prints the help text, for gbench_initialize() to put before Google Benchmark's own. */
void options_print_help(void);
