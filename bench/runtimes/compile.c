/* See compile.h. */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t deadline_ns = 120 * INT64_C(1000000000);

/* The longest name of a file in the folder, with its slash. */
enum { FILE_NAME_MAX = 32 };

static int copy_file(const char *from, const char *to, struct error *error)
{
	struct stat status;
	errno = 0;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool copied = in >= 0 && out >= 0 && fstat(in, &status) == 0 &&
		      sendfile(out, in, NULL, (size_t)status.st_size) == status.st_size;
	int code = errno ? -errno : -EIO;
	if (in >= 0) {
		close(in);
	}
	if (out >= 0) {
		close(out);
	}
	return copied ? 0 : error_system(error, code, "cannot copy %s to %s", from, to);
}

static int create_folder(struct compilation *compilation, struct error *error)
{
	const char *parent = getenv("TMPDIR");
	parent = parent && parent[0] ? parent : "/tmp";
	int length = snprintf(
		compilation->folder, PATH_MAX - FILE_NAME_MAX, "%s/gilbench-XXXXXX", parent);
	if (length >= PATH_MAX - FILE_NAME_MAX) {
		errno = ENAMETOOLONG;
	} else if (mkdtemp(compilation->folder)) {
		stpcpy(stpcpy(compilation->executable, compilation->folder), "/program");
		return 0;
	}
	compilation->folder[0] = '\0';
	return error_system(error, -errno, "cannot create a folder to compile in, in %s", parent);
}

static int run_compiler(const struct compilation *compilation, const struct command *compiler,
	const struct language *language, const char *source, const struct signals *signals,
	struct error *error)
{
	const char *more[LANGUAGE_WORDS_MAX + 4] = { NULL };
	char answer[COMMAND_ANSWER_MAX];
	struct error reason;
	const struct limits limits = { deadline_ns, signals };
	size_t count = 0;
	for (; language->options[count]; count++) {
		more[count] = language->options[count];
	}
	more[count++] = source;
	more[count++] = "-o";
	more[count++] = compilation->executable;
	int result = command_ask(compiler, more, &limits, answer, &reason);
	if (result == -EINTR) {
		*error = reason;
	} else if (result) {
		error_set(error, result, "cannot compile %s: %s", language->program, reason.text);
	}
	return result;
}

int compile_init(struct compilation *compilation, const struct command *compiler,
	const struct language *language, const char *source, const struct signals *signals,
	struct error *error)
{
	int result = create_folder(compilation, error);
	if (result) {
		return result;
	}
	/* A compiler writes other files next to its source. */
	char copy[PATH_MAX];
	stpcpy(stpcpy(stpcpy(copy, compilation->folder), "/"), language->program);
	result = copy_file(source, copy, error);
	if (!result) {
		result = run_compiler(compilation, compiler, language, copy, signals, error);
	}
	if (result) {
		compile_finish(compilation);
	}
	return result;
}

void compile_finish(struct compilation *compilation)
{
	static const char *const names[] = { "gilbench.ml", "gilbench.cmi", "gilbench.cmo",
		"gilbench.cmx", "gilbench.o", "program" };
	if (!compilation->folder[0]) {
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[PATH_MAX];
		stpcpy(stpcpy(stpcpy(path, compilation->folder), "/"), names[i]);
		unlink(path);
	}
	rmdir(compilation->folder);
	compilation->folder[0] = '\0';
}
