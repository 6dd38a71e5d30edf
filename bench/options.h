/*
 * The command line of gilbench: what it may say, and the struct it becomes.
 *
 * Together with main.c, usage.c and progress.c, options.c is the only code that prints.
 */
#pragma once

#include "error.h"
#include "link.h"
#include "placement.h"
#include "spec_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_LIST_MAX = 32, OPTIONS_WORKERS_MAX = 1024 };

struct options {
	struct spec_list experiments;
	struct spec_list kernels;
	struct spec_list locks; /* empty: the experiment's own choice */
	struct spec_list modes; /* empty: all */
	int workers[OPTIONS_LIST_MAX];
	size_t workers_count;                       /* 0: from the number of cores */
	const char *interpreters[OPTIONS_LIST_MAX]; /* command lines */
	size_t interpreters_count;
	double time_s;
	bool time_given;
	int samples;
	bool samples_given;
	int64_t every_ns; /* between two messages to a thread that does input and output */
	enum link_kind over;
	bool over_given;
	enum placement_policy pin;
	uint64_t seed;
	const char *out; /* NULL: no file */
	bool quick;
	bool brief; /* the table was not asked for in another form */
};

/*
 * Parses the arguments. Google Benchmark's own (--benchmark_...) are left in argv, with *argc
 * lowered, for gbench_initialize(). Ends the program for --help, --version and --list, with status
 * 0, and for a mistake, with one line on standard error and status 1.
 */
void options_parse(struct options *options, int *argc, char **argv);

/* Prints the help text, for gbench_initialize() to put before Google Benchmark's own. */
void options_print_help(void);

/* True if mode number `mode_index` was asked for, or none was. */
bool options_want_mode(const struct options *options, size_t mode_index);
