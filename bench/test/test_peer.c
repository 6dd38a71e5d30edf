/*
 * The peer, over both kinds of link: every message comes once, with the time it was meant to have;
 * what is late, lost, sent twice or never read is counted; and no peer outlives what it was for.
 */
#include "clock.h"
#include "peer.h"
#include "tally.h"
#include "test.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const enum link_kind kinds[] = { LINK_PIPE, LINK_UDP };
static const int64_t ms = 1000000;
static const int64_t forever_ns = 60 * INT64_C(1000000000);

struct talk {
	struct peer *peer;
	struct link link;
	pid_t process;
	const struct peer_result *result;
};

static struct talk begin(enum link_kind kind, const struct peer_job *job)
{
	struct error error = { "" };
	struct talk talk;
	talk.peer = peer_create(job, &error);
	if (!talk.peer || link_open(&talk.link, kind, &error)) {
		fail_msg("%s", error.text);
	}
	talk.process = peer_start(talk.peer, &talk.link, &error);
	assert_true(talk.process > 0);
	assert_int_equal(talk.link.peer, -1);
	talk.result = peer_result(talk.peer);
	return talk;
}

static struct talk begin_sender(
	enum link_kind kind, size_t count, int64_t every_ns, int64_t patience_ns)
{
	return begin(kind, &(struct peer_job){
				   .kind = PEER_SENDER,
				   .clock = CLOCK_MONOTONIC,
				   .every_ns = every_ns,
				   .count = count,
				   .patience_ns = patience_ns,
			   });
}

/* Stops the peer; nobody is left to be waited for. */
static int stop(struct talk *talk, struct error *error)
{
	int result = peer_stop(talk->peer, error);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	link_close_worker(&talk->link);
	return result;
}

static void finish(struct talk *talk)
{
	struct error error = { "" };
	if (stop(talk, &error)) {
		fail_msg("%s", error.text);
	}
	peer_destroy(talk->peer);
}

static uint64_t receive(const struct talk *talk, int64_t *intended_ns)
{
	struct peer_message message;
	ssize_t got = read(talk->link.worker, &message, sizeof(message));
	assert_int_equal(got, sizeof(message));
	*intended_ns = (int64_t)le64toh(message.intended_ns);
	return le64toh(message.sequence);
}

/* --- the sender ------------------------------------------------------------------------------ */

static void check_every_message(enum link_kind kind)
{
	enum { COUNT = 50 };
	struct talk talk = begin_sender(kind, COUNT, ms, forever_ns);
	int64_t before_ns = clock_now_ns();
	int64_t intended_ns;
	peer_go(talk.peer);
	for (uint64_t i = 0; i < COUNT; i++) {
		assert_int_equal(receive(&talk, &intended_ns), i);
		assert_int_equal(intended_ns, peer_intended_ns(talk.peer, i));
		assert_int_equal(intended_ns, talk.result->start_ns + (int64_t)i * ms);
		assert_true(clock_now_ns() >= intended_ns);
	}
	assert_true(receive(&talk, &intended_ns) == PEER_END);
	assert_true(talk.result->start_ns > before_ns);
	assert_int_equal(talk.result->sent, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(talk.result->late_ns[i] >= 0);
		assert_int_equal(talk.result->unread_ns[i], 0);
	}
	finish(&talk);
}

static void test_every_message_comes_once(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		check_every_message(kinds[i]);
	}
}

/* With the clock of other runtimes. */
static void test_another_clock(void **unused)
{
	(void)unused;
	struct timespec now;
	int64_t intended_ns;
	struct talk talk = begin(LINK_PIPE, &(struct peer_job){
						    .kind = PEER_SENDER,
						    .clock = CLOCK_REALTIME,
						    .every_ns = ms,
						    .count = 1,
						    .patience_ns = forever_ns,
					    });
	clock_gettime(CLOCK_REALTIME, &now);
	peer_go(talk.peer);
	assert_int_equal(receive(&talk, &intended_ns), 0);
	assert_true(intended_ns > now.tv_sec * INT64_C(1000000000));
	finish(&talk);
}

