/*
 * A first-in, first-out queue of threads, from which any thread may also leave; for models in which
 * each waiter sleeps on a condition of its own.
 *
 * It is a doubly linked ring through `head`. The model's mutex guards it. The node is the first
 * member of the model's per-thread state, so a pointer to one can be converted to the other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct waitqueue_node {
	struct waitqueue_node *next;
	struct waitqueue_node *previous;
};

struct waitqueue {
	struct waitqueue_node head;
};

static inline void waitqueue_init(struct waitqueue *queue)
{
	queue->head.next = &queue->head;
	queue->head.previous = &queue->head;
}

static inline bool waitqueue_empty(const struct waitqueue *queue)
{
	return queue->head.next == &queue->head;
}

/* The longest-waiting and the latest thread; NULL if the queue is empty. */
static inline void *waitqueue_first(const struct waitqueue *queue)
{
	return waitqueue_empty(queue) ? NULL : queue->head.next;
}

static inline void *waitqueue_last(const struct waitqueue *queue)
{
	return waitqueue_empty(queue) ? NULL : queue->head.previous;
}

static inline void waitqueue_append(struct waitqueue *queue, struct waitqueue_node *node)
{
	node->next = &queue->head;
	node->previous = queue->head.previous;
	node->previous->next = node;
	queue->head.previous = node;
}

static inline void waitqueue_remove(struct waitqueue_node *node)
{
	node->previous->next = node->next;
	node->next->previous = node->previous;
}
