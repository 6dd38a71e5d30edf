/*
 * See loadgen.h; the loops are in open_loop.c and closed_loop.c. The load generator and the
 * processes that use it share a mapping with two semaphores and the results.
 *
 * Only the load generator holds the writing end of a pipe, the watch, so whoever holds the reading
 * end finds its end of file once the load generator has ended, however it ended. The messages do
 * not tell: a UDP socket does not notice when its peer is closed.
 */
#include "loadgen.h"

#include "child.h"
#include "clock.h"
#include "loadgen_process.h"
#include "send_times.h"
#include "shared.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Default of the lead. */
static const int64_t default_lead_ns = 20 * INT64_C(1000000);

static const int64_t check_ns = LOADGEN_CHECK_MS * INT64_C(1000000);

/* Repetitions of the end marker, one per LOADGEN_CHECK_MS: five minutes. */
enum { ENDS_MAX = 3000 };

/* --- time ------------------------------------------------------------------------------------ */

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / CLOCK_NS_PER_S),
		.tv_nsec = (long)(ns % CLOCK_NS_PER_S),
	};
}

int64_t loadgen_now_ns(const struct loadgen *generator)
{
	struct timespec now;
	clock_gettime(generator->job.clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

bool loadgen_stopping(const struct loadgen *generator)
{
	/* Relaxed: no other data depends on it, and a short delay does not matter. */
	return __atomic_load_n(&generator->stopping, __ATOMIC_RELAXED);
}

static void sleep_to(const struct loadgen *generator, int64_t time_ns)
{
	struct timespec until = timespec_of(time_ns);
	while (clock_nanosleep(generator->job.clock, TIMER_ABSTIME, &until, NULL) == EINTR) {
	}
}

void loadgen_sleep_until(const struct loadgen *generator, int64_t time_ns)
{
	int64_t check_at_ns = loadgen_now_ns(generator) + check_ns;
	for (; check_at_ns < time_ns && !loadgen_stopping(generator); check_at_ns += check_ns) {
		sleep_to(generator, check_at_ns);
	}
	if (!loadgen_stopping(generator)) {
		sleep_to(generator, time_ns);
	}
}

int64_t loadgen_intended_ns(const struct loadgen *generator, uint64_t sequence)
{
	return generator->result.start_ns + generator->times_ns[sequence];
}

/* --- messages -------------------------------------------------------------------------------- */

static int try_to_send(const struct transport *transport, uint64_t sequence, int64_t intended_ns)
{
	struct transport_message message = { htole64(sequence), htole64((uint64_t)intended_ns) };
	return transport->type->send(transport, &message);
}

int64_t loadgen_send(struct loadgen *generator, const struct transport *transport,
	uint64_t sequence, int64_t intended_ns)
{
	for (;;) {
		int64_t now_ns = loadgen_now_ns(generator);
		int result = try_to_send(transport, sequence, intended_ns);
		if (!result) {
			return now_ns;
		}
		if (result != -EAGAIN && result != -EINTR && result != -ENOBUFS) {
			return error_system(&generator->error, result,
				"the load generator could not send a message");
		}
		if (loadgen_stopping(generator)) {
			return -ECANCELED;
		}
		transport_wait_for_room(transport, LOADGEN_CHECK_MS);
	}
}

/* --- the end --------------------------------------------------------------------------------- */

/* Waits for loadgen_stop(), but no longer than for LOADGEN_CHECK_MS. */
static bool wait_until_finished(struct loadgen *generator)
{
	struct timespec until = timespec_of(clock_now_ns() + check_ns);
	return sem_clockwait(&generator->finished, CLOCK_MONOTONIC, &until) == 0;
}

/* Records that a message was not read; end markers are discarded. */
static void take_unread(void *context, const struct transport_message *message)
{
	struct loadgen *generator = context;
	uint64_t sequence = le64toh(message->sequence);
	if (sequence < generator->result.sent) {
		generator->result.unread[sequence] = true;
	}
}

/*
 * Sends the end marker, and repeats it over a lossy transport, or after it may have been taken
 * back, until the reader has got it and stops the generator. 0 or a negative errno value.
 */
static int send_end(struct loadgen *generator, const struct transport *transport)
{
	int64_t take_back_ns = loadgen_now_ns(generator) + generator->job.drain_timeout_ns;
	bool takes_back = io_loop(generator->job.kind)->takes_back;
	int64_t sent_ns =
		loadgen_send(generator, transport, LOADGEN_END, loadgen_now_ns(generator));
	if (sent_ns < 0) {
		return (int)sent_ns;
	}
	for (int i = 0; i < ENDS_MAX && !wait_until_finished(generator); i++) {
		bool repeat = transport->type->lossy;
		if (takes_back && loadgen_now_ns(generator) >= take_back_ns) {
			generator->result.end_ns = loadgen_now_ns(generator);
			transport->type->drain(transport, take_unread, generator);
			takes_back = false;
			repeat = true;
		}
		if (repeat) {
			try_to_send(transport, LOADGEN_END, loadgen_now_ns(generator));
		}
	}
	return 0;
}

/* --- the process ----------------------------------------------------------------------------- */

static int run(struct loadgen *generator, const struct transport *transport)
{
	while (sem_wait(&generator->go) && errno == EINTR) {
	}
	if (loadgen_stopping(generator)) {
		return 0;
	}
	int64_t lead_ns = generator->job.lead_ns ? generator->job.lead_ns : default_lead_ns;
	generator->result.start_ns = loadgen_now_ns(generator) + lead_ns;
	int result = io_loop(generator->job.kind)->generate(generator, transport);
	/* Even after a failure, since the reader would otherwise wait for more. */
	int ended = result == -ECANCELED ? 0 : send_end(generator, transport);
	result = result ? result : ended;
	return result == -ECANCELED ? 0 : result;
}

__attribute__((noreturn)) static void process_main(
	struct loadgen *generator, const struct transport *transport, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	/* The parent may have died before PR_SET_PDEATHSIG. */
	bool ok = getppid() == parent && run(generator, transport) == 0;
	_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

pid_t loadgen_start(struct loadgen *generator, struct transport *transport, struct error *error)
{
	int watch[2];
	if (pipe2(watch, O_CLOEXEC)) {
		return error_system(
			error, -errno, "could not create a pipe for the load generator");
	}
	pid_t parent = getpid();
	pid_t process = fork();
	if (process == 0) {
		close(watch[0]);
		process_main(generator, transport, parent);
	}
	int code = -errno;
	close(watch[1]);
	if (process < 0) {
		close(watch[0]);
		return error_system(error, code,
			"could not start the load generator (is there a limit on processes, "
			"`ulimit -u`?)");
	}
	transport_close_generator(transport);
	generator->process = process;
	generator->watch = watch[0];
	return process;
}

void loadgen_go(struct loadgen *generator)
{
	sem_post(&generator->go);
}

/* --- how it ends ----------------------------------------------------------------------------- */

int loadgen_watch(const struct loadgen *generator)
{
	return generator->watch;
}

bool loadgen_has_ended(const struct loadgen *generator)
{
	struct pollfd watch = { .fd = generator->watch, .events = POLLIN };
	return poll(&watch, 1, 0) == 1;
}

static int check_status(const struct loadgen *generator, int status, struct error *error)
{
	char text[128];
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		return 0;
	}
	if (generator->error.text[0]) {
		return error_set(error, -ECHILD, "%s", generator->error.text);
	}
	child_describe_status(text, sizeof(text), status);
	return error_set(error, -ECHILD, "the load generator %s", text);
}

int loadgen_stop(struct loadgen *generator, struct error *error)
{
	int status;
	__atomic_store_n(&generator->stopping, 1, __ATOMIC_RELAXED);
	sem_post(&generator->go);
	sem_post(&generator->finished);
	while (waitpid(generator->process, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "could not wait for the load generator");
		}
	}
	close(generator->watch);
	generator->watch = -1;
	return check_status(generator, status, error);
}

int loadgen_explain_end(struct loadgen *generator, struct error *error)
{
	int result = loadgen_stop(generator, error);
	return result ? result
		      : error_set(error, -ECHILD,
				"the load generator ended before all messages were read");
}

/* --- memory ---------------------------------------------------------------------------------- */

struct loadgen *loadgen_create(const struct loadgen_job *job, struct error *error)
{
	size_t count = job->kind == IO_OPEN_LOOP ? job->count : 0;
	size_t size = sizeof(struct loadgen) + count * (2 * sizeof(int64_t) + sizeof(bool));
	struct loadgen *generator = shared_create(size, error);
	if (!generator) {
		return NULL;
	}
	generator->job = *job;
	generator->size = size;
	generator->watch = -1;
	int64_t *times_ns = (int64_t *)(generator + 1);
	send_times_fill(times_ns, count, job->every_ns, job->phase_ns, job->seed);
	generator->times_ns = times_ns;
	generator->result.late_ns = times_ns + count;
	generator->result.unread = (bool *)(times_ns + 2 * count);
	if (sem_init(&generator->go, 1, 0) || sem_init(&generator->finished, 1, 0)) {
		error_system(
			error, -errno, "could not create the semaphores of the load generator");
		loadgen_destroy(generator);
		return NULL;
	}
	return generator;
}

void loadgen_destroy(struct loadgen *generator)
{
	if (generator) {
		shared_destroy(generator, generator->size);
	}
}

const struct loadgen_result *loadgen_result(const struct loadgen *generator)
{
	return &generator->result;
}
