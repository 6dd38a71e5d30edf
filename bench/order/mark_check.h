/* Checks of a log when its workers have ended: is every mark in it that was appended? */
#pragma once

#include "error.h"
#include "mark_log.h"

struct mark_check {
	size_t appended; /* by all workers */
	size_t lost;     /* of these */
};

/*
 * Compares the log with the number of marks that each of `workers` workers appended. Returns 0; or
 * -EBADMSG with `error` if the log has marks that nobody appended, or if marks are lost and `may_lose`
 * is false.
 */
int mark_check(const struct mark_log *log, const size_t *appended, int workers, bool may_lose,
	struct mark_check *result, struct error *error);
