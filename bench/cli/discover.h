/* Finding out about the real interpreters of a run, with what is said of them on the way. */
#pragma once

#include "options.h"
#include "signals.h"

enum discover_result {
	DISCOVER_ALL,     /* all can be used */
	DISCOVER_SKIPPED, /* some cannot be probed and are skipped */
	DISCOVER_FAILED,  /* a command cannot be started at all, or a signal came: end the run */
};

/*
 * Probes the interpreters of the options and puts them into the request; discover_finish() frees
 * them. Prints a line for each that is skipped or has no lock model, and why the run has to end.
 */
enum discover_result discover(struct options *options, const struct signals *signals);
void discover_finish(struct request *request);
