/* See language.h. */
#include "language.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* OCaml 5 keeps the library unix in its own folder; earlier versions ignore the option. */
static const struct language python = { .program = "gilbench.py" };
static const struct language ruby = { .program = "gilbench.rb" };
static const struct language ocaml_toplevel = {
	.program = "gilbench.ml",
	.options = { "-I", "+unix", "-I", "+threads", "unix.cma", "threads.cma" },
};
static const struct language ocaml_bytecode = {
	.program = "gilbench.ml",
	.options = { "-I", "+unix", "-I", "+threads", "unix.cma", "threads.cma" },
	.compiled = true,
};
static const struct language ocaml_native = {
	.program = "gilbench.ml",
	.options = { "-I", "+unix", "-I", "+threads", "unix.cmxa", "threads.cmxa" },
	.compiled = true,
};
static const struct language native_protocol = { .program = NULL };

/* The first line of the answer that begins with one of these decides. */
static const struct {
	const char *prefix;
	const struct language *language;
} answers[] = {
	{ "gilbench-interpreter 1\n", &native_protocol },
	{ "Python ", &python },
	{ "GraalPy ", &python },
	{ "Jython ", &python },
	{ "ruby ", &ruby },
	{ "jruby ", &ruby },
	{ "truffleruby ", &ruby },
	{ "The OCaml toplevel", &ocaml_toplevel },
	{ "The Objective Caml toplevel", &ocaml_toplevel },
	{ "The OCaml native-code compiler", &ocaml_native },
	{ "The OCaml compiler", &ocaml_bytecode },
};

/* Each line of an answer ends with a newline (command_ask()). */
static const struct language *find_line(const char *line)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (strncmp(line, answers[i].prefix, strlen(answers[i].prefix)) == 0) {
			return answers[i].language;
		}
	}
	return NULL;
}

static const struct language *find(const char *answer)
{
	const struct language *language = find_line(answer);
	for (const char *end = answer; !language && (end = strchr(end, '\n'));) {
		language = find_line(++end);
	}
	return language;
}

bool language_is_number(const char *answer)
{
	size_t length = strcspn(answer, " \t\n");
	bool is_last = answer[length + strspn(answer + length, "\n")] == '\0';
	return answer[0] >= '0' && answer[0] <= '9' && is_last;
}

const struct language *language_find(const char *answer, const char *more)
{
	return find(language_is_number(answer) ? more : answer);
}

const char *language_names(void)
{
	return "Python, Ruby, OCaml (ocaml, ocamlc, ocamlopt), and commands that answer "
	       "'gilbench-interpreter 1'";
}

int language_find_program(const char *program, char path[PATH_MAX], struct error *error)
{
	const char *folders[] = { getenv("GILBENCH_PROGRAMS"), GILBENCH_PROGRAMS_SOURCE,
		GILBENCH_PROGRAMS_INSTALLED };
	bool set = folders[0] && folders[0][0];
	size_t first = set ? 0 : 1;
	size_t end = set ? 1 : 3;
	for (size_t i = first; i < end; i++) {
		int length = snprintf(path, PATH_MAX, "%s/%s", folders[i], program);
		if (length < PATH_MAX && access(path, R_OK) == 0) {
			return 0;
		}
	}
	return error_set(error, -ENOENT, "cannot find its program %s in %s%s%s", program,
		folders[first], end - first > 1 ? " or in " : "",
		end - first > 1 ? folders[2] : "");
}
