/* Text from outside the program, made safe to print or to put into a result file. */
#pragma once

/* Replaces every byte that is not a printable ASCII character with '?', in place. */
void text_make_printable(char *text);

/*
 * Replaces every control character (C0, DEL and C1) and every byte that is not part of valid UTF-8
 * (as RFC 3629 defines it) with '?', in place. All other characters stay.
 */
void text_make_valid_utf8(char *text);
