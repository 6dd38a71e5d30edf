/* See command.h. */
#include "command.h"

#include "exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int command_split(struct command *command, const char *line, struct error *error)
{
	int result;
	switch (wordexp(line, &command->words, WRDE_NOCMD | WRDE_UNDEF)) {
	case 0:
		if (command->words.we_wordc > 0) {
			return 0;
		}
		result = error_set(error, -EINVAL, "it is empty");
		break;
	case WRDE_BADCHAR:
		return error_set(error, -EINVAL,
			"one of | & ; < > ( ) { }, or a line's end, stands unquoted in it; it is "
			"to be one command and its arguments");
	case WRDE_BADVAL:
		return error_set(error, -EINVAL, "it names a variable that is not set");
	case WRDE_CMDSUB:
		return error_set(error, -EINVAL, "it has a command within the command");
	case WRDE_SYNTAX:
		return error_set(error, -EINVAL, "a quote or bracket is not closed in it");
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

static size_t count_words(const char *const *words)
{
	size_t count = 0;
	while (words[count]) {
		count++;
	}
	return count;
}

char **command_words(const struct command *command, const char *const *more, size_t extra)
{
	size_t own = command->words.we_wordc;
	size_t count = count_words(more);
	char **words = calloc(own + count + extra + 1, sizeof(*words));
	if (words) {
		memcpy(words, command->words.we_wordv, own * sizeof(*words));
		memcpy(words + own, more, count * sizeof(*words));
	}
	return words;
}

/* The first lines of an answer. In shared memory. */
struct answer {
	struct exchange_outcome outcome;
	size_t used;
	char text[COMMAND_ANSWER_MAX];
};

static int take_line(void *context, char *line, struct error *error)
{
	struct answer *answer = context;
	(void)error;
	size_t left = COMMAND_ANSWER_MAX - answer->used;
	int length = snprintf(answer->text + answer->used, left, "%s\n", line);
	answer->used += (size_t)length < left ? (size_t)length : left - 1;
	return 0;
}

int command_ask(const struct command *command, const char *const *more, int64_t deadline_ns,
	const struct signals *signals, char text[COMMAND_ANSWER_MAX], struct error *error)
{
	text[0] = '\0';
	char **words = command_words(command, more, 0);
	if (!words) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	struct answer *answer = exchange_share(sizeof(*answer), error);
	int result = -ENOMEM;
	if (answer) {
		struct exchange exchange = {
			.words = words,
			.input = -1,
			.both = true,
			.line = take_line,
			.context = answer,
		};
		result = exchange_run(&exchange, deadline_ns, signals, &answer->outcome, error);
		memcpy(text, answer->text, COMMAND_ANSWER_MAX);
		exchange_unshare(answer, sizeof(*answer));
	}
	free(words);
	return result;
}
