/*
 * One line of text that says what was wrong, what is allowed, or what was lost.
 *
 * Functions that can fail in a way a user should read about take a `struct error`, fill it on
 * failure and return a negative errno value; the caller owns the memory, and only main and the
 * option code print it.
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ERROR_TEXT_MAX = 512 };

struct error {
	char text[ERROR_TEXT_MAX];
};

/*
 * Sets the text, printf-style, cut where it would not fit, and returns `code`, so that a function
 * can end in `return error_set(error, -EINVAL, "...")`.
 */
__attribute__((format(printf, 3, 4))) int error_set(
	struct error *error, int code, const char *format, ...);

/* The same with ": " and the system's words for `-code` behind it. */
__attribute__((format(printf, 3, 4))) int error_system(
	struct error *error, int code, const char *format, ...);

#ifdef __cplusplus
}
#endif
