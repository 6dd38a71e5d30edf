/*
 * The system calls that releasing a lock makes, counted in a traced child. A test is skipped where
 * tracing is not permitted.
 */
#pragma once

/* Asserts that releasing the lock makes none if nobody waits for it. */
void release_syscalls_expect_none_uncontended(const char *spec_text);

/*
 * Asserts that releasing the lock makes between `min` and `max` system calls if one thread sleeps
 * while it waits for it. The spec sets intervals so long that the waiter does nothing else.
 */
void release_syscalls_expect(const char *spec_text, int min, int max);
