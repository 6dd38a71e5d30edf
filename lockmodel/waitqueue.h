/*
 * A queue of threads, first in, first out, from which any may also leave: for models whose waiters
 * each sleep on a condition of their own. A ring of nodes through its head; the model's mutex
 * guards it. A node stands first in the model's state of a thread, so that a pointer to either is
 * one to both.
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

/* The one that has been in it for longest, and for shortest; NULL if it is empty. */
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
