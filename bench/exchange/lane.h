/*
 * Lanes: a channel with what both ends need to send numbered messages over it and to check them: the
 * sender's buffers, and a codec if the messages are structured.
 */
#pragma once

#include "channel.h"
#include "codec.h"

struct lane {
	struct channel channel;
	const struct codec *codec; /* NULL: the records are sent as they are */
	size_t count;              /* of the records of a message */
	size_t bytes;              /* of a message in the channel */
	struct record *records;    /* encoded by the sender; NULL without a codec */
	struct record *decoded;    /* by the receiver; NULL without a codec */
	struct message_pattern pattern;
	unsigned char *buffers; /* the sender's */
	size_t buffer_count;
};

/* What a lane is made for. */
struct lane_plan {
	const struct channel_type *type;
	const struct codec *codec;
	size_t size; /* of the records, in bytes: a multiple of sizeof(struct record) */
	bool spins;
};

/* The bytes of memory that a lane takes, at least. */
size_t lane_memory(const struct lane_plan *plan);

/* Opens a lane, for lane_close(). Returns 0, or a negative errno value with `error`. */
int lane_open(struct lane *lane, const struct lane_plan *plan, struct error *error);
void lane_close(struct lane *lane);

/* Sends the message of that number. Returns 0, or a negative errno value with `error`. */
int lane_send(struct lane *lane, uint64_t sequence, bool flagged, struct error *error);

/*
 * Waits for the message of that number. Returns 0 with its records, which stay valid until
 * lane_release(), or a negative errno value with `error`.
 */
int lane_receive(
	struct lane *lane, uint64_t sequence, const struct record **records, struct error *error);
void lane_release(struct lane *lane);

/*
 * Checks that the received records are those of the message of that number (message_check()), and
 * stores whether it is flagged. Returns 0, or -EBADMSG with `error`.
 */
int lane_check(const struct lane *lane, const struct record *records, uint64_t sequence,
	bool *flagged, struct error *error);

/* Checks the whole content of the received records. Returns 0, or -EBADMSG with `error`. */
int lane_check_whole(const struct lane *lane, const struct record *records, uint64_t sequence,
	struct error *error);
