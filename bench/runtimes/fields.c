/* See fields.h. sscanf() would accept signs and wrap around numbers that are too large. */
#include "fields.h"

#include <string.h>

bool fields_parse_number(const char **text, int64_t *number)
{
	const char *digit = *text;
	int64_t value = 0;
	for (; *digit >= '0' && *digit <= '9'; digit++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, *digit - '0', &value)) {
			return false;
		}
	}
	bool found = digit > *text;
	*text = digit;
	*number = value;
	return found;
}

bool fields_parse(const char *line, const char *keyword, int64_t *numbers, size_t count)
{
	size_t length = strlen(keyword);
	if (strncmp(line, keyword, length) != 0) {
		return false;
	}
	const char *text = line + length;
	for (size_t i = 0; i < count; i++) {
		if (*text++ != ' ' || !fields_parse_number(&text, &numbers[i])) {
			return false;
		}
	}
	return *text == '\0';
}
