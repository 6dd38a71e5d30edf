/* The system call futex, for words that threads or processes share. */
#pragma once

#include <stdint.h>

/*
 * Sleeps while the word, an atomic, has the value `old`. Returns with acquire semantics once it was
 * seen to have another one.
 */
void futex_wait_while(uint32_t *word, uint32_t old);

/* Wakes one sleeper. Returns how many slept: 0 or 1. */
long futex_wake_one(uint32_t *word);

/* Stores `value` with release semantics and wakes one sleeper. Returns how many slept: 0 or 1. */
long futex_post(uint32_t *word, uint32_t value);
