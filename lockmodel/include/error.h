/*
 * Error texts: one line that says what was wrong, what is allowed, or what was lost.
 *
 * A function that can fail in a way that the user should read about takes a `struct error`, fills
 * it on failure and returns a negative errno value. The caller owns the memory. Only main and the
 * option code print it.
 *
 * Error texts quote input from outside, such as file names and options, and are written to
 * terminals and into result files. error_set() and error_system() therefore leave valid UTF-8
 * without control characters, whatever their arguments hold.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ERROR_TEXT_MAX = 512 }; /* bytes, including the terminating zero */

struct error {
	char text[ERROR_TEXT_MAX];
};

/*
 * Sets the text, printf-style, and returns `code`, so that a function can end in
 * `return error_set(error, -EINVAL, "...")`. A text that is too long is cut between two characters.
 * The arguments may refer to error->text.
 */
__attribute__((format(printf, 3, 4))) int error_set(
	struct error *error, int code, const char *format, ...);

/*
 * Like error_set(), and appends ": " and the system's message for `-code`. A text that is too long
 * is cut before that message, never within it.
 */
__attribute__((format(printf, 3, 4))) int error_system(
	struct error *error, int code, const char *format, ...);

/*
 * Replaces, in place, each byte of a control character (C0, DEL, C1) and each byte that is not part
 * of a valid UTF-8 sequence by '?'. Returns true if there was nothing to replace.
 */
bool error_clean(char *text);

#ifdef __cplusplus
}
#endif
