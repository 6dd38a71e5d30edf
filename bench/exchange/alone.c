/* See workers.h: what one worker can do without handing anything over. */
#include "clock.h"
#include "workers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_ALIGNMENT = 4096 };

/* Three buffers of one worker. */
struct alone {
	const struct codec *codec; /* NULL: memcpy() */
	size_t size;
	size_t count;
	struct message_pattern pattern;
	struct record *records;
	struct record *received;
	unsigned char *encoded;
	size_t bound;
	size_t bytes;
	uint64_t sequence;
};

static void *allocate(size_t size)
{
	return aligned_alloc(BUFFER_ALIGNMENT,
		(size + BUFFER_ALIGNMENT - 1) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT);
}

static int init(struct alone *alone, const struct exchange_job *job, struct error *error)
{
	*alone = (struct alone){
		.codec = job->codec,
		.size = job->size,
		.count = job->size / sizeof(struct record),
		.bytes = job->size,
		.records = allocate(job->size),
		.received = allocate(job->size),
	};
	alone->bound = job->codec ? job->codec->bound(alone->count) : 1;
	alone->encoded = allocate(alone->bound);
	if (!alone->records || !alone->received || !alone->encoded) {
		return error_set(
			error, -ENOMEM, "out of memory for a message of %zu bytes", job->size);
	}
	message_pattern_init(&alone->pattern);
	message_fill(alone->records, alone->count, &alone->pattern);
	memset(alone->received, 0, job->size);
	return 0;
}

static void finish(struct alone *alone)
{
	free(alone->encoded);
	free(alone->received);
	free(alone->records);
}

static int check(const struct alone *alone, struct error *error)
{
	bool flagged;
	return message_check(
		       alone->received, alone->count, alone->sequence, &flagged, &alone->pattern)
		       ? 0
		       : error_set(error, -EBADMSG, "message %llu has changed",
				 (unsigned long long)alone->sequence);
}

/* Encodes, decodes and checks a message. */
static int code(struct alone *alone, struct error *error)
{
	message_number(alone->records, alone->count, ++alone->sequence, false);
	alone->bytes =
		alone->codec->encode(alone->records, alone->count, alone->encoded, alone->bound);
	bool right = alone->bytes && alone->codec->decode(alone->encoded, alone->bytes,
					     alone->received, alone->count);
	return right ? check(alone, error)
		     : error_set(error, -EBADMSG, "message %llu could not be coded",
			       (unsigned long long)alone->sequence);
}

/* Nothing but memcpy(), since this is what others are compared with. */
static int copy(struct alone *alone, struct error *error)
{
	(void)error;
	memcpy(alone->received, alone->records, alone->size);
	__asm__ volatile("" : : "r"(alone->received) : "memory");
	return 0;
}

static int run(struct alone *alone, const struct exchange_job *job, struct exchange_result *result,
	struct error *error)
{
	int (*one)(struct alone *, struct error *) = alone->codec ? code : copy;
	int failed = one(alone, error);
	size_t batch = workers_batch(job->size);
	int64_t start_ns = clock_now_ns();
	int64_t now_ns = start_ns;
	while (!failed && now_ns < start_ns + job->window_ns) {
		for (size_t i = 0; !failed && i < batch; i++) {
			failed = one(alone, error);
		}
		result->messages += batch;
		now_ns = clock_now_ns();
	}
	if (failed) {
		return failed;
	}
	result->message_s = (double)(now_ns - start_ns) / 1e9 / (double)result->messages;
	result->bytes = alone->bytes;
	return message_is_whole(alone->received, alone->count, &alone->pattern)
		       ? check(alone, error)
		       : error_set(error, -EBADMSG, "a message was copied with changed content");
}

int workers_run_alone(
	const struct exchange_job *job, struct exchange_result *result, struct error *error)
{
	struct alone alone;
	int failed = init(&alone, job, error);
	if (!failed) {
		message_number(alone.records, alone.count, alone.sequence, false);
		failed = run(&alone, job, result, error);
	}
	finish(&alone);
	return failed;
}
