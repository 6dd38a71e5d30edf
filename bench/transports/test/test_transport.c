/*
 * Tests of transports: each type in the registry fulfils the contract of transport.h.
 */
#include "test.h"
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>

static const int64_t ms = 1000000;

static struct transport open_transport(const struct transport_type *type)
{
	struct transport transport;
	struct error error = { "" };
	print_message("  %s\n", type->form.name);
	if (transport_open(&transport, type, &error)) {
		fail_msg("%s", error.text);
	}
	assert_ptr_equal(transport.type, type);
	return transport;
}

static void close_transport(struct transport *transport)
{
	transport_close_generator(transport);
	transport_close_worker(transport);
	assert_int_equal(transport->generator, -1);
	assert_int_equal(transport->worker, -1);
}

static void for_each_type(void (*test)(struct transport *transport))
{
	for (size_t i = 0; transport_at(i); i++) {
		struct transport transport = open_transport(transport_at(i));
		test(&transport);
		close_transport(&transport);
	}
}

/* Returns what send() returns. */
static int send_number(const struct transport *transport, uint64_t sequence)
{
	struct transport_message message = { sequence, sequence + 1 };
	return transport->type->send(transport, &message);
}

static void expect_number(const struct transport *transport, uint64_t sequence)
{
	struct transport_message message;
	assert_int_equal(transport->type->receive(transport, &message), 0);
	assert_int_equal(message.sequence, sequence);
	assert_int_equal(message.intended_ns, sequence + 1);
}

/* --- the registry ---------------------------------------------------------------------------- */

static void test_registry(void **unused)
{
	(void)unused;
	for (size_t i = 0; transport_at(i); i++) {
		const struct transport_type *type = transport_at(i);
		assert_ptr_equal(transport_form(i), &type->form);
		assert_true(type->open && type->send && type->receive && type->drain);
		assert_true(!type->answer == !type->receive_answer);
	}
	assert_null(transport_form(1000));
	assert_ptr_equal(transport_default(false), transport_at(0));
	assert_true(transport_default(true)->answer);
}

/* --- messages -------------------------------------------------------------------------------- */

static void check_order(struct transport *transport)
{
	for (uint64_t i = 0; i < 100; i++) {
		assert_int_equal(send_number(transport, i), 0);
	}
	for (uint64_t i = 0; i < 100; i++) {
		expect_number(transport, i);
	}
}

static void test_messages_arrive_in_order(void **unused)
{
	(void)unused;
	for_each_type(check_order);
}

static void check_answers(struct transport *transport)
{
	const struct transport_type *type = transport->type;
	struct transport_message message = { 7, 8 };
	if (type->answer) {
		assert_int_equal(type->answer(transport, &message), 0);
		message.sequence = 0;
		assert_int_equal(type->receive_answer(transport, &message), 0);
		assert_int_equal(message.sequence, 7);
	}
}

static void test_answers_come_back(void **unused)
{
	(void)unused;
	for_each_type(check_answers);
}

/* A lossless transport that nobody reads is full at some time, until something has been read. */
static void check_full(struct transport *transport)
{
	uint64_t sent = 0;
	if (transport->type->lossy) {
		return;
	}
	while (send_number(transport, sent) == 0) {
		sent++;
	}
	assert_true(sent > 0);
	assert_int_equal(send_number(transport, sent), -EAGAIN);
	transport_wait_for_room(transport, 1);
	for (uint64_t i = 0; i < sent; i++) {
		expect_number(transport, i);
	}
	transport_wait_for_room(transport, -1);
	assert_int_equal(send_number(transport, sent), 0);
}

static void test_a_full_transport(void **unused)
{
	(void)unused;
	for_each_type(check_full);
}

struct drained {
	size_t count;
	uint64_t sequences[10];
};

static void take(void *context, const struct transport_message *message)
{
	struct drained *drained = context;
	assert_true(drained->count < 10);
	drained->sequences[drained->count++] = message->sequence;
}

static void check_drain(struct transport *transport)
{
	static const uint64_t left[] = { 2, 3, 4 };
	struct drained drained = { 0 };
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(send_number(transport, i), 0);
	}
	expect_number(transport, 0);
	expect_number(transport, 1);
	transport->type->drain(transport, take, &drained);
	assert_int_equal(drained.count, 3);
	assert_memory_equal(drained.sequences, left, sizeof(left));
	transport->type->drain(transport, take, &drained);
	assert_int_equal(drained.count, 3);
	/* The reader's end still waits. */
	assert_int_equal(fcntl(transport->worker, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(send_number(transport, 5), 0);
	expect_number(transport, 5);
}

static void test_unread_messages_are_drained(void **unused)
{
	(void)unused;
	for_each_type(check_drain);
}

/* --- the other end is closed ----------------------------------------------------------------- */

static void check_closed(struct transport *transport)
{
	const struct transport_type *type = transport->type;
	struct transport_message message;
	assert_int_equal(send_number(transport, 0), 0);
	transport_close_generator(transport);
	expect_number(transport, 0);
	if (type->set_timeout) {
		type->set_timeout(transport->worker, ms);
		assert_int_equal(type->receive(transport, &message), -EAGAIN);
	} else {
		assert_int_equal(type->receive(transport, &message), -EPIPE);
	}
	if (type->answer) {
		assert_int_equal(type->answer(transport, &message), 0);
		assert_int_equal(type->receive(transport, &message), -ECONNREFUSED);
	}
}

static void test_the_generator_has_gone(void **unused)
{
	(void)unused;
	for_each_type(check_closed);
}

/* --- failures -------------------------------------------------------------------------------- */

static void test_no_more_files(void **unused)
{
	(void)unused;
	struct rlimit before;
	getrlimit(RLIMIT_NOFILE, &before);
	for (size_t i = 0; transport_at(i); i++) {
		struct error error = { "" };
		struct transport transport;
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, before.rlim_max });
		int result = transport_open(&transport, transport_at(i), &error);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_int_equal(result, -EMFILE);
		assert_non_null(strstr(error.text, ": Too many open files"));
		assert_int_equal(transport.generator, -1);
		assert_int_equal(transport.worker, -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry),
		cmocka_unit_test(test_messages_arrive_in_order),
		cmocka_unit_test(test_answers_come_back),
		cmocka_unit_test(test_a_full_transport),
		cmocka_unit_test(test_unread_messages_are_drained),
		cmocka_unit_test(test_the_generator_has_gone),
		cmocka_unit_test(test_no_more_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
