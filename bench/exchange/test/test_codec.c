/* Tests of messages and codecs: what was sent comes back, and whatever else arrives is noticed. */
#include "codec.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT = 100, BYTES_MAX = 1 << 16 };

static struct record sent[COUNT];
static struct record received[COUNT];
static struct message_pattern pattern;
static unsigned char bytes[BYTES_MAX];

static int set_up(void **unused)
{
	(void)unused;
	memset(received, 0, sizeof(received));
	message_pattern_init(&pattern);
	message_fill(sent, COUNT, &pattern);
	message_number(sent, COUNT, 7, false);
	return 0;
}

static void test_messages_are_told_apart(void **unused)
{
	(void)unused;
	bool flagged = true;
	assert_true(message_check(sent, COUNT, 7, &flagged, &pattern));
	assert_false(flagged);
	assert_false(message_check(sent, COUNT, 6, &flagged, &pattern));
	assert_false(message_check(sent, COUNT, 8, &flagged, &pattern));
	message_number(sent, COUNT, 8, true);
	assert_true(message_check(sent, COUNT, 8, &flagged, &pattern));
	assert_true(flagged);
}

static void expect_noticed(void)
{
	bool flagged;
	bool noticed = false;
	assert_false(message_is_whole(sent, COUNT, &pattern));
	/* Two parts, each of which has its turn. */
	for (uint64_t sequence = 7; sequence < 9; sequence++) {
		message_number(sent, COUNT, sequence, false);
		noticed = !message_check(sent, COUNT, sequence, &flagged, &pattern) || noticed;
	}
	assert_true(noticed);
}

static void test_changes_are_noticed(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT; i++) {
		struct record before = sent[i];
		sent[i].name[10] ^= 1;
		expect_noticed();
		sent[i] = before;
		sent[i].values[2] += 1;
		expect_noticed();
		sent[i] = before;
	}
	message_number(sent, COUNT, 7, false);
	assert_true(message_is_whole(sent, COUNT, &pattern));
}

static void test_displaced_blocks_are_noticed(void **unused)
{
	(void)unused;
	enum { BLOCKS = 3 };
	static struct record large[BLOCKS * MESSAGE_BLOCK];
	const size_t count = BLOCKS * MESSAGE_BLOCK;
	bool flagged;
	message_fill(large, count, &pattern);
	message_number(large, count, 7, false);
	assert_true(message_check(large, count, 7, &flagged, &pattern));
	assert_true(message_is_whole(large, count, &pattern));
	struct record first = large[0];
	large[0] = large[MESSAGE_BLOCK];
	assert_false(message_check(large, count, 7, &flagged, &pattern));
	large[0] = first;
	large[2 * MESSAGE_BLOCK].id ^= 1;
	assert_false(message_check(large, count, 7, &flagged, &pattern));
}

static void test_codecs_give_back_what_they_got(void **unused)
{
	(void)unused;
	for (size_t i = 0; codec_at(i); i++) {
		const struct codec *codec = codec_at(i);
		print_message("  %s\n", codec->name);
		memset(received, 0, sizeof(received));
		assert_in_range(codec->bound(COUNT), sizeof(sent), BYTES_MAX);
		size_t length = codec->encode(sent, COUNT, bytes, BYTES_MAX);
		assert_in_range(length, 1, codec->bound(COUNT));
		assert_true(codec->decode(bytes, length, received, COUNT));
		assert_memory_equal(received, sent, sizeof(sent));
		/* The length does not depend on the numbers in it. */
		message_number(sent, COUNT, UINT32_C(0x7fffffff), true);
		assert_int_equal(codec->encode(sent, COUNT, bytes, BYTES_MAX), length);
		set_up(NULL);
	}
}

static void test_codecs_refuse_other_bytes(void **unused)
{
	(void)unused;
	for (size_t i = 0; codec_at(i); i++) {
		const struct codec *codec = codec_at(i);
		size_t length = codec->encode(sent, COUNT, bytes, BYTES_MAX);
		assert_int_equal(codec->encode(sent, COUNT, bytes, length - 1), 0);
		length = codec->encode(sent, COUNT, bytes, BYTES_MAX);
		assert_false(codec->decode(bytes, length - 1, received, COUNT));
		assert_false(codec->decode(bytes, length + 1, received, COUNT));
		assert_false(codec->decode(bytes, length, received, COUNT - 1));
		/* Whatever byte is changed, nothing is read that is not there. */
		for (size_t k = 0; k < length; k++) {
			bytes[k] ^= 0xff;
			codec->decode(bytes, length, received, COUNT);
			bytes[k] ^= 0xff;
		}
		for (size_t k = 0; codec_at(k); k++) {
			bool same = codec->decode(bytes, length, received, COUNT);
			bool other = codec_at(k)->decode(bytes, length, received, COUNT);
			assert_int_equal(other, same && k == i);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_messages_are_told_apart, set_up),
		cmocka_unit_test_setup(test_changes_are_noticed, set_up),
		cmocka_unit_test_setup(test_displaced_blocks_are_noticed, set_up),
		cmocka_unit_test_setup(test_codecs_give_back_what_they_got, set_up),
		cmocka_unit_test_setup(test_codecs_refuse_other_bytes, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
