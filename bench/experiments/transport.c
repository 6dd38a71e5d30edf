/*
 * transport: what it costs to hand a message to another worker, over the size of the message.
 *
 * A stream is sent without waiting for answers; a round trip is a message that is sent back. The
 * messages are raw bytes, or structured and encoded: `flat` as one string of bytes, `nested` as a list
 * of records. The mechanics are in channels/ and exchange/. A real interpreter does the same with what
 * it has for it (runtimes/programs/tasks/transport.py).
 */
#include "codec.h"
#include "context.h"
#include "exchange.h"
#include "registry.h"
#include "runtime_task.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE };

/* What a row sends, and over what. A name of NULL ends a list. */
struct way {
	const char *name;
	const char *mode;
	const char *data;
	const char *channel; /* NULL: one worker does it alone */
	bool round_trip;     /* has rows of these, too */
	bool copies;         /* EXCHANGE_COPY */
};

/* Structured messages have no round trips: these would take as long as two messages of a stream. */
static const struct way own_ways[] = {
	{ "memcpy", "sequential", "raw", NULL, false, false },
	{ "memcpy_remote", "processes", "raw", "ring", false, true },
	{ "queue", "threads", "raw", "queue", true, false },
	{ "ring", "processes", "raw", "ring", true, false },
	{ "pipe", "processes", "raw", "pipe", true, false },
	{ "socket", "processes", "raw", "socket", true, false },
	{ 0 },
};

/* With each codec in the place of `data`. */
static const struct way coded_ways[] = {
	{ "cbor", "sequential", "", NULL, false, false },
	{ "queue", "threads", "", "queue", false, false },
	{ "ring", "processes", "", "ring", false, false },
	{ "pipe", "processes", "", "pipe", false, false },
	{ "socket", "processes", "", "socket", false, false },
	{ 0 },
};

static const struct way real_ways[] = {
	{ "queue", "real", "raw", NULL, true, false },
	{ "pipe", "real-processes", "raw", NULL, true, false },
	{ "shared_memory", "real-processes", "raw", NULL, true, false },
	{ "pickle", "real", "flat", NULL, false, false },
	{ "pipe", "real-processes", "flat", NULL, false, false },
	{ "simple_queue", "real-processes", "flat", NULL, false, false },
	{ "mp_queue", "real-processes", "flat", NULL, false, false },
	{ "pickle", "real", "nested", NULL, false, false },
	{ "pipe", "real-processes", "nested", NULL, false, false },
	{ "simple_queue", "real-processes", "nested", NULL, false, false },
	{ "mp_queue", "real-processes", "nested", NULL, false, false },
	{ 0 },
};

/* What a row keeps. */
struct own {
	struct exchange_job job;
	/* For a real interpreter, as runtime_task_run() takes them. */
	const struct interpreter *interpreter;
	const struct way *way;
	char size[24];
	char window[24];
};

/* --- samples ---------------------------------------------------------------------------------- */

static int fill(struct sample *sample, const struct exchange_result *result, double payload)
{
	struct counters *counters = &sample->counters;
	bool failed = counters_add(counters, "bytes_per_s", payload / result->message_s) ||
		      counters_add(counters, "messages", (double)result->messages) ||
		      counters_add(counters, "encoded_bytes", (double)result->bytes);
	sample->seconds = result->message_s;
	return failed ? error_set(&sample->error, -ENOMEM, "out of memory for a counter") : 0;
}

static struct limits limits_of(const struct own *own, const struct work_target *target)
{
	int64_t deadline_ns = 20 * INT64_C(1000000000) + 100 * own->job.window_ns;
	return (struct limits){ deadline_ns, target->signals };
}

/* A round trip takes the payload both ways. */
static double payload(const struct own *own)
{
	return (double)own->job.size * (own->job.op == EXCHANGE_ROUND_TRIP ? 2 : 1);
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	const struct limits limits = limits_of(own, target);
	struct exchange_job job = own->job;
	struct exchange_result result = { 0 };
	job.placement = row->placement;
	int failed = exchange_run(&job, &limits, &result, &sample->error);
	if (failed) {
		return failed;
	}
	sample->region = (struct region_result){
		.cpu_ns = result.cpu_ns,
		.switches_voluntary = result.switches_voluntary,
		.switches_involuntary = result.switches_involuntary,
		.migrations = -1,
		.runqueue_ns = -1,
	};
	return fill(sample, &result, payload(own));
}

