/* See compiled.h. */
#include "compiled.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t deadline_ns = 120 * INT64_C(1000000000);

/* The longest name that is put behind the folder's. */
enum { LEAF_MAX = 32 };

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
	return copied ? 0 : error_system(error, code, "could not copy %s to %s", from, to);
}

static int make_folder(struct compiled *compiled, struct error *error)
{
	const char *temporary = getenv("TMPDIR");
	temporary = temporary && temporary[0] ? temporary : "/tmp";
	int length =
		snprintf(compiled->folder, PATH_MAX - LEAF_MAX, "%s/gilbench-XXXXXX", temporary);
	if (length >= PATH_MAX - LEAF_MAX) {
		errno = ENAMETOOLONG;
	} else if (mkdtemp(compiled->folder)) {
		stpcpy(stpcpy(compiled->program, compiled->folder), "/program");
		return 0;
	}
	compiled->folder[0] = '\0';
	return error_system(error, -errno, "no folder to compile its program in, in %s", temporary);
}

static int compile(const struct compiled *compiled, const struct command *compiler,
	const struct language *language, const char *source, const struct signals *signals,
	struct error *error)
{
	const char *more[LANGUAGE_WORDS_MAX + 4] = { NULL };
	char answer[COMMAND_ANSWER_MAX];
	struct error why;
	size_t count = 0;
	for (; language->options[count]; count++) {
		more[count] = language->options[count];
	}
	more[count++] = source;
	more[count++] = "-o";
	more[count++] = compiled->program;
	int result = command_ask(compiler, more, deadline_ns, signals, answer, &why);
	if (result == -EINTR) {
		*error = why;
	} else if (result) {
		error_set(error, result, "could not compile %s: %s", language->program, why.text);
	}
	return result;
}

int compiled_make(struct compiled *compiled, const struct command *compiler,
	const struct language *language, const char *source, const struct signals *signals,
	struct error *error)
{
	int result = make_folder(compiled, error);
	if (result) {
		return result;
	}
	/* A compiler leaves other files beside its source. */
	char copy[PATH_MAX];
	stpcpy(stpcpy(stpcpy(copy, compiled->folder), "/"), language->program);
	result = copy_file(source, copy, error);
	return result ? result : compile(compiled, compiler, language, copy, signals, error);
}

void compiled_remove(struct compiled *compiled)
{
	static const char *const leaves[] = { "gilbench.ml", "gilbench.cmi", "gilbench.cmo",
		"gilbench.cmx", "gilbench.o", "program" };
	if (!compiled->folder[0]) {
		return;
	}
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
		char path[PATH_MAX];
		stpcpy(stpcpy(stpcpy(path, compiled->folder), "/"), leaves[i]);
		unlink(path);
	}
	rmdir(compiled->folder);
	compiled->folder[0] = '\0';
}
