/*
 * See eventcount.h. The waiter announces its sleep and then looks at the count; the other one
 * advances the count and then looks for an announcement. Both pairs are sequentially consistent, so
 * at least one of the two sees what the other has written, and no wake-up is lost.
 */
#include "eventcount.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Some hundred microseconds: several times as long as a sleep and a wake-up take, and as copying 1 MiB
 * does. Who spins has a processor of its own.
 */
enum { SPINS = 10000 };

/* Tells the processor that the caller spins. */
#if defined(__x86_64__) || defined(__i386__)
static void relax(void)
{
	__builtin_ia32_pause();
}
#elif defined(__aarch64__)
static void relax(void)
{
	__asm__ volatile("isb");
}
#else
static void relax(void)
{
	__asm__ volatile("");
}
#endif

uint32_t eventcount_read(const struct eventcount *event)
{
	return __atomic_load_n(&event->count, __ATOMIC_ACQUIRE);
}

void eventcount_advance(struct eventcount *event)
{
	/* Relaxed: no other worker changes it. */
	uint32_t next = __atomic_load_n(&event->count, __ATOMIC_RELAXED) + 1;
	__atomic_store_n(&event->count, next, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&event->sleeps, __ATOMIC_SEQ_CST)) {
		syscall(SYS_futex, &event->count, FUTEX_WAKE, 1, NULL, NULL, 0);
	}
}

/* True if the count has changed. */
static bool spin(const struct eventcount *event, uint32_t seen)
{
	for (int i = 0; i < SPINS; i++) {
		if (eventcount_read(event) != seen) {
			return true;
		}
		relax();
	}
	return false;
}

int eventcount_wait(struct eventcount *event, uint32_t seen, bool spins)
{
	static const struct timespec patience = { .tv_nsec = EVENTCOUNT_CHECK_MS * 1000000L };
	if (eventcount_read(event) != seen || (spins && spin(event, seen))) {
		return 0;
	}
	__atomic_store_n(&event->sleeps, 1, __ATOMIC_SEQ_CST);
	bool changed = __atomic_load_n(&event->count, __ATOMIC_SEQ_CST) != seen;
	if (!changed) {
		syscall(SYS_futex, &event->count, FUTEX_WAIT, seen, &patience, NULL, 0);
	}
	/* Relaxed: an announcement that is seen for too long costs a system call, nothing else. */
	__atomic_store_n(&event->sleeps, 0, __ATOMIC_RELAXED);
	return eventcount_read(event) != seen ? 0 : -ETIMEDOUT;
}
