/* See description.h. */
#include "description.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static int keep_word(char *kept, size_t size, const char *what, const char *word,
	const char *allowed, struct error *error)
{
	size_t length = strlen(word);
	if (length == 0 || length >= size || word[strspn(word, allowed)]) {
		return error_set(error, -EBADMSG, "it describes its %s as '%.80s'", what, word);
	}
	memcpy(kept, word, length + 1);
	return 0;
}

static int keep_version(struct description *description, const char *word, struct error *error)
{
	/* One that began with something else would be taken for version 0. */
	const char *allowed = word[0] >= '0' && word[0] <= '9' ? LOWER DIGITS ".+-~" : "";
	return keep_word(
		description->version, DESCRIPTION_WORD_MAX, "version", word, allowed, error);
}

static int keep_clock(struct description *description, const char *word, struct error *error)
{
	if (strcmp(word, "monotonic") != 0 && strcmp(word, "realtime") != 0) {
		return error_set(error, -EBADMSG,
			"it describes its clock as '%.80s'; allowed are monotonic, realtime", word);
	}
	description->timed = true;
	description->clock = word[0] == 'm' ? CLOCK_MONOTONIC : CLOCK_REALTIME;
	return 0;
}

static int keep_param(struct description *description, const char *word, struct error *error)
{
	size_t used = strlen(description->params);
	size_t left = DESCRIPTION_PARAMS_MAX - used;
	if ((size_t)snprintf(description->params + used, left, ":%s", word) >= left) {
		return error_set(error, -EBADMSG, "it describes too many parameters");
	}
	return 0;
}

static int keep(
	struct description *description, const char *key, const char *value, struct error *error)
{
	if (strcmp(key, "runtime") == 0) {
		return keep_word(description->runtime, DESCRIPTION_WORD_MAX, key, value,
			LOWER DIGITS "-", error);
	}
	if (strcmp(key, "version") == 0) {
		return keep_version(description, value, error);
	}
	if (strcmp(key, "clock") == 0) {
		return keep_clock(description, value, error);
	}
	if (strcmp(key, "param") == 0) {
		return keep_param(description, value, error);
	}
	if (strcmp(key, "unlocked") == 0 || strcmp(key, "done") == 0) {
		*(key[0] == 'u' ? &description->unlocked : &description->complete) = true;
		return 0;
	}
	if (strcmp(key, "error") == 0) {
		return error_set(error, -EBADMSG, "it says: %s", value);
	}
	return error_set(error, -EBADMSG, "it printed '%.80s%s%.80s', which describes nothing", key,
		value[0] ? " " : "", value);
}

int description_take_line(void *context, char *line, struct error *error)
{
	struct description *description = context;
	exchange_make_printable(line);
	if (!description->greeted) {
		description->greeted = strcmp(line, "gilbench 1") == 0;
		return description->greeted
			       ? 0
			       : error_set(error, -EBADMSG,
					 "it printed '%.80s' where 'gilbench 1' was expected",
					 line);
	}
	if (description->complete) {
		return error_set(error, -EBADMSG, "it printed '%.80s' after 'done'", line);
	}
	char *value = line + strcspn(line, " ");
	if (*value) {
		*value++ = '\0';
	}
	return keep(description, line, value, error);
}

int description_end(void *context, struct error *error)
{
	const struct description *description = context;
	const char *missing = !description->runtime[0]   ? "runtime"
			      : !description->version[0] ? "version"
			      : !description->timed      ? "clock"
			      : !description->complete   ? "done"
							 : NULL;
	return missing ? error_set(error, -EBADMSG,
				 "it does not say everything about itself: '%s' is missing",
				 missing)
		       : 0;
}
