/*
 * The operating system as the lock models see it: mutexes, conditions, semaphores, threads and the
 * clock of the host.
 *
 * The models include no other system header and call nothing of pthreads or the clock directly. The
 * include path selects this file, so the same models can be compiled against another os.h, such as
 * one with virtual cores and simulated time.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC. The init functions return 0 or a negative errno value.
 * The other functions cannot fail on an initialised object that is used correctly.
 */
#pragma once

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct os_mutex {
	pthread_mutex_t mutex;
};

struct os_cond {
	pthread_cond_t cond;
};

struct os_sem {
	sem_t sem;
};

struct os_thread {
	pthread_t thread;
};

static inline int64_t os_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static inline int os_mutex_init(struct os_mutex *mutex)
{
	return -pthread_mutex_init(&mutex->mutex, NULL);
}

static inline void os_mutex_finish(struct os_mutex *mutex)
{
	pthread_mutex_destroy(&mutex->mutex);
}

static inline void os_mutex_lock(struct os_mutex *mutex)
{
	pthread_mutex_lock(&mutex->mutex);
}

static inline bool os_mutex_trylock(struct os_mutex *mutex)
{
	return pthread_mutex_trylock(&mutex->mutex) == 0;
}

static inline void os_mutex_unlock(struct os_mutex *mutex)
{
	pthread_mutex_unlock(&mutex->mutex);
}

static inline int os_cond_init(struct os_cond *cond)
{
	pthread_condattr_t attributes;
	int error = pthread_condattr_init(&attributes);
	if (error) {
		return -error;
	}
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	error = pthread_cond_init(&cond->cond, &attributes);
	pthread_condattr_destroy(&attributes);
	return -error;
}

static inline void os_cond_finish(struct os_cond *cond)
{
	pthread_cond_destroy(&cond->cond);
}

static inline void os_cond_signal(struct os_cond *cond)
{
	pthread_cond_signal(&cond->cond);
}

static inline void os_cond_broadcast(struct os_cond *cond)
{
	pthread_cond_broadcast(&cond->cond);
}

static inline void os_cond_wait(struct os_cond *cond, struct os_mutex *mutex)
{
	pthread_cond_wait(&cond->cond, &mutex->mutex);
}

/* Returns false if `deadline_ns` passed first. May wake spuriously, like os_cond_wait(). */
static inline bool os_cond_wait_until(
	struct os_cond *cond, struct os_mutex *mutex, int64_t deadline_ns)
{
	struct timespec deadline = {
		.tv_sec = deadline_ns / 1000000000,
		.tv_nsec = deadline_ns % 1000000000,
	};
	return pthread_cond_timedwait(&cond->cond, &mutex->mutex, &deadline) != ETIMEDOUT;
}

static inline int os_sem_init(struct os_sem *sem, unsigned value)
{
	return sem_init(&sem->sem, 0, value) ? -errno : 0;
}

static inline void os_sem_finish(struct os_sem *sem)
{
	sem_destroy(&sem->sem);
}

static inline void os_sem_post(struct os_sem *sem)
{
	sem_post(&sem->sem);
}

static inline bool os_sem_trywait(struct os_sem *sem)
{
	int result;
	do {
		result = sem_trywait(&sem->sem);
	} while (result && errno == EINTR);
	return result == 0;
}

static inline void os_sem_wait(struct os_sem *sem)
{
	while (sem_wait(&sem->sem) && errno == EINTR) {
	}
}

/*
 * Starts a thread that belongs to the lock, such as a timer. It blocks all signals, and inherits
 * the CPU affinity of the calling thread.
 */
static inline int os_thread_start(struct os_thread *thread, void *(*run)(void *), void *argument)
{
	sigset_t all;
	sigset_t old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int error = pthread_create(&thread->thread, NULL, run, argument);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -error;
}

static inline void os_thread_join(struct os_thread *thread)
{
	pthread_join(thread->thread, NULL);
}

/* Yields the processor to other runnable threads. */
static inline void os_yield(void)
{
	sched_yield();
}

/* A short delay in a polling loop, without a system call. */
#if defined(__x86_64__) || defined(__i386__)
static inline void os_pause(void)
{
	__builtin_ia32_pause();
}
#elif defined(__aarch64__) || defined(__arm__)
static inline void os_pause(void)
{
	__asm__ volatile("yield");
}
#else
static inline void os_pause(void)
{
}
#endif
