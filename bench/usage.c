/*
 * See usage.h. The lines of the help text fit 80 columns.
 */
#include "usage.h"

#include "experiment.h"
#include "kernel.h"
#include "lockmodel.h"
#include "mode.h"
#include "placement.h"

#include <stdio.h>
#include <stdlib.h>

/* Each option's help begins in this column. */
enum { HELP_COLUMN = 28 };

static const char examples[] =
	"Examples:\n"
	"  gilbench                               all modes, the locks of CPython 2 and 3\n"
	"  gilbench --quick                       the same in a fifth of the time\n"
	"  gilbench --mode=gil --lock=all         all lock models\n"
	"  gilbench --lock=cpython3,cpython3:interval=500us\n"
	"                                         what would a shorter interval give?\n"
	"  gilbench --interpreter=python3         a real one, beside the model of its lock\n"
	"  gilbench convoy --lock=cpython3        who does I/O beside those who compute?\n"
	"  gilbench --kernel=mandelbrot,chase     other kernels (or chase:size=64MiB)\n"
	"  gilbench --workers=1,2,3,4 --pin=pu    every hardware thread\n"
	"  gilbench --mode=gil --pin=same         what one processor does to the lock\n"
	"  gilbench --out=results.json            keep the results, for scripts/table\n"
	"  gilbench primitives                    what single operations cost\n"
	"  gilbench --benchmark_filter=workers:2  only some rows\n";

void usage_print_head(void)
{
	char names[256];
	spec_print_names(names, sizeof(names), experiment_form);
	printf("Usage: gilbench [OPTION...] [EXPERIMENT...]\n\n"
	       "Measures what a global interpreter lock costs on this machine: one kernel, run\n"
	       "sequentially, by threads under a simulated lock, by free threads, by processes.\n\n"
	       "Experiments: %s (default: %s)\n\nOptions:\n",
		names, experiment_form(0)->name);
}

void usage_print_option(const char *name, const char *argument, const char *help)
{
	char left[40];
	snprintf(left, sizeof(left), "--%s%s%s", name, argument ? "=" : "",
		argument ? argument : "");
	printf("  %-*s", HELP_COLUMN - 2, left);
	for (; *help; help++) {
		putchar(*help);
		if (*help == '\n') {
			printf("%*s", HELP_COLUMN, "");
		}
	}
	putchar('\n');
}

void usage_print_tail(void)
{
	printf("\n%s\nGoogle Benchmark's own options, of which those that set repetitions,\n"
	       "iterations or times have no effect on gilbench's rows:\n\n",
		examples);
	fflush(stdout);
}

/* Ends the program, once what was asked for has been printed. */
__attribute__((noreturn)) static void finish_printing(void)
{
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "gilbench: could not write to standard output\n");
		exit(EXIT_FAILURE);
	}
	exit(EXIT_SUCCESS);
}

void usage_print_version(void)
{
	printf("gilbench %s\n", GILBENCH_VERSION);
	finish_printing();
}

static void print_param(const struct spec_param *param)
{
	char value[32];
	char left[48];
	spec_print_value(value, sizeof(value), param, param->initial);
	/* An initial value below the smallest allowed one stands for a choice made at run time. */
	bool chosen_later = param->initial < param->min;
	snprintf(left, sizeof(left), "%s%s%s", param->name, chosen_later ? "" : "=",
		chosen_later ? "" : value);
	printf("  %-14s  %s: %s\n", "", left, param->summary);
}

static void print_forms(const char *title, spec_registry *registry)
{
	printf("%s:\n", title);
	for (size_t i = 0; registry(i); i++) {
		const struct spec_form *form = registry(i);
		printf("  %-14s  %s\n", form->name, form->summary);
		for (size_t p = 0; p < SPEC_PARAMS_MAX && form->params[p].name; p++) {
			print_param(&form->params[p]);
		}
		if (form->source) {
			printf("  %-14s  after %s\n", "", form->source);
		}
	}
}

void usage_print_list(void)
{
	print_forms("Experiments", experiment_form);
	print_forms("Kernels", kernel_form);
	print_forms("Lock models", lockmodel_form);
	print_forms("Modes", mode_form);
	print_forms("Placements", placement_form);
	finish_printing();
}
