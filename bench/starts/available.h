/* How much memory may still be used: of the machine, and of the control groups of this process. */
#pragma once

#include <stdint.h>

/*
 * In bytes, what can be had without swapping; -1 if the system does not say. `root` is put before
 * the paths of system files: "" for this machine, or the folder of one that a test made up.
 */
int64_t available_bytes(const char *root);
