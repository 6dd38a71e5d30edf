/*
 * See peer.h. All that both sides look at lies in a shared mapping: two semaphores, one to begin
 * and one that says the peer is not needed any more, and the results. The lists of the result lie
 * behind the struct.
 *
 * How late a message is, is taken just before the call that sent it: what the call costs, and what
 * the reader does meanwhile, is the reader's latency. To be on time the sender goes before all
 * others where it may (real-time priority, which root has), and is awake a little early.
 *
 * To take messages back, the peer reads the worker's end itself, without waiting: of a socket by a
 * flag, of a pipe by opening it anew, since not to wait is a property of what was opened.
 */
#include "peer.h"

#include "clock.h"
#include "team.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t lead_ns = 20 * INT64_C(1000000);      /* from peer_go() to the first message */
static const int64_t awake_ns = 100 * INT64_C(1000);       /* before a message is to be sent */
static const int64_t answer_ns = 5 * INT64_C(1000000000);  /* an echo that takes longer is lost */
static const int64_t patience_ns = 100 * INT64_C(1000000); /* between two looks whether to stop */
enum { ENDS_MAX = 3000 };                                  /* end markers: five minutes of them */

struct peer {
	struct peer_job job;
	size_t size; /* of the mapping */
	pid_t process;
	sem_t go;
	sem_t through;
	int stopping; /* atomic */
	struct error error;
	struct peer_result result;
};

/* --- its times ------------------------------------------------------------------------------- */

static int64_t now_ns(const struct peer *peer)
{
	struct timespec now;
	clock_gettime(peer->job.clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Relaxed: nothing else is read on the strength of it, and a little late is early enough. */
static bool stopping(const struct peer *peer)
{
	return __atomic_load_n(&peer->stopping, __ATOMIC_RELAXED);
}

static void sleep_to(const struct peer *peer, int64_t time_ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(time_ns / CLOCK_NS_PER_S),
		.tv_nsec = (long)(time_ns % CLOCK_NS_PER_S),
	};
	while (clock_nanosleep(peer->job.clock, TIMER_ABSTIME, &until, NULL) == EINTR) {
	}
}

/* A long time is slept in pieces, to see whether the peer is to stop. */
static void sleep_until(const struct peer *peer, int64_t time_ns)
{
	int64_t piece_ns = now_ns(peer) + patience_ns;
	for (; piece_ns < time_ns && !stopping(peer); piece_ns += patience_ns) {
		sleep_to(peer, piece_ns);
	}
	if (!stopping(peer)) {
		sleep_to(peer, time_ns);
	}
}

int64_t peer_intended_ns(const struct peer *peer, uint64_t sequence)
{
	return peer->result.start_ns + (int64_t)sequence * peer->job.every_ns;
}

/* --- messages -------------------------------------------------------------------------------- */

/* One attempt; true if the message is on its way. */
static bool try_to_send(const struct link *link, uint64_t sequence, int64_t intended_ns)
{
	struct peer_message message = { htole64(sequence), htole64((uint64_t)intended_ns) };
	ssize_t sent = link->kind == LINK_PIPE
			       ? write(link->peer, &message, sizeof(message))
			       : send(link->peer, &message, sizeof(message), MSG_DONTWAIT);
	return sent == (ssize_t)sizeof(message);
}

/*
 * Sends a message, however long that takes; 0, -ECANCELED if the peer is to stop meanwhile, or
 * another negative errno value with the peer's error.
 */
static int send_message(
	struct peer *peer, const struct link *link, uint64_t sequence, int64_t intended_ns)
{
	struct pollfd room = { .fd = link->peer, .events = POLLOUT };
	for (;;) {
		int64_t late_ns = now_ns(peer) - intended_ns;
		if (try_to_send(link, sequence, intended_ns)) {
			if (sequence != PEER_END && peer->job.kind == PEER_SENDER) {
				peer->result.late_ns[sequence] = late_ns;
			}
			return 0;
		}
		if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
			return error_system(
				&peer->error, -errno, "the peer could not send a message");
		}
		if (stopping(peer)) {
			return -ECANCELED;
		}
		poll(&room, 1, (int)(patience_ns / 1000000));
	}
}

