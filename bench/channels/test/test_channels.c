/*
 * Tests of channels: each type in the registry fulfils the contract of channel.h. The second process
 * is forked for each test; it ends with exit status 0 if it found everything right.
 */
#include "channel.h"
#include "eventcount.h"
#include "shm.h"
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGES = 1000 };

/* Smaller than a pipe, and larger than all buffers of the system. */
static const size_t sizes[] = { 64, 4096, 300000 };

static struct error error;

static struct channel open_channel(const struct channel_type *type, size_t size)
{
	struct channel channel;
	print_message("  %s, %zu bytes\n", type->form.name, size);
	error.text[0] = '\0';
	if (channel_open(&channel, type, size, size == 64, &error)) {
		fail_msg("%s", error.text);
	}
	return channel;
}

/* --- workers --------------------------------------------------------------------------------- */

/* What was sent by its address last, which may be read until the receiver has ended. */
static void *sent;

/* 0, or a negative errno value. */
static int send_numbers(struct channel *channel, int count)
{
	int result = 0;
	size_t buffers = channel_buffers(channel->type, channel->size);
	unsigned char *memory = malloc(buffers * channel->size);
	for (int i = 0; !result && i < count; i++) {
		unsigned char *message = memory + (size_t)i % buffers * channel->size;
		memset(message, i % 251, channel->size);
		result = channel_send(channel, message);
	}
	free(channel->type->passes_pointer ? sent : memory);
	sent = channel->type->passes_pointer ? memory : sent;
	return result;
}

/* Whether the next messages are those. */
static bool receive_numbers(struct channel *channel, int count)
{
	bool right = true;
	for (int i = 0; right && i < count; i++) {
		const void *message;
		right = channel_receive(channel, &message) == 0;
		const unsigned char *bytes = message;
		for (size_t k = 0; right && k < channel->size; k++) {
			right = bytes[k] == i % 251;
		}
		if (right) {
			channel_release(channel);
		}
	}
	return right;
}

static int count_for(size_t size)
{
	return size > 100000 ? MESSAGES / 20 : MESSAGES;
}

static void *receiver_thread(void *context)
{
	struct channel *channel = context;
	return receive_numbers(channel, count_for(channel->size)) ? channel : NULL;
}

static void check_order_of_threads(struct channel *channel)
{
	pthread_t thread;
	void *right;
	assert_int_equal(pthread_create(&thread, NULL, receiver_thread, channel), 0);
	assert_int_equal(send_numbers(channel, count_for(channel->size)), 0);
	pthread_join(thread, &right);
	assert_non_null(right);
}

