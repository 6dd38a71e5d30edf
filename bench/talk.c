/* See talk.h. */
#include "talk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARGUMENTS = 4, NUMBER_MAX = 24 };

static int run_words(const struct talk *talk, char **words, int64_t deadline_ns,
	const struct signals *signals, struct error *error)
{
	struct dialogue *dialogue = talk->dialogue;
	dialogue->workers = talk->workers;
	dialogue->answers = talk->answers;
	struct exchange exchange = {
		.words = words,
		.input = talk->input,
		.line = dialogue_take_line,
		.end = dialogue_end,
		.context = dialogue,
	};
	return exchange_run(&exchange, deadline_ns, signals, &dialogue->outcome, error);
}

/* EXPERIMENT WAY WORKERS UNITS stand behind what starts the program. */
static int run_program(const struct talk *talk, int64_t deadline_ns, const struct signals *signals,
	struct error *error)
{
	char workers[NUMBER_MAX];
	char units[NUMBER_MAX];
	char **words = interpreter_words(talk->interpreter, ARGUMENTS);
	if (!words) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	snprintf(workers, sizeof(workers), "%d", talk->workers);
	snprintf(units, sizeof(units), "%" PRIu64, talk->units);
	char **end = words;
	while (*end) {
		end++;
	}
	/* execvp() changes none of them. */
	end[0] = (char *)talk->experiment;
	end[1] = (char *)talk->way;
	end[2] = workers;
	end[3] = units;
	int result = run_words(talk, words, deadline_ns, signals, error);
	free(words);
	return result;
}

int talk_run(const struct talk *talk, int64_t deadline_ns, const struct signals *signals,
	struct error *error)
{
	struct error why;
	int result = run_program(talk, deadline_ns, signals, &why);
	if (result == -EINTR) {
		*error = why;
	} else if (result) {
		error_set(error, result, "interpreter '%.200s': %s",
			interpreter_command(talk->interpreter), why.text);
	}
	return result;
}

static int64_t ns_of(struct timeval time)
{
	return time.tv_sec * INT64_C(1000000000) + time.tv_usec * INT64_C(1000);
}

/* What was used before may be missing in the sum: that of a process which nobody waited for. */
static int64_t since(int64_t before, int64_t all)
{
	return all > before ? all - before : 0;
}

void talk_sum_up(const struct talk *talk, struct region_result *result)
{
	const struct dialogue *dialogue = talk->dialogue;
	const struct rusage *usage = &dialogue->outcome.usage;
	const struct tasks_usage *before = &dialogue->before;
	*result = (struct region_result){
		.cpu_ns = since(before->cpu_ns, ns_of(usage->ru_utime) + ns_of(usage->ru_stime)),
		.switches_voluntary = since(before->switches_voluntary, usage->ru_nvcsw),
		.switches_involuntary = since(before->switches_involuntary, usage->ru_nivcsw),
		.migrations = -1,
		.bound_elsewhere = dialogue->unbound,
	};
}