static bool wait_until_through(struct peer *peer)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += patience_ns;
	until.tv_sec += until.tv_nsec / CLOCK_NS_PER_S;
	until.tv_nsec %= CLOCK_NS_PER_S;
	return sem_timedwait(&peer->through, &until) == 0;
}

/* --- the sender ------------------------------------------------------------------------------ */

static int send_schedule(struct peer *peer, const struct link *link)
{
	const struct sched_param first = { .sched_priority = 1 };
	int64_t early_ns = peer->job.every_ns / 10 < awake_ns ? peer->job.every_ns / 10 : awake_ns;
	sched_setscheduler(0, SCHED_FIFO, &first);
	for (size_t i = 0; i < peer->job.count; i++) {
		int64_t intended_ns = peer_intended_ns(peer, i);
		sleep_until(peer, intended_ns - early_ns);
		while (now_ns(peer) < intended_ns && !stopping(peer)) {
		}
		int result = stopping(peer) ? -ECANCELED : send_message(peer, link, i, intended_ns);
		if (result) {
			return result;
		}
		peer->result.sent = i + 1;
	}
	return 0;
}

/* --- the echo client ------------------------------------------------------------------------- */

/* Whether message `sequence` came back; a negative errno value if it cannot. */
static int await_echo(struct peer *peer, const struct link *link, uint64_t sequence)
{
	int64_t until_ns = now_ns(peer) + answer_ns;
	while (now_ns(peer) < until_ns && !stopping(peer)) {
		struct peer_message message;
		ssize_t got = recv(link->peer, &message, sizeof(message), 0);
		if (got < 0 && errno != EAGAIN && errno != EINTR) {
			return error_system(
				&peer->error, -errno, "the peer could not receive an echo");
		}
		if (got != (ssize_t)sizeof(message)) {
			continue;
		}
		if (le64toh(message.sequence) == sequence) {
			return true;
		}
		peer->result.duplicated++;
	}
	return false;
}

static int exchange(struct peer *peer, const struct link *link)
{
	struct peer_result *result = &peer->result;
	int64_t end_ns = result->start_ns + peer->job.duration_ns;
	int64_t sent_ns = result->start_ns;
	while (sent_ns < end_ns && !stopping(peer)) {
		int failed = send_message(peer, link, result->sent, sent_ns);
		int came = failed ? failed : await_echo(peer, link, result->sent);
		if (came < 0) {
			return came;
		}
		result->sent++;
		sent_ns = now_ns(peer);
		if (came) {
			result->answered++;
			result->last_ns = sent_ns;
		} else {
			result->lost++;
		}
	}
	return 0;
}

static int talk(struct peer *peer, const struct link *link)
{
	const struct timeval patience = { .tv_usec = (suseconds_t)(patience_ns / 1000) };
	setsockopt(link->peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	sleep_until(peer, peer->result.start_ns);
	peer->result.first_ns = now_ns(peer);
	return exchange(peer, link);
}

/* --- the end --------------------------------------------------------------------------------- */

/* The worker's end, for reading without waiting; the peer dies with it open. */
static int open_reader(const struct link *link)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", link->worker);
	return link->kind == LINK_PIPE ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
				       : link->worker;
}

static bool take_one(const struct link *link, int reader, struct peer_message *message)
{
	ssize_t got = link->kind == LINK_PIPE
			      ? read(reader, message, sizeof(*message))
			      : recv(reader, message, sizeof(*message), MSG_DONTWAIT);
	return got == (ssize_t)sizeof(*message);
}