static int read_values(const struct runtime_values *values, const struct runtime_task *task,
	struct exchange_result *result, struct error *error)
{
	int64_t messages;
	int64_t elapsed_ns;
	int64_t bytes;
	int failed = runtime_values_get(values, task, "messages", &messages, error);
	failed = failed ? failed
			: runtime_values_get(values, task, "elapsed_ns", &elapsed_ns, error);
	failed = failed ? failed : runtime_values_get(values, task, "encoded_bytes", &bytes, error);
	if (failed) {
		return failed;
	}
	if (messages <= 0 || elapsed_ns <= 0) {
		return error_set(error, -EBADMSG,
			"interpreter '%.200s': it reported %" PRId64 " messages in %" PRId64 " ns",
			interpreter_command(task->interpreter), messages, elapsed_ns);
	}
	result->message_s = (double)elapsed_ns / 1e9 / (double)messages;
	result->messages = (uint64_t)messages;
	result->bytes = (uint64_t)bytes;
	return 0;
}

static const char *op_name(enum exchange_op op)
{
	return op == EXCHANGE_ROUND_TRIP ? "round_trip" : "stream";
}

static int take_real(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	const struct limits limits = limits_of(own, target);
	const char *const arguments[] = { experiment_transport.form.name, op_name(own->job.op),
		own->way->name, own->way->data, own->size, own->window, NULL };
	const struct runtime_task task = { own->interpreter, arguments, row->placement, 0 };
	struct runtime_values *values = NULL;
	struct exchange_result result = { 0 };
	int failed = runtime_task_run(&task, &limits, &sample->region, &values, &sample->error);
	failed = failed ? failed : read_values(values, &task, &result, &sample->error);
	free(values);
	return failed ? failed : fill(sample, &result, payload(own));
}

/* --- rows ------------------------------------------------------------------------------------- */

/* What rows are added to. */
struct transport {
	struct plan *plan;
	const struct request *request;
	int64_t window_ns;
	int64_t size; /* the only one asked for; 0: those by default */
	size_t added;
};

/* What a row is made of. */
struct point {
	const struct way *way;
	const struct codec *codec;
	const struct interpreter *interpreter;
	enum exchange_op op;
	int64_t size;
};

enum {
	WINDOW_MS = 20,
	QUICK_WINDOW_MS = 10,
	STRUCTURED_MAX = 64 << 10, /* of the sizes by default: larger ones take up to 1 s each */
};

static const struct mode *find_mode(const struct request *request, const char *name)
{
	for (size_t i = 0; mode_at(i); i++) {
		if (strcmp(mode_form(i)->name, name) == 0) {
			return request_wants_mode(request, i) ? mode_at(i) : NULL;
		}
	}
	return NULL;
}

static int add_own(struct row *row, const struct transport *transport, const struct point *point,
	struct error *error)
{
	const char *channel = point->way->channel;
	struct own *own = calloc(1, sizeof(*own));
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the row '%s'", row->name);
	}
	own->job = (struct exchange_job){
		.op = point->op,
		.type = channel ? channel_find(channel) : NULL,
		.codec = point->codec,
		.size = (size_t)point->size,
		.window_ns = transport->window_ns,
	};
	own->interpreter = point->interpreter;
	own->way = point->way;
	snprintf(own->size, sizeof(own->size), "%" PRId64, point->size);
	snprintf(own->window, sizeof(own->window), "%" PRId64, transport->window_ns);
	row->own = own;
	row->take = point->interpreter ? take_real : take;
	row->unit = GBENCH_MICROSECOND;
	row->locks = WORKER_BARE;
	row->workers = point->interpreter || channel ? 2 : 1;
	row->expected_ns = transport->window_ns;
	return 0;
}

static int add_row(struct transport *transport, const struct point *point, struct error *error)
{
	char size[24];
	const struct way *way = point->way;
	const struct mode *mode = find_mode(transport->request, way->mode);
	if (!mode) {
		return 0;
	}
	spec_print_value(size, sizeof(size), &experiment_transport.form.params[SIZE], point->size);
	const struct row_part parts[] = {
		{ "op", op_name(point->op) },
		{ "way", way->name },
		{ "data", point->codec ? point->codec->name : way->data },
		{ "size", size },
		{ 0 },
	};
	const struct row_spec spec = {
		.experiment = experiment_transport.form.name,
		.value = &experiment_transport.value,
		.mode = mode,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.parts = parts,
		.workers = point->interpreter ? 0
			   : way->channel     ? 2
					      : 1,
		/* One in each run, or those of all rows take more than a minute. */
		.samples = transport->request->samples_given ? transport->request->samples : 1,
	};
	struct row *row = plan_add(transport->plan, &spec, error);
	transport->added++;
	return row ? add_own(row, transport, point, error) : -ENOMEM;
}

