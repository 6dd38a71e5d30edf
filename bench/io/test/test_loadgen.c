/*
 * Tests of the load generator over each transport: every message comes once, with its intended
 * time; late, lost, repeated and unread messages are counted; and its end is noticed.
 */
#include "clock.h"
#include "loadgen.h"
#include "test.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t ms = 1000000;
static const int64_t forever_ns = 60 * INT64_C(1000000000);

/* A load generator that has been started. */
struct session {
	struct loadgen *generator;
	struct transport transport;
	pid_t process;
	const struct loadgen_result *result;
};

static struct session start(const struct transport_type *type, const struct loadgen_job *job)
{
	struct error error = { "" };
	struct session session;
	session.generator = loadgen_create(job, &error);
	if (!session.generator || transport_open(&session.transport, type, &error)) {
		fail_msg("%s", error.text);
	}
	session.process = loadgen_start(session.generator, &session.transport, &error);
	assert_true(session.process > 0);
	assert_int_equal(session.transport.generator, -1);
	session.result = loadgen_result(session.generator);
	return session;
}

static struct session start_open_loop(
	const struct transport_type *type, size_t count, int64_t every_ns, int64_t drain_timeout_ns)
{
	return start(type, &(struct loadgen_job){
				   .kind = IO_OPEN_LOOP,
				   .clock = CLOCK_MONOTONIC,
				   .every_ns = every_ns,
				   .count = count,
				   .drain_timeout_ns = drain_timeout_ns,
			   });
}

static struct session start_closed_loop(int64_t duration_ns, int64_t answer_timeout_ns)
{
	return start(transport_default(true), &(struct loadgen_job){
						      .kind = IO_CLOSED_LOOP,
						      .clock = CLOCK_MONOTONIC,
						      .duration_ns = duration_ns,
						      .answer_timeout_ns = answer_timeout_ns,
					      });
}

/* Stops the load generator, after which no child is left. Returns what loadgen_stop() returns. */
static int stop(struct session *session, struct error *error)
{
	int result = loadgen_stop(session->generator, error);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	transport_close_worker(&session->transport);
	return result;
}

static void finish(struct session *session)
{
	struct error error = { "" };
	if (stop(session, &error)) {
		fail_msg("%s", error.text);
	}
	loadgen_destroy(session->generator);
}

/* Receives a message and returns its sequence number. */
static uint64_t receive(const struct session *session, int64_t *intended_ns)
{
	struct transport_message message;
	const struct transport *transport = &session->transport;
	assert_int_equal(transport->type->receive(transport, &message), 0);
	*intended_ns = (int64_t)le64toh(message.intended_ns);
	return le64toh(message.sequence);
}

static void answer(const struct session *session, uint64_t sequence)
{
	struct transport_message message = { .sequence = htole64(sequence) };
	const struct transport *transport = &session->transport;
	assert_int_equal(transport->type->answer(transport, &message), 0);
}

static void for_each_transport(void (*test)(const struct transport_type *type))
{
	for (size_t i = 0; transport_at(i); i++) {
		print_message("  %s\n", transport_at(i)->form.name);
		test(transport_at(i));
	}
}

/* --- the open loop --------------------------------------------------------------------------- */

static void check_every_message(const struct transport_type *type)
{
	enum { COUNT = 50 };
	struct session session = start_open_loop(type, COUNT, ms, forever_ns);
	int64_t before_ns = clock_now_ns();
	int64_t earlier_ns = 0;
	int64_t intended_ns;
	loadgen_go(session.generator);
	for (uint64_t i = 0; i < COUNT; i++) {
		assert_int_equal(receive(&session, &intended_ns), i);
		assert_int_equal(intended_ns, loadgen_intended_ns(session.generator, i));
		assert_true(intended_ns >= earlier_ns && intended_ns >= session.result->start_ns);
		assert_true(clock_now_ns() >= intended_ns);
		earlier_ns = intended_ns;
	}
	assert_true(receive(&session, &intended_ns) == LOADGEN_END);
	assert_true(session.result->start_ns > before_ns);
	assert_int_equal(session.result->sent, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(session.result->late_ns[i] >= 0);
		assert_false(session.result->unread[i]);
	}
	assert_int_equal(session.result->end_ns, 0);
	finish(&session);
}

static void test_every_message_comes_once(void **unused)
{
	(void)unused;
	for_each_transport(check_every_message);
}

