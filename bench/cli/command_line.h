/* The command line as text: what a person would type in a shell to run the program again. */
#pragma once

#include <stddef.h>

/*
 * Writes the words to `text`, quoted as a POSIX shell needs it and separated by spaces. A text that
 * does not fit `size` is cut and ends in "...".
 */
void command_line_print(char *text, size_t size, int argc, char *const *argv);