static int add_ops(struct transport *transport, struct point *point, struct error *error)
{
	const struct way *way = point->way;
	point->op = way->copies ? EXCHANGE_COPY : EXCHANGE_STREAM;
	int result = add_row(transport, point, error);
	if (!result && way->round_trip) {
		point->op = EXCHANGE_ROUND_TRIP;
		result = add_row(transport, point, error);
	}
	return result;
}

static int add_sizes(struct transport *transport, struct point *point, struct error *error)
{
	static const int64_t sizes[] = { 64, 4 << 10, 64 << 10, 1 << 20, 16 << 20, 0 };
	static const int64_t quick_sizes[] = { 64, 64 << 10, 1 << 20, 0 };
	const int64_t only[] = { transport->size, 0 };
	const int64_t *list = transport->request->quick ? quick_sizes : sizes;
	bool structured = point->codec || strcmp(point->way->data, "raw") != 0;
	int result = 0;
	for (list = transport->size ? only : list; !result && *list; list++) {
		point->size = *list;
		if (transport->size || !structured || *list <= STRUCTURED_MAX) {
			result = add_ops(transport, point, error);
		}
	}
	return result;
}

static int add_ways(struct transport *transport, const struct way *ways, const struct codec *codec,
	const struct interpreter *interpreter, struct error *error)
{
	int result = 0;
	for (const struct way *way = ways; !result && way->name; way++) {
		struct point point = { .way = way, .codec = codec, .interpreter = interpreter };
		result = add_sizes(transport, &point, error);
	}
	return result;
}

static int add_all(struct transport *transport, struct error *error)
{
	const struct request *request = transport->request;
	const char *name = experiment_transport.form.name;
	int result = add_ways(transport, own_ways, NULL, NULL, error);
	for (size_t i = 0; !result && codec_at(i); i++) {
		result = add_ways(transport, coded_ways, codec_at(i), NULL, error);
	}
	for (size_t i = 0; !result && i < request->interpreter_count; i++) {
		if (interpreter_supports(request->interpreters[i], name)) {
			result = add_ways(
				transport, real_ways, NULL, request->interpreters[i], error);
		}
	}
	return result;
}

static int64_t window_ns(const struct request *request)
{
	if (request->time_given) {
		return (int64_t)(request->time_s * 1e9);
	}
	return (request->quick ? QUICK_WINDOW_MS : WINDOW_MS) * INT64_C(1000000);
}

static int plan_transport(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct transport transport = { plan, request, window_ns(request), self->values[SIZE], 0 };
	if (transport.size % (int64_t)sizeof(struct record) != 0) {
		return error_set(error, -EINVAL,
			"transport takes sizes that are multiples of %zu B, not %" PRId64 " B",
			sizeof(struct record), transport.size);
	}
	context_put("serialisation", codec_library() ? codec_library() : "none", error);
	int result = add_all(&transport, error);
	if (!result && transport.added == 0) {
		return error_set(error, -EINVAL,
			"transport has none of the modes asked for; it has: sequential, threads, "
			"processes, real, real-processes");
	}
	return result;
}

static const struct quantity counters[] = {
	{ "bytes_per_s", "B/s", QUANTITY_HIGHER },
	{ "messages", "1", QUANTITY_NEITHER },
	{ "encoded_bytes", "B", QUANTITY_NEITHER },
	{ 0 },
};

static const char *const own_axes[] = { "op", "way", "data", NULL };

const struct experiment experiment_transport = {
	.form = {
		.name = "transport",
		.summary = "time to hand a message to another thread or process",
		.params = {
			[SIZE] = {
				.name = "size",
				.summary = "of the messages, a multiple of 64B; default: 64B to 16MiB",
				.kind = SPEC_SIZE,
				.min = 64,
				.max = INT64_C(1) << 40,
			},
		},
	},
	.example = "gilbench transport",
	.example_shows = "messages over ring, pipe and socket",
	.value = { "message_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = { .axes = GRID_MODE | GRID_RUNTIME },
	.own_axes = own_axes,
	.plan = plan_transport,
};