/* Takes back what nobody has read, end markers and all. */
static void take_back(struct peer *peer, const struct link *link)
{
	struct peer_message message;
	int reader = open_reader(link);
	int64_t time_ns = now_ns(peer);
	while (reader >= 0 && take_one(link, reader, &message)) {
		uint64_t sequence = le64toh(message.sequence);
		if (sequence < peer->result.sent) {
			peer->result.unread_ns[sequence] =
				time_ns - peer_intended_ns(peer, sequence);
		}
	}
}

/* Tells the reader that this was all, until it has heard. */
static int send_end(struct peer *peer, const struct link *link)
{
	int64_t until_ns = now_ns(peer) + peer->job.patience_ns;
	bool patient = peer->job.kind == PEER_SENDER;
	int result = send_message(peer, link, PEER_END, now_ns(peer));
	for (int i = 0; !result && i < ENDS_MAX && !wait_until_through(peer); i++) {
		bool again = link->kind != LINK_PIPE;
		if (patient && now_ns(peer) >= until_ns) {
			take_back(peer, link);
			patient = false;
			again = true;
		}
		if (again) {
			try_to_send(link, PEER_END, now_ns(peer));
		}
	}
	return result;
}

/* --- the process ----------------------------------------------------------------------------- */

static int run(struct peer *peer, struct link *link)
{
	while (sem_wait(&peer->go) && errno == EINTR) {
	}
	if (stopping(peer)) {
		return 0;
	}
	peer->result.start_ns = now_ns(peer) + lead_ns;
	int result = peer->job.kind == PEER_SENDER ? send_schedule(peer, link) : talk(peer, link);
	/* After a failure, too: the reader would otherwise wait for more. */
	int ended = result == -ECANCELED ? 0 : send_end(peer, link);
	result = result ? result : ended;
	return result == -ECANCELED ? 0 : result;
}

__attribute__((noreturn)) static void peer_main(struct peer *peer, struct link *link, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	/* The parent may have died before it could take the peer with it. */
	bool ok = getppid() == parent && run(peer, link) == 0;
	_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

pid_t peer_start(struct peer *peer, struct link *link, struct error *error)
{
	pid_t parent = getpid();
	pid_t process = fork();
	if (process < 0) {
		return error_system(error, -errno,
			"could not start the peer (is there a limit on processes, `ulimit -u`?)");
	}
	if (process == 0) {
		peer_main(peer, link, parent);
	}
	link_close_peer(link);
	peer->process = process;
	return process;
}

void peer_go(struct peer *peer)
{
	sem_post(&peer->go);
}

int peer_stop(struct peer *peer, struct error *error)
{
	char words[128];
	int status;
	__atomic_store_n(&peer->stopping, 1, __ATOMIC_RELAXED);
	sem_post(&peer->go);
	sem_post(&peer->through);
	while (waitpid(peer->process, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "waiting for the peer");
		}
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		return 0;
	}
	if (peer->error.text[0]) {
		return error_set(error, -ECHILD, "%s", peer->error.text);
	}
	team_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "the peer %s", words);
}

/* --- its memory ------------------------------------------------------------------------------ */

struct peer *peer_create(const struct peer_job *job, struct error *error)
{
	size_t count = job->kind == PEER_SENDER ? job->count : 0;
	size_t size = sizeof(struct peer) + 2 * count * sizeof(int64_t);
	struct peer *peer =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (peer == MAP_FAILED) {
		error_system(error, -errno, "no shared memory for %zu messages", job->count);
		return NULL;
	}
	peer->job = *job;
	peer->size = size;
	peer->result.late_ns = (int64_t *)(peer + 1);
	peer->result.unread_ns = peer->result.late_ns + count;
	if (sem_init(&peer->go, 1, 0) || sem_init(&peer->through, 1, 0)) {
		error_system(error, -errno, "could not make the peer's semaphores");
		peer_destroy(peer);
		return NULL;
	}
	return peer;
}

void peer_destroy(struct peer *peer)
{
	if (peer) {
		munmap(peer, peer->size);
	}
}

const struct peer_result *peer_result(const struct peer *peer)
{
	return &peer->result;
}