/* The lead is over before the first message; without messages, only the end marker comes. */
static void test_a_lead_and_no_messages(void **unused)
{
	(void)unused;
	int64_t intended_ns;
	struct session session =
		start(transport_default(false), &(struct loadgen_job){
							.kind = IO_OPEN_LOOP,
							.clock = CLOCK_MONOTONIC,
							.lead_ns = 50 * ms,
							.every_ns = ms,
							.drain_timeout_ns = forever_ns,
						});
	int64_t before_ns = clock_now_ns();
	loadgen_go(session.generator);
	assert_true(receive(&session, &intended_ns) == LOADGEN_END);
	assert_true(intended_ns >= before_ns + 50 * ms);
	assert_int_equal(session.result->sent, 0);
	finish(&session);
}

/* Some runtimes have only the wall clock. */
static void test_another_clock(void **unused)
{
	(void)unused;
	struct timespec now;
	int64_t intended_ns;
	struct session session =
		start(transport_default(false), &(struct loadgen_job){
							.kind = IO_OPEN_LOOP,
							.clock = CLOCK_REALTIME,
							.every_ns = ms,
							.count = 1,
							.drain_timeout_ns = forever_ns,
						});
	clock_gettime(CLOCK_REALTIME, &now);
	loadgen_go(session.generator);
	assert_int_equal(receive(&session, &intended_ns), 0);
	assert_true(intended_ns > now.tv_sec * INT64_C(1000000000));
	finish(&session);
}

/* Messages that find no room are sent late, and none is left out. */
static void test_a_full_pipe_makes_messages_late(void **unused)
{
	(void)unused;
	enum { COUNT = 1000 };
	struct session session =
		start_open_loop(transport_default(false), COUNT, ms / 100, forever_ns);
	size_t room = (size_t)fcntl(session.transport.worker, F_SETPIPE_SZ, 4096) /
		      sizeof(struct transport_message);
	int64_t intended_ns;
	loadgen_go(session.generator);
	struct pollfd message = { .fd = session.transport.worker, .events = POLLIN };
	assert_int_equal(poll(&message, 1, -1), 1);
	usleep(50000);
	int64_t read_from_ns = clock_now_ns();
	for (uint64_t i = 0; i < COUNT; i++) {
		assert_int_equal(receive(&session, &intended_ns), i);
	}
	assert_true(receive(&session, &intended_ns) == LOADGEN_END);
	assert_int_equal(session.result->sent, COUNT);
	for (size_t i = room; i < COUNT; i++) {
		int64_t sent_ns =
			loadgen_intended_ns(session.generator, i) + session.result->late_ns[i];
		assert_true(sent_ns >= read_from_ns);
	}
	finish(&session);
}

static void check_taken_back(const struct transport_type *type)
{
	enum { COUNT = 20, READ = 3 };
	struct session session = start_open_loop(type, COUNT, ms, 0);
	int64_t intended_ns;
	loadgen_go(session.generator);
	for (uint64_t i = 0; i < READ; i++) {
		assert_int_equal(receive(&session, &intended_ns), i);
	}
	while (!__atomic_load_n(&session.result->unread[COUNT - 1], __ATOMIC_SEQ_CST)) {
		usleep(1000);
	}
	assert_true(receive(&session, &intended_ns) == LOADGEN_END);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(session.result->unread[i], i >= READ);
	}
	assert_true(session.result->end_ns >= loadgen_intended_ns(session.generator, COUNT - 1));
	finish(&session);
}

static void test_unread_messages_are_taken_back(void **unused)
{
	(void)unused;
	for_each_transport(check_taken_back);
}

/* The end marker may be lost. */
static void check_end(const struct transport_type *type)
{
	struct session session = start_open_loop(type, 1, ms, forever_ns);
	int64_t intended_ns;
	loadgen_go(session.generator);
	assert_int_equal(receive(&session, &intended_ns), 0);
	for (int i = 0; i < (type->lossy ? 3 : 1); i++) {
		assert_true(receive(&session, &intended_ns) == LOADGEN_END);
	}
	finish(&session);
}

static void test_the_end_is_repeated_if_it_may_be_lost(void **unused)
{
	(void)unused;
	for_each_transport(check_end);
}

/* --- the closed loop ------------------------------------------------------------------------- */

