/* See text.hh. The table of valid UTF-8 sequences is the Unicode standard's table 3-7. */
#include "text.hh"

#include <cstddef>

namespace gbench
{

namespace
{

struct sequence {
	unsigned char first_low, first_high;   /* range of the first byte */
	unsigned char second_low, second_high; /* of the second; all others are 80 to BF */
	size_t length;
};

/* Printable characters, tab and newline; C2 starts at A0 because C2 80 to C2 9F are controls. */
constexpr sequence sequences[] = {
	{ '\t', '\n', 0, 0, 1 },
	{ 0x20, 0x7e, 0, 0, 1 },
	{ 0xc2, 0xc2, 0xa0, 0xbf, 2 },
	{ 0xc3, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

bool is_between(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

/* The terminating NUL is in no range, so this never reads past the end. */
bool begins_with(const unsigned char *text, const sequence &valid)
{
	bool fits = is_between(text[0], valid.first_low, valid.first_high);
	for (size_t i = 1; fits && i < valid.length; i++) {
		fits = i == 1 ? is_between(text[i], valid.second_low, valid.second_high)
			      : is_between(text[i], 0x80, 0xbf);
	}
	return fits;
}

/* The length in bytes of the character that `text` begins with; 0 if it is not to be kept. */
size_t character_length(const unsigned char *text)
{
	for (const sequence &valid : sequences) {
		if (begins_with(text, valid)) {
			return valid.length;
		}
	}
	return 0;
}

bool is_c1_control(const unsigned char *text)
{
	return text[0] == 0xc2 && is_between(text[1], 0x80, 0x9f);
}

} /* namespace */

std::string clean_text(const char *text)
{
	const auto *at = reinterpret_cast<const unsigned char *>(text);
	std::string result;
	while (*at != '\0') {
		const size_t length = character_length(at);
		if (length > 0) {
			result.append(reinterpret_cast<const char *>(at), length);
			at += length;
		} else {
			result += '?';
			at += is_c1_control(at) ? 2 : 1;
		}
	}
	return result;
}

} /* namespace gbench */
