/* See mark_check.h. The marks of each worker are compared by number. */
#include "mark_check.h"

#include <errno.h>

int mark_check(const struct mark_log *log, const size_t *appended, int workers, bool may_lose,
	struct mark_check *result, struct error *error)
{
	size_t kept[MARK_LOG_WORKERS_MAX];
	bool good = mark_log_count(log, workers, kept);
	*result = (struct mark_check){ 0 };
	for (int i = 0; good && i < workers; i++) {
		good = kept[i] <= appended[i];
		result->appended += appended[i];
		result->lost += appended[i] - kept[i];
	}
	if (!good) {
		return error_set(error, -EBADMSG, "the log has marks that nobody appended");
	}
	if (result->lost > 0 && !may_lose) {
		return error_set(error, -EBADMSG,
			"%zu of %zu marks are lost, although only one worker at a time can append",
			result->lost, result->appended);
	}
	return 0;
}
