/* Error texts; see error.h. */
#include "error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { UTF8_MAX = 4 }; /* bytes of the longest UTF-8 sequence */

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* How many bytes a sequence has that starts with `byte`; 0 if none starts with it. */
static size_t length_from_lead(unsigned char byte)
{
	if (byte < 0x80) {
		return 1;
	}
	if (byte < 0xc0 || byte > 0xf7) {
		return 0;
	}
	return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/* Neither too large, nor a surrogate, nor encoded in more bytes than needed, nor a control. */
static bool is_allowed(uint32_t code, size_t length)
{
	static const uint32_t min[UTF8_MAX + 1] = { 0, 0, 0x80, 0x800, 0x10000 };
	bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
	bool surrogate = code >= 0xd800 && code < 0xe000;
	return code >= min[length] && code <= 0x10ffff && !control && !surrogate;
}

/* The length in bytes of the character at `text`; 0 if it is not allowed in an error text. */
static size_t character_length(const unsigned char *text)
{
	size_t length = length_from_lead(text[0]);
	if (length == 0) {
		return 0;
	}
	uint32_t code = length == 1 ? text[0] : text[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(text[i])) {
			return 0;
		}
		code = code << 6 | (text[i] & 0x3fu);
	}
	return is_allowed(code, length) ? length : 0;
}

bool error_clean(char *text)
{
	bool clean = true;
	while (*text) {
		size_t length = character_length((const unsigned char *)text);
		if (length == 0) {
			*text = '?';
			length = 1;
			clean = false;
		}
		text += length;
	}
	return clean;
}

/* Formats at most `max` bytes of clean text; the arguments may refer to `text` itself. */
__attribute__((format(printf, 3, 0))) static void print_text(
	char *text, size_t max, const char *format, va_list args)
{
	/* Long enough for all of a character that starts within `max` bytes. */
	char whole[ERROR_TEXT_MAX + UTF8_MAX] = "";
	vsnprintf(whole, sizeof(whole), format, args);
	error_clean(whole);
	size_t length = strlen(whole);
	if (length > max) {
		length = max;
		while (is_continuation((unsigned char)whole[length])) {
			length--;
		}
	}
	memcpy(text, whole, length);
	text[length] = '\0';
}

int error_set(struct error *error, int code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	print_text(error->text, ERROR_TEXT_MAX - 1, format, args);
	va_end(args);
	return code;
}

int error_system(struct error *error, int code, const char *format, ...)
{
	char reason[ERROR_TEXT_MAX / 2];
	va_list args;
	snprintf(reason, sizeof(reason), ": %s", strerror(-code));
	va_start(args, format);
	print_text(error->text, ERROR_TEXT_MAX - 1 - strlen(reason), format, args);
	va_end(args);
	/* Room for it has been left above. */
	memcpy(strchr(error->text, '\0'), reason, strlen(reason) + 1);
	return code;
}
