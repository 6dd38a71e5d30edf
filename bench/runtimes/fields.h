/*
 * The lines of the protocol that carry numbers: a keyword and decimal numbers, each after a single
 * space, as in "span 0 1000 2000 50".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a line that must consist of `keyword` and exactly `count` numbers. A number is one or more
 * digits, without a sign, and at most INT64_MAX. Returns false for any other line; `numbers` is
 * then undefined.
 */
bool fields_parse(const char *line, const char *keyword, int64_t *numbers, size_t count);

/* Reads the number at the beginning of *text, and moves *text behind it. False if there is none. */
bool fields_parse_number(const char **text, int64_t *number);
