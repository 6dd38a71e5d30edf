/* See command_line.h. */
#include "command_line.h"

#include <stdbool.h>
#include <string.h>

struct buffer {
	char *text;
	size_t size;
	size_t used;
	bool is_full;
};

static void append(struct buffer *buffer, const char *text, size_t length)
{
	static const char end[] = "...";
	if (buffer->is_full) {
		return;
	}
	if (length > buffer->size - sizeof(end) - buffer->used) {
		buffer->is_full = true;
		text = end;
		length = sizeof(end) - 1;
	}
	memcpy(buffer->text + buffer->used, text, length);
	buffer->used += length;
	buffer->text[buffer->used] = '\0';
}

/* True if no character of the word means anything to a shell. */
static bool is_plain(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789%+,-./:=@_";
	return word[0] && word[strspn(word, plain)] == '\0';
}

/* In single quotes all characters stand for themselves, except for the quote itself. */
static void append_quoted(struct buffer *buffer, const char *word)
{
	append(buffer, "'", 1);
	while (*word) {
		size_t length = strcspn(word, "'");
		append(buffer, word, length);
		word += length;
		if (*word == '\'') {
			append(buffer, "'\\''", 4);
			word++;
		}
	}
	append(buffer, "'", 1);
}

void command_line_print(char *text, size_t size, int argc, char *const *argv)
{
	struct buffer buffer = { .text = text, .size = size };
	text[0] = '\0';
	for (int i = 0; i < argc; i++) {
		append(&buffer, " ", i > 0);
		if (is_plain(argv[i])) {
			append(&buffer, argv[i], strlen(argv[i]));
		} else {
			append_quoted(&buffer, argv[i]);
		}
	}
}