/* Those that found no room were sent only when there was some again; none is left out. */
static void test_a_full_pipe_makes_late(void **unused)
{
	(void)unused;
	enum { COUNT = 1000 };
	struct talk talk = begin_sender(LINK_PIPE, COUNT, ms / 100, forever_ns);
	size_t room =
		(size_t)fcntl(talk.link.worker, F_SETPIPE_SZ, 4096) / sizeof(struct peer_message);
	int64_t intended_ns;
	peer_go(talk.peer);
	struct pollfd message = { .fd = talk.link.worker, .events = POLLIN };
	assert_int_equal(poll(&message, 1, -1), 1);
	usleep(50000);
	int64_t began_ns = clock_now_ns();
	for (uint64_t i = 0; i < COUNT; i++) {
		assert_int_equal(receive(&talk, &intended_ns), i);
	}
	assert_true(receive(&talk, &intended_ns) == PEER_END);
	assert_int_equal(talk.result->sent, COUNT);
	for (size_t i = room; i < COUNT; i++) {
		int64_t sent_ns = peer_intended_ns(talk.peer, i) + talk.result->late_ns[i];
		assert_true(sent_ns >= began_ns);
	}
	finish(&talk);
}

static void check_taken_back(enum link_kind kind)
{
	enum { COUNT = 20, READ = 3 };
	struct talk talk = begin_sender(kind, COUNT, ms, 0);
	int64_t intended_ns;
	peer_go(talk.peer);
	for (uint64_t i = 0; i < READ; i++) {
		assert_int_equal(receive(&talk, &intended_ns), i);
	}
	while (!*(volatile int64_t *)&talk.result->unread_ns[COUNT - 1]) {
		usleep(1000);
	}
	assert_true(receive(&talk, &intended_ns) == PEER_END);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(talk.result->unread_ns[i] > 0, i >= READ);
	}
	finish(&talk);
}

static void test_what_is_not_read_is_taken_back(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		check_taken_back(kinds[i]);
	}
}

/* --- the echo client ------------------------------------------------------------------------- */

static struct talk begin_echo(int64_t duration_ns)
{
	return begin(LINK_UDP, &(struct peer_job){
				       .kind = PEER_ECHO,
				       .clock = CLOCK_MONOTONIC,
				       .duration_ns = duration_ns,
			       });
}

static void answer(const struct talk *talk, uint64_t sequence)
{
	struct peer_message message = { .sequence = htole64(sequence) };
	assert_int_equal(write(talk->link.worker, &message, sizeof(message)), sizeof(message));
}

static void test_echoes_are_counted(void **unused)
{
	(void)unused;
	struct talk talk = begin_echo(50 * ms);
	int64_t intended_ns;
	uint64_t sequence;
	uint64_t count = 0;
	peer_go(talk.peer);
	while ((sequence = receive(&talk, &intended_ns)) != PEER_END) {
		assert_int_equal(sequence, count++);
		answer(&talk, sequence);
	}
	assert_true(count > 0);
	assert_int_equal(talk.result->sent, count);
	assert_int_equal(talk.result->answered, count);
	assert_int_equal(talk.result->lost, 0);
	assert_int_equal(talk.result->duplicated, 0);
	assert_true(talk.result->last_ns - talk.result->start_ns >= 50 * ms);
	finish(&talk);
}

/* The third is never answered, the second twice. */
static void test_lost_and_repeated_echoes(void **unused)
{
	(void)unused;
	struct talk talk = begin_echo(4000 * ms);
	int64_t intended_ns;
	peer_go(talk.peer);
	assert_int_equal(receive(&talk, &intended_ns), 0);
	answer(&talk, 0);
	assert_int_equal(receive(&talk, &intended_ns), 1);
	answer(&talk, 1);
	answer(&talk, 1);
	assert_int_equal(receive(&talk, &intended_ns), 2);
	assert_true(receive(&talk, &intended_ns) == PEER_END);
	assert_int_equal(talk.result->sent, 3);
	assert_int_equal(talk.result->answered, 2);
	assert_int_equal(talk.result->lost, 1);
	assert_int_equal(talk.result->duplicated, 1);
	finish(&talk);
}

