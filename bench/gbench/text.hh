/*
 * Text from outside, made valid. Google Benchmark copies most bytes of a string into its JSON as
 * they are, so the shim cleans every string before it hands it on.
 */
#pragma once

#include <string>

namespace gbench
{

/*
 * Returns `text` as valid UTF-8 without control characters other than newline and tab, which Google
 * Benchmark escapes. Every byte that is not part of a valid character, and every other control
 * character (C0, DEL and C1), becomes one '?'.
 */
std::string clean_text(const char *text);

} /* namespace gbench */
