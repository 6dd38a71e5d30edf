/* For models that have a timer thread of their own. */
#pragma once

/*
 * Asserts that the lock of this spec has one timer thread from the second attached thread until it
 * is destroyed, and that a forked child has none until another thread is attached there.
 */
void timer_thread_check(const char *spec_text);
