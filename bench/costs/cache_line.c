/*
 * A cache line from core to core: two threads that spin on one word pass it to each other. A round
 * trip moves the line twice, so the value is half of one.
 */
#include "registry.h"

#include "pu.h"

#include <stdalign.h>
#include <stdbool.h>

enum { ROUND_TRIPS = 500, CACHE_LINE = 64 };

enum { PING, PONG, END };

/* The word has its line, and the one that a processor fetches along with it, for itself. */
struct line {
	alignas(2 * CACHE_LINE) int word; /* atomic */
	alignas(2 * CACHE_LINE) char behind;
};

/* Spins until the word is no longer `old`. Acquire and release, as in every lock. */
static int wait_while(const int *word, int old)
{
	int found;
	while ((found = __atomic_load_n(word, __ATOMIC_ACQUIRE)) == old) {
	}
	return found;
}

static void *answer(void *context)
{
	struct line *line = context;
	while (wait_while(&line->word, PONG) != END) {
		__atomic_store_n(&line->word, PONG, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void pass(void *context, int count)
{
	struct line *line = context;
	for (int i = 0; i < count; i += 2) {
		__atomic_store_n(&line->word, PING, __ATOMIC_RELEASE);
		wait_while(&line->word, PING);
	}
}

COST_FUNCTION(cost_cache_line)
{
	struct line line = { .word = PONG };
	pthread_t thread;
	int failed = pu_bind(pus->first, error);
	failed = failed ? failed : pu_start(&thread, pus->second, answer, &line, error);
	if (failed) {
		return failed;
	}
	cost_values_add_batches(values, pass, &line, 2 * ROUND_TRIPS);
	__atomic_store_n(&line.word, END, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	return 0;
}
