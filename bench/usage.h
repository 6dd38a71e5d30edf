/*
 * The texts that gilbench prints about itself: its help, its version, and what there is to choose
 * from. Part of the option code.
 */
#pragma once

/* The help text: what stands before the options, an option, what stands behind them. */
void usage_print_head(void);
/* `argument` is NULL if it takes none; `help` may have several lines. */
void usage_print_option(const char *name, const char *argument, const char *help);
void usage_print_tail(void);

/* Print, and end the program: with status 0, or 1 if standard output could not be written. */
__attribute__((noreturn)) void usage_print_version(void);
__attribute__((noreturn)) void usage_print_list(void);