/* Over UDP an end marker may be lost: another one comes. */
static void test_the_end_is_told_again(void **unused)
{
	(void)unused;
	struct talk talk = begin_sender(LINK_UDP, 1, ms, forever_ns);
	int64_t intended_ns;
	peer_go(talk.peer);
	assert_int_equal(receive(&talk, &intended_ns), 0);
	assert_true(receive(&talk, &intended_ns) == PEER_END);
	assert_true(receive(&talk, &intended_ns) == PEER_END);
	finish(&talk);
}

/* --- ends ------------------------------------------------------------------------------------ */

static void test_stopped_before_it_began(void **unused)
{
	(void)unused;
	struct talk talk = begin_sender(LINK_PIPE, 1, ms, forever_ns);
	finish(&talk);
}

static void test_stopped_half_way(void **unused)
{
	(void)unused;
	struct talk talk = begin_sender(LINK_PIPE, 2, forever_ns, forever_ns);
	int64_t intended_ns;
	int64_t before_ns = clock_now_ns();
	peer_go(talk.peer);
	assert_int_equal(receive(&talk, &intended_ns), 0);
	assert_int_equal(stop(&talk, &(struct error){ "" }), 0);
	assert_int_equal(talk.result->sent, 1);
	assert_true(clock_now_ns() - before_ns < forever_ns);
	peer_destroy(talk.peer);
}

static void test_killed(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct peer_message message;
	struct talk talk = begin_sender(LINK_PIPE, 2, forever_ns, forever_ns);
	kill(talk.process, SIGKILL);
	assert_int_equal(read(talk.link.worker, &message, sizeof(message)), 0);
	assert_int_equal(stop(&talk, &error), -ECHILD);
	assert_string_equal(error.text, "the peer was killed by signal 9 (Killed)");
	peer_destroy(talk.peer);
}

/* --- links ----------------------------------------------------------------------------------- */

static void test_no_file_left(void **unused)
{
	(void)unused;
	static const char *const words[] = {
		[LINK_PIPE] = "could not make a pipe for the messages: Too many open files",
		[LINK_UDP] = "could not make a UDP socket: Too many open files",
	};
	struct rlimit before;
	getrlimit(RLIMIT_NOFILE, &before);
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		struct error error = { "" };
		struct link link;
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, before.rlim_max });
		int result = link_open(&link, kinds[i], &error);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_int_equal(result, -EMFILE);
		assert_string_equal(error.text, words[kinds[i]]);
		assert_int_equal(link.peer, -1);
		assert_int_equal(link.worker, -1);
	}
}

/* --- the tally ------------------------------------------------------------------------------- */

static void test_tally(void **unused)
{
	(void)unused;
	static const int64_t kept[] = { 10, 30, 40 };
	struct tally *tally = malloc(tally_size(5));
	tally_init(tally, 5);
	tally_note(tally, 3, 40);
	tally_note(tally, 0, 10);
	tally_note(tally, 3, 41);
	tally_note(tally, 2, 30);
	tally_note(tally, 3, 42);
	tally_note(tally, 5, 50);
	tally_note(tally, PEER_END - 1, 50);
	assert_int_equal(tally->arrived, 3);
	assert_int_equal(tally->duplicated, 2);
	assert_int_equal(tally->strange, 2);
	tally_close(tally);
	assert_memory_equal(tally->latency_ns, kept, sizeof(kept));
	free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_message_comes_once),
		cmocka_unit_test(test_another_clock),
		cmocka_unit_test(test_a_full_pipe_makes_late),
		cmocka_unit_test(test_what_is_not_read_is_taken_back),
		cmocka_unit_test(test_echoes_are_counted),
		cmocka_unit_test(test_lost_and_repeated_echoes),
		cmocka_unit_test(test_the_end_is_told_again),
		cmocka_unit_test(test_stopped_before_it_began),
		cmocka_unit_test(test_stopped_half_way),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_no_file_left),
		cmocka_unit_test(test_tally),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
