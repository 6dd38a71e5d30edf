/* See text.h. */
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void text_make_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}

/* The length in bytes of a UTF-8 sequence, by its first byte; 0 if none begins so. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80) {
		return 1;
	}
	if (first >= 0xC2 && first <= 0xDF) {
		return 2;
	}
	if (first >= 0xE0 && first <= 0xEF) {
		return 3;
	}
	return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/* Decodes the sequence at `text`. False if it is cut short: the NUL at the end continues nothing. */
static bool decode(const unsigned char *text, size_t length, uint32_t *character)
{
	*character = length == 1 ? text[0] : text[0] & (0x7FU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xC0) != 0x80) {
			return false;
		}
		*character = *character << 6 | (text[i] & 0x3F);
	}
	return length > 0;
}

/* Whether a character has to be encoded in that many bytes, is no surrogate, and exists. */
static bool is_valid(uint32_t character, size_t length)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	bool surrogate = character >= 0xD800 && character <= 0xDFFF;
	return character >= smallest[length] && character <= 0x10FFFF && !surrogate;
}

static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

void text_make_valid_utf8(char *text)
{
	unsigned char *out = (unsigned char *)text;
	const unsigned char *in = out;
	while (*in) {
		size_t length = sequence_length(*in);
		uint32_t character;
		bool valid = decode(in, length, &character) && is_valid(character, length);
		length = valid ? length : 1;
		if (!valid || is_control(character)) {
			*out++ = '?';
		} else {
			memmove(out, in, length);
			out += length;
		}
		in += length;
	}
	*out = '\0';
}
