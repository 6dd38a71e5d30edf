/* What --help, --version and --list print. */
#pragma once

/* The help text, in the order in which its pieces appear. */
void usage_print_head(void);
/*
 * One option. `letter` is its short form, 0: none. `argument` is NULL if it takes none. `help` may
 * have several lines.
 */
void usage_print_option(int letter, const char *name, const char *argument, const char *help);
void usage_print_tail(void);

/* Both end the program, with status 0, or 1 if standard output cannot be written. */
__attribute__((noreturn)) void usage_print_version(void);
__attribute__((noreturn)) void usage_print_list(void);
