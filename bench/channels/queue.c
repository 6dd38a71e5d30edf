/*
 * queue: a bounded queue of pointers between two threads, guarded by a mutex and two condition
 * variables. Nothing is copied: the receiver gets the sender's buffer.
 */
#include "registry.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t filled;
	pthread_cond_t drained;
	size_t room;
	size_t sent;
	size_t received;
	const void *messages[];
};

static int open_queue(struct channel *channel, struct error *error)
{
	size_t room = channel_room(channel->size);
	struct queue *queue = calloc(1, sizeof(*queue) + room * sizeof(queue->messages[0]));
	if (!queue) {
		return error_set(error, -ENOMEM, "out of memory for a queue");
	}
	pthread_mutex_init(&queue->mutex, NULL);
	pthread_cond_init(&queue->filled, NULL);
	pthread_cond_init(&queue->drained, NULL);
	queue->room = room;
	channel->own = queue;
	return 0;
}

static void close_queue(struct channel *channel)
{
	struct queue *queue = channel->own;
	pthread_cond_destroy(&queue->drained);
	pthread_cond_destroy(&queue->filled);
	pthread_mutex_destroy(&queue->mutex);
	free(queue);
}

static int send_pointer(struct channel *channel, const void *message)
{
	struct queue *queue = channel->own;
	pthread_mutex_lock(&queue->mutex);
	while (queue->sent - queue->received == queue->room) {
		pthread_cond_wait(&queue->drained, &queue->mutex);
	}
	queue->messages[queue->sent++ % queue->room] = message;
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->mutex);
	return 0;
}

static int receive_pointer(struct channel *channel, const void **message)
{
	struct queue *queue = channel->own;
	pthread_mutex_lock(&queue->mutex);
	while (queue->sent == queue->received) {
		pthread_cond_wait(&queue->filled, &queue->mutex);
	}
	*message = queue->messages[queue->received++ % queue->room];
	pthread_cond_signal(&queue->drained);
	pthread_mutex_unlock(&queue->mutex);
	return 0;
}

const struct channel_type channel_queue = {
	.form = { .name = "queue", .summary = "pointers in a queue between threads" },
	.between_threads = true,
	.in_place = true,
	.passes_pointer = true,
	.open = open_queue,
	.send = send_pointer,
	.receive = receive_pointer,
	.close = close_queue,
};
