/* See usage.h. The lines of the help text fit 80 columns. */
#include "usage.h"

#include "experiment.h"
#include "gbench.h"
#include "kernel.h"
#include "lockmodel.h"
#include "mode.h"
#include "placement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each option's help begins in this column; the commands of examples are so wide. */
enum { HELP_COLUMN = 30, EXAMPLE_COLUMNS = 41 };

static const struct {
	const char *command, *shows;
} examples[] = {
	{ "gilbench", "all modes, locks of CPython 2 and 3" },
	{ "gilbench --quick", "the same, faster and less exact" },
	{ "gilbench --mode=gil --lock=all", "all lock models" },
	{ "gilbench --lock=cpython3:interval=500us", "a shorter switch interval" },
	{ "gilbench --kernel=mandelbrot,chase", "other kernels" },
	{ "gilbench --workers=1,2,3,4 --pin=pu", "every hardware thread" },
	{ "gilbench --mode=gil --pin=same", "one processor for all workers" },
	{ "gilbench --out=times.json", "keep the results, for scripts/table" },
	{ "gilbench --benchmark_filter=workers:2", "only some rows" },
};

/* In as many lines as they need. */
static void print_experiment_names(void)
{
	enum { COLUMNS = 80 };
	const struct spec_form *form;
	int column = printf("Experiments:");
	for (size_t i = 0; (form = experiment_form(i)); i++) {
		if (column + (int)strlen(form->name) + 2 > COLUMNS) {
			printf("\n ");
			column = 1;
		}
		column += printf(" %s%s", form->name, experiment_form(i + 1) ? "," : ".");
	}
	printf("\n");
}

void usage_print_head(void)
{
	printf("Usage: gilbench [OPTION...] [EXPERIMENT...]\n\n"
	       "Measures what a global interpreter lock costs on this machine: one kernel, run\n"
	       "sequentially, by threads under a simulated lock, by free threads, by "
	       "processes.\n\n");
	print_experiment_names();
	printf("Without any, %s is measured. gilbench --list shows parameters and defaults.\n\n"
	       "Options:\n",
		experiment_form(0)->name);
}

void usage_print_option(int letter, const char *name, const char *argument, const char *help)
{
	char left[48];
	char short_form[8] = "";
	if (letter) {
		snprintf(short_form, sizeof(short_form), "-%c, ", letter);
	}
	snprintf(left, sizeof(left), "%s--%s%s%s", short_form, name, argument ? "=" : "",
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

static void print_example(const char *command, const char *shows)
{
	printf("  %-*s  %s\n", EXAMPLE_COLUMNS, command, shows);
}

void usage_print_tail(void)
{
	printf("\nExamples:\n");
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		print_example(examples[i].command, examples[i].shows);
	}
	for (size_t i = 0; experiment_at(i); i++) {
		const struct experiment *experiment = experiment_at(i);
		if (experiment->example) {
			print_example(experiment->example, experiment->example_shows);
		}
	}
	printf("\nGoogle Benchmark's own options, of which those that set repetitions,\n"
	       "iterations or times have no effect on gilbench's rows:\n\n");
	fflush(stdout);
}

/* Ends the program after it has printed what was asked for. */
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
	printf("gilbench %s (%s, built by %s)\n"
	       "Google Benchmark %s, hwloc %s\n",
		GILBENCH_VERSION, GILBENCH_BUILD_TYPE, GILBENCH_COMPILER, gbench_version(),
		placement_library_version());
	finish_printing();
}

/* --- the list -------------------------------------------------------------------------------- */

static void print_param(const struct spec_param *param)
{
	char value[32];
	char left[48];
	spec_print_value(value, sizeof(value), param, param->initial);
	/* An initial value below the smallest allowed one stands for a choice made at run time. */
	bool chosen_later = param->kind != SPEC_CHOICE && param->initial < param->min;
	snprintf(left, sizeof(left), "%s%s%s", param->name, chosen_later ? "" : "=",
		chosen_later ? "" : value);
	printf("  %-14s  %s: %s", "", left, param->summary);
	for (size_t i = 0; param->kind == SPEC_CHOICE && param->words[i]; i++) {
		printf("%s%s", i ? ", " : "; one of ", param->words[i]);
	}
	putchar('\n');
}

static void print_form(const struct spec_form *form)
{
	printf("  %-14s  %s\n", form->name, form->summary);
	for (size_t p = 0; p < SPEC_PARAMS_MAX && form->params[p].name; p++) {
		print_param(&form->params[p]);
	}
	if (form->source) {
		printf("  %-14s  after %s\n", "", form->source);
	}
}

static void print_forms(const char *title, spec_registry *registry)
{
	printf("%s:\n", title);
	for (size_t i = 0; registry(i); i++) {
		print_form(registry(i));
	}
}

static void print_experiments(void)
{
	char axes[128];
	printf("Experiments:\n");
	for (size_t i = 0; experiment_at(i); i++) {
		print_form(experiment_form(i));
		experiment_print_axes(axes, sizeof(axes), experiment_at(i), ", ");
		printf("  %-14s  axes: %s\n", "", axes);
	}
}

void usage_print_list(void)
{
	print_experiments();
	print_forms("Kernels", kernel_form);
	print_forms("Lock models", lockmodel_form);
	print_forms("Modes", mode_form);
	print_forms("Placements", placement_form);
	finish_printing();
}
