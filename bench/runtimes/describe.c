/* See describe.h. */
#include "describe.h"

#include "fields.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

int describe_version(const char *line)
{
	return strcmp(line, "gilbench 1") == 0 ? 1 : strcmp(line, "gilbench 2") == 0 ? 2 : 0;
}

static int reported_twice(const char *key, struct error *error)
{
	return error_set(error, -EBADMSG, "it reported its %s twice", key);
}

static int keep_word(char *kept, const char *key, const char *word, const char *allowed,
	const char *rule, struct error *error)
{
	size_t length = strlen(word);
	if (kept[0]) {
		return reported_twice(key, error);
	}
	if (length == 0 || length >= DESCRIBE_WORD_MAX || word[strspn(word, allowed)]) {
		return error_set(error, -EBADMSG,
			"it reported the invalid %s '%.80s'; a %s consists of at most %d %s", key,
			word, key, DESCRIBE_WORD_MAX - 1, rule);
	}
	memcpy(kept, word, length + 1);
	return 0;
}

/* "3.11.2": what follows the first two numbers may be anything. */
static bool parse_version(struct describe *description)
{
	const char *text = description->version;
	int64_t major;
	int64_t minor = 0;
	if (!fields_parse_number(&text, &major)) {
		return false;
	}
	if (text[0] == '.' && text[1] >= '0' && text[1] <= '9') {
		text++;
		if (!fields_parse_number(&text, &minor)) {
			return false;
		}
	}
	description->major = (int)major;
	description->minor = (int)minor;
	return major < DESCRIBE_VERSION_LIMIT && minor < DESCRIBE_VERSION_LIMIT;
}

static int keep_version(struct describe *description, const char *word, struct error *error)
{
	int result = keep_word(description->version, "version", word, LOWER DIGITS ".+-~",
		"lower-case letters, digits, and . + - ~", error);
	if (!result && !parse_version(description)) {
		result = error_set(error, -EBADMSG,
			"it reported the invalid version '%.80s'; a version begins with a number "
			"less than %d, or with two and a dot between them",
			word, DESCRIBE_VERSION_LIMIT);
	}
	return result;
}

static int keep_clock(struct describe *description, const char *word, struct error *error)
{
	if (description->has_clock) {
		return reported_twice("clock", error);
	}
	if (strcmp(word, "monotonic") != 0 && strcmp(word, "realtime") != 0) {
		return error_set(error, -EBADMSG,
			"it reported the invalid clock '%.80s'; allowed are monotonic, realtime",
			word);
	}
	description->has_clock = true;
	description->clock = word[0] == 'm' ? CLOCK_MONOTONIC : CLOCK_REALTIME;
	return 0;
}

static int keep_param(struct describe *description, const char *word, struct error *error)
{
	size_t used = strlen(description->params);
	size_t left = DESCRIBE_PARAMS_MAX - used;
	if ((size_t)snprintf(description->params + used, left, ":%s", word) >= left) {
		return error_set(error, -EBADMSG,
			"it reported too many parameters; at most %d characters are allowed",
			DESCRIBE_PARAMS_MAX - 1);
	}
	return 0;
}

/* The list begins and ends with a space, unless it is empty. */
static int keep_experiment(struct describe *description, const char *word, struct error *error)
{
	size_t used = strlen(description->experiments);
	size_t left = DESCRIBE_EXPERIMENTS_MAX - used;
	if (description->protocol < 2 || !word[0] || word[strspn(word, LOWER DIGITS "_")]) {
		return error_set(error, -EBADMSG,
			"it reported the invalid experiment '%.80s'; a name consists of lower-case "
			"letters, digits, and _, and needs version 2 of the protocol",
			word);
	}
	if ((size_t)snprintf(description->experiments + used, left, "%s%s ", used ? "" : " ",
		    word) >= left) {
		return error_set(error, -EBADMSG,
			"it reported too many experiments; at most %d characters are allowed",
			DESCRIBE_EXPERIMENTS_MAX - 1);
	}
	return 0;
}

static int keep(
	struct describe *description, const char *key, const char *value, struct error *error)
{
	if (strcmp(key, "runtime") == 0) {
		return keep_word(description->runtime, key, value, LOWER DIGITS "-",
			"lower-case letters, digits, and -", error);
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
	if (strcmp(key, "experiment") == 0) {
		return keep_experiment(description, value, error);
	}
	if (strcmp(key, "error") == 0) {
		return error_set(error, -EBADMSG, "it reported an error: %.200s", value);
	}
	if (!value[0] && strcmp(key, "unlocked") == 0) {
		description->unlocked = true;
		return 0;
	}
	if (!value[0] && strcmp(key, "done") == 0) {
		description->complete = true;
		return 0;
	}
	return error_set(error, -EBADMSG, "it printed '%.80s%s%.80s' in its description", key,
		value[0] ? " " : "", value);
}

int describe_take_line(void *context, char *line, struct error *error)
{
	struct describe *description = context;
	text_make_printable(line);
	if (!description->protocol) {
		description->protocol = describe_version(line);
		return description->protocol
			       ? 0
			       : error_set(error, -EBADMSG,
					 "it printed '%.80s' instead of " DESCRIBE_GREETINGS, line);
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

int describe_end(void *context, struct error *error)
{
	const struct describe *description = context;
	const char *missing = !description->runtime[0]   ? "runtime"
			      : !description->version[0] ? "version"
			      : !description->has_clock  ? "clock"
			      : !description->complete   ? "done"
							 : NULL;
	return missing ? error_set(error, -EBADMSG, "its description lacks the line '%s'", missing)
		       : 0;
}
