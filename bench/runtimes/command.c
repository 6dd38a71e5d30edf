/* See command.h. */
#include "command.h"

#include "shared.h"
#include "subprocess.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- splitting ------------------------------------------------------------------------------- */

int command_init(struct command *command, const char *line, struct error *error)
{
	int result;
	switch (wordexp(line, &command->words, WRDE_NOCMD | WRDE_UNDEF)) {
	case 0:
		if (command->words.we_wordc > 0) {
			return 0;
		}
		result = error_set(error, -EINVAL, "the command is empty");
		break;
	case WRDE_BADCHAR:
		return error_set(error, -EINVAL,
			"unquoted |, &, ;, <, >, (, ), {, } or newline in the command; it must be "
			"one program with its arguments");
	case WRDE_BADVAL:
		return error_set(error, -EINVAL, "the command uses a variable that is not set");
	case WRDE_CMDSUB:
		return error_set(error, -EINVAL, "command substitution is not allowed");
	case WRDE_SYNTAX:
		return error_set(error, -EINVAL, "unterminated quote or brace in the command");
	default:
		result = error_set(error, -ENOMEM, "out of memory");
	}
	wordfree(&command->words);
	return result;
}

void command_finish(struct command *command)
{
	wordfree(&command->words);
}

char **command_words(const struct command *command, const char *const *more, size_t extra)
{
	size_t own = command->words.we_wordc;
	size_t count = 0;
	while (more[count]) {
		count++;
	}
	char **words = calloc(own + count + extra + 1, sizeof(*words));
	if (words) {
		memcpy(words, command->words.we_wordv, own * sizeof(*words));
		memcpy(words + own, more, count * sizeof(*words));
	}
	return words;
}

/* --- checking -------------------------------------------------------------------------------- */

static int check_file(const char *path)
{
	struct stat status;
	if (stat(path, &status)) {
		return errno == EACCES ? -EACCES : -ENOENT;
	}
	return S_ISREG(status.st_mode) && access(path, X_OK) == 0 ? 0 : -EACCES;
}

/* As execvp() searches: a file that may not be executed does not end the search. */
static int check_folders(const char *folders, const char *program)
{
	int result = -ENOENT;
	for (const char *end; result && folders; folders = *end ? end + 1 : NULL) {
		char path[PATH_MAX];
		end = strchrnul(folders, ':');
		int length = snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - folders), folders,
			end > folders ? "/" : "", program);
		int found = length < PATH_MAX ? check_file(path) : -ENOENT;
		result = found == -ENOENT ? result : found;
	}
	return result;
}

int command_check(const struct command *command, struct error *error)
{
	const char *program = command->words.we_wordv[0];
	const char *folders = getenv("PATH");
	int result = -ENOENT;
	if (strchr(program, '/')) {
		result = check_file(program);
	} else if (program[0]) {
		result = check_folders(folders ? folders : "/bin:/usr/bin", program);
	}
	if (result == -ENOENT) {
		return error_set(error, result, "there is no program '%s'", program);
	}
	return result ? error_system(error, result, "cannot execute '%s'", program) : 0;
}

/* --- asking ---------------------------------------------------------------------------------- */

/* The context of a subprocess, so in shared memory. */
struct answer {
	struct subprocess_outcome outcome;
	size_t printed; /* in all */
	size_t used;    /* of `text` */
	char text[COMMAND_ANSWER_MAX];
};

static int take_line(void *context, char *line, struct error *error)
{
	struct answer *answer = context;
	size_t left = COMMAND_ANSWER_MAX - answer->used;
	int length = snprintf(answer->text + answer->used, left, "%s\n", line);
	answer->used += (size_t)length < left ? (size_t)length : left - 1;
	answer->printed += (size_t)length;
	return answer->printed <= COMMAND_OUTPUT_MAX
		       ? 0
		       : error_set(error, -EBADMSG, "it printed more than %d bytes",
				 COMMAND_OUTPUT_MAX);
}

int command_ask(const struct command *command, const char *const *more, const struct limits *limits,
	char text[COMMAND_ANSWER_MAX], struct error *error)
{
	text[0] = '\0';
	char **words = command_words(command, more, 0);
	if (!words) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	struct answer *answer = shared_create(sizeof(*answer), error);
	int result = -ENOMEM;
	if (answer) {
		struct subprocess subprocess = {
			.words = words,
			.input = -1,
			.both = true,
			.line = take_line,
			.context = answer,
		};
		result = subprocess_run(&subprocess, limits, &answer->outcome, error);
		memcpy(text, answer->text, COMMAND_ANSWER_MAX);
		shared_destroy(answer, sizeof(*answer));
	}
	free(words);
	return result;
}