/* Forks a process that receives `count` messages and ends. */
static pid_t fork_receiver(struct channel *channel, int count)
{
	pid_t process = fork();
	if (process == 0) {
		channel_keep(channel, CHANNEL_RECEIVER, 0);
		_exit(receive_numbers(channel, count) ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	channel_keep(channel, CHANNEL_SENDER, process);
	return process;
}

static void expect_success(pid_t process)
{
	int status;
	assert_int_equal(waitpid(process, &status, 0), process);
	assert_int_equal(status, 0);
}

static void check_order_of_processes(struct channel *channel)
{
	pid_t process = fork_receiver(channel, count_for(channel->size));
	assert_int_equal(send_numbers(channel, count_for(channel->size)), 0);
	expect_success(process);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void test_messages_arrive_whole_and_in_order(void **unused)
{
	(void)unused;
	for (size_t i = 0; channel_at(i); i++) {
		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			struct channel channel = open_channel(channel_at(i), sizes[k]);
			if (channel.type->between_threads) {
				check_order_of_threads(&channel);
			} else {
				check_order_of_processes(&channel);
			}
			channel_close(&channel);
		}
	}
}

/* The sender finds out, although it would wait for room. */
static void test_the_receiver_has_gone(void **unused)
{
	(void)unused;
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; channel_at(i); i++) {
		if (channel_at(i)->between_threads) {
			continue;
		}
		struct channel channel = open_channel(channel_at(i), 4096);
		pid_t process = fork_receiver(&channel, 3);
		assert_int_equal(send_numbers(&channel, 10 * MESSAGES), -EPIPE);
		expect_success(process);
		channel_close(&channel);
	}
}

/* The receiver gets what has been sent, and then finds out. */
static void test_the_sender_has_gone(void **unused)
{
	(void)unused;
	for (size_t i = 0; channel_at(i); i++) {
		if (channel_at(i)->between_threads) {
			continue;
		}
		const void *message;
		struct channel channel = open_channel(channel_at(i), 4096);
		pid_t process = fork();
		if (process == 0) {
			channel_keep(&channel, CHANNEL_SENDER, 0);
			_exit(send_numbers(&channel, 3) ? EXIT_FAILURE : EXIT_SUCCESS);
		}
		channel_keep(&channel, CHANNEL_RECEIVER, process);
		assert_true(receive_numbers(&channel, 3));
		assert_int_equal(channel_receive(&channel, &message), -EPIPE);
		expect_success(process);
		channel_close(&channel);
	}
}

static void test_no_more_files(void **unused)
{
	(void)unused;
	struct rlimit before;
	getrlimit(RLIMIT_NOFILE, &before);
	for (size_t i = 0; channel_at(i); i++) {
		if (channel_at(i)->between_threads) {
			continue;
		}
		struct channel channel;
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, before.rlim_max });
		int result = channel_open(&channel, channel_at(i), 64, false, &error);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_true(result < 0);
		assert_non_null(strstr(error.text, ": Too many open files"));
		assert_int_equal(channel.files[0], -1);
		assert_int_equal(channel.files[1], -1);
		assert_null(channel.own);
		assert_null(channel.copy);
	}
}

enum { NOT_PERMITTED = 77 };

/* In a process of its own: gives it a /dev/shm of 64 KiB. */
static bool shrink_shared_memory(void)
{
	return !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=64k");
}

/* Whether a ring that does not fit is refused, and leaves the room to one that does. */
static bool is_refused_for_lack_of_room(void)
{
	struct channel channel;
	int result = channel_open(&channel, channel_find("ring"), 1 << 20, false, &error);
	return result < 0 && !channel.own && shm_map(60 << 10, &(struct error){ "" }) &&
	       strstr(error.text, "/dev/shm has no room for ") != NULL;
}

static void test_a_full_shared_memory_file_system(void **unused)
{
	(void)unused;
	int status;
	pid_t process = fork();
	if (process == 0) {
		if (!shrink_shared_memory()) {
			_exit(NOT_PERMITTED);
		}
		_exit(is_refused_for_lack_of_room() ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	assert_int_equal(waitpid(process, &status, 0), process);
	if (WEXITSTATUS(status) == NOT_PERMITTED) {
		skip();
	}
	assert_int_equal(status, 0);
}

static void test_rooms(void **unused)
{
	(void)unused;
	assert_int_equal(channel_room(64), 64);
	assert_int_equal(channel_room(64 << 10), 8);
	assert_int_equal(channel_room(16 << 20), 4);
	assert_int_equal(channel_buffers(channel_find("pipe"), 64), 1);
	assert_int_equal(channel_buffers(channel_find("queue"), 64), 66);
	assert_null(channel_find("telegraph"));
}

static void test_an_event_count(void **unused)
{
	(void)unused;
	struct eventcount event = { 0 };
	assert_int_equal(eventcount_wait(&event, 0, false), -ETIMEDOUT);
	eventcount_advance(&event);
	assert_int_equal(eventcount_read(&event), 1);
	assert_int_equal(eventcount_wait(&event, 0, false), 0);
	assert_int_equal(eventcount_wait(&event, 0, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_arrive_whole_and_in_order),
		cmocka_unit_test(test_the_receiver_has_gone),
		cmocka_unit_test(test_the_sender_has_gone),
		cmocka_unit_test(test_no_more_files),
		cmocka_unit_test(test_a_full_shared_memory_file_system),
		cmocka_unit_test(test_rooms),
		cmocka_unit_test(test_an_event_count),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(sent);
	return failed;
}