static void test_answers_are_counted(void **unused)
{
	(void)unused;
	struct session session = start_closed_loop(50 * ms, forever_ns);
	int64_t intended_ns;
	uint64_t sequence;
	uint64_t count = 0;
	loadgen_go(session.generator);
	while ((sequence = receive(&session, &intended_ns)) != LOADGEN_END) {
		assert_int_equal(sequence, count++);
		answer(&session, sequence);
	}
	assert_true(count > 0);
	assert_int_equal(session.result->sent, count);
	assert_int_equal(session.result->answered, count);
	assert_int_equal(session.result->lost, 0);
	assert_int_equal(session.result->duplicated, 0);
	assert_true(session.result->last_ns - session.result->start_ns >= 50 * ms);
	finish(&session);
}

/* Message 1 is answered twice, message 2 never; its loss takes longer than the whole loop. */
static void test_lost_and_repeated_answers(void **unused)
{
	(void)unused;
	struct session session = start_closed_loop(900 * ms, 1000 * ms);
	int64_t intended_ns;
	loadgen_go(session.generator);
	assert_int_equal(receive(&session, &intended_ns), 0);
	answer(&session, 0);
	assert_int_equal(receive(&session, &intended_ns), 1);
	answer(&session, 1);
	answer(&session, 1);
	assert_int_equal(receive(&session, &intended_ns), 2);
	assert_true(receive(&session, &intended_ns) == LOADGEN_END);
	assert_int_equal(session.result->sent, 3);
	assert_int_equal(session.result->answered, 2);
	assert_int_equal(session.result->lost, 1);
	assert_int_equal(session.result->duplicated, 1);
	finish(&session);
}

/* --- the end of the process ------------------------------------------------------------------ */

static void test_stopped_before_the_start(void **unused)
{
	(void)unused;
	struct session session = start_open_loop(transport_default(false), 1, ms, forever_ns);
	assert_false(loadgen_has_ended(session.generator));
	finish(&session);
}

static void test_stopped_between_messages(void **unused)
{
	(void)unused;
	enum { MANY = 1000000 }; /* far more than a pipe holds */
	struct session session = start_open_loop(transport_default(false), MANY, ms, forever_ns);
	int64_t intended_ns;
	loadgen_go(session.generator);
	assert_int_equal(receive(&session, &intended_ns), 0);
	assert_false(loadgen_has_ended(session.generator));
	assert_int_equal(stop(&session, &(struct error){ "" }), 0);
	assert_in_range(session.result->sent, 1, MANY - 1);
	loadgen_destroy(session.generator);
}

/* The watch tells, also over transports that do not. */
static void check_killed(const struct transport_type *type)
{
	struct error error = { "" };
	struct session session = start_open_loop(type, 2, forever_ns, forever_ns);
	struct pollfd watch = { .fd = loadgen_watch(session.generator), .events = POLLIN };
	assert_int_equal(poll(&watch, 1, 0), 0);
	kill(session.process, SIGKILL);
	assert_int_equal(poll(&watch, 1, -1), 1);
	assert_true(loadgen_has_ended(session.generator));
	assert_int_equal(stop(&session, &error), -ECHILD);
	assert_string_equal(error.text, "the load generator was killed by signal 9 (Killed)");
	loadgen_destroy(session.generator);
}

static void test_killed(void **unused)
{
	(void)unused;
	for_each_transport(check_killed);
}

/* Whatever its exit status is, that it ended is a failure. */
static void test_an_unexpected_end_is_explained(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct session session = start_open_loop(transport_default(false), 1, ms, forever_ns);
	assert_int_equal(loadgen_explain_end(session.generator, &error), -ECHILD);
	assert_string_equal(error.text, "the load generator ended before all messages were read");
	transport_close_worker(&session.transport);
	loadgen_destroy(session.generator);

	session = start_open_loop(transport_default(false), 1, ms, forever_ns);
	kill(session.process, SIGTERM);
	assert_int_equal(loadgen_explain_end(session.generator, &error), -ECHILD);
	assert_string_equal(error.text, "the load generator was killed by signal 15 (Terminated)");
	transport_close_worker(&session.transport);
	loadgen_destroy(session.generator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_message_comes_once),
		cmocka_unit_test(test_a_lead_and_no_messages),
		cmocka_unit_test(test_another_clock),
		cmocka_unit_test(test_a_full_pipe_makes_messages_late),
		cmocka_unit_test(test_unread_messages_are_taken_back),
		cmocka_unit_test(test_the_end_is_repeated_if_it_may_be_lost),
		cmocka_unit_test(test_answers_are_counted),
		cmocka_unit_test(test_lost_and_repeated_answers),
		cmocka_unit_test(test_stopped_before_the_start),
		cmocka_unit_test(test_stopped_between_messages),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_an_unexpected_end_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
