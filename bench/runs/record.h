/*
 * Records: what the process of a run and the program that started it tell each other, over pipes.
 * Both are the same executable, so structs go as they are in memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_kind {
	RECORD_ORDER = 1, /* to the run: struct run_order, rows, works */
	RECORD_PLAN,      /* from the run, first: struct run_plan */
	RECORD_WORK,      /* its work is ready, or could not be made so: struct run_work */
	RECORD_SAMPLE,    /* struct run_sample, counters, latencies */
	RECORD_ERROR,     /* the run as a whole ended early: struct error */
};

/* A growing list of bytes. All zero is an empty one. */
struct record_buffer {
	char *bytes;
	size_t count;
	size_t room;
	size_t taken;   /* of `count`, by record_take() */
	bool no_memory; /* an append has failed */
};

void record_finish(struct record_buffer *buffer);

/* Empties the buffer and begins a record in it; record_put() appends to that. */
void record_begin(struct record_buffer *buffer, enum record_kind kind);
void record_put(struct record_buffer *buffer, const void *bytes, size_t count);

/*
 * Writes the record to a file descriptor. Returns 0, -ENOMEM if an earlier call ran out of memory, or
 * the negative errno value of write().
 */
int record_send(struct record_buffer *buffer, int fd);

/*
 * Appends what can be read from a file descriptor, without more waiting than for the first byte.
 * Returns the number of bytes, 0 at the end of the file, or a negative errno value.
 */
long record_receive(struct record_buffer *buffer, int fd);

/* A record in a buffer, read from its start to its end. */
struct record {
	enum record_kind kind;
	const char *bytes;
	size_t left;
};

/* Takes the next whole record; false if there is none yet. It is valid until the next receive. */
bool record_take(struct record_buffer *buffer, struct record *record);

/* Copies the next `count` bytes of the record; false if it has fewer. */
bool record_get(struct record *record, void *bytes, size_t count);
