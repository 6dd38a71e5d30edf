/* See run_child.h. */
#include "run_child.h"

#include "record.h"
#include "run_order.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The connection to the parent. */
struct connection {
	struct record_buffer buffer;
	int fd;     /* what was standard output */
	int result; /* of the first write that failed; 0 so far */
	struct plan *plan;
	int number; /* of the run */
};

static void send_record(struct connection *connection)
{
	int result = record_send(&connection->buffer, connection->fd);
	connection->result = connection->result ? connection->result : result;
}

static void send_error(struct connection *connection, const struct error *error)
{
	record_begin(&connection->buffer, RECORD_ERROR);
	record_put(&connection->buffer, error, sizeof(*error));
	send_record(connection);
}

static void send_plan(struct connection *connection)
{
	struct run_plan described;
	run_plan_describe(connection->plan, 1, &described);
	record_begin(&connection->buffer, RECORD_PLAN);
	record_put(&connection->buffer, &described, sizeof(described));
	send_record(connection);
}

static void send_works(struct connection *connection)
{
	for (size_t i = 0; i < connection->plan->work_count; i++) {
		const struct work *work = connection->plan->works[i];
		const struct run_work found = {
			.index = i,
			.known = work->ready || work->error.text[0],
			.units = work->load.units,
			.checksum = work->load.checksum,
			.turn_s = work->load.turn_s,
			.error = work->error,
		};
		record_begin(&connection->buffer, RECORD_WORK);
		record_put(&connection->buffer, &found, sizeof(found));
		send_record(connection);
	}
}

/* A schedule's taken(). */
static void send_sample(void *context, const struct row *row, size_t number)
{
	struct connection *connection = context;
	const struct sample *sample = &row->samples[number];
	struct run_sample sent = {
		.row = (size_t)(row - connection->plan->rows),
		.number = number,
		.timed_out = row->timed_out,
		.counters = sample->counters.count,
		.latencies = sample->latencies.count,
		.sample = *sample,
	};
	sent.sample.run = connection->number;
	for (size_t i = 0; i < SAMPLE_MARKS_MAX && sample->marks[i]; i++) {
		snprintf(sent.marks[i], sizeof(sent.marks[i]), "%s", sample->marks[i]);
	}
	record_begin(&connection->buffer, RECORD_SAMPLE);
	record_put(&connection->buffer, &sent, sizeof(sent));
	for (size_t i = 0; i < sent.counters; i++) {
		struct run_counter counter = { .value = sample->counters.list[i].value };
		snprintf(counter.name, sizeof(counter.name), "%s", sample->counters.list[i].name);
		record_put(&connection->buffer, &counter, sizeof(counter));
	}
	record_put(&connection->buffer, sample->latencies.ns,
		sent.latencies * sizeof(*sample->latencies.ns));
	send_record(connection);
}

/* --- the order ------------------------------------------------------------------------------- */

static bool follow_order(struct record *record, struct plan *plan, struct run_order *order)
{
	if (record->kind != RECORD_ORDER || !record_get(record, order, sizeof(*order)) ||
		order->rows != plan->count || order->works != plan->work_count) {
		return false;
	}
	for (size_t i = 0; i < order->rows; i++) {
		if (!record_get(record, &plan->rows[i].timed_out, sizeof(bool))) {
			return false;
		}
	}
	for (size_t i = 0; i < order->works; i++) {
		struct run_work found;
		if (!record_get(record, &found, sizeof(found))) {
			return false;
		}
		const struct workload load = {
			.units = found.units, .checksum = found.checksum, .turn_s = found.turn_s
		};
		if (found.known) {
			work_adopt(plan->works[i], &load, &found.error);
		}
	}
	return true;
}

static int receive_order(struct plan *plan, struct run_order *order, struct error *error)
{
	struct record_buffer buffer = { 0 };
	struct record record;
	long got = 1;
	while (got > 0 && !record_take(&buffer, &record)) {
		got = record_receive(&buffer, STDIN_FILENO);
	}
	bool ok = got > 0 && follow_order(&record, plan, order);
	record_finish(&buffer);
	return ok ? 0
		  : error_set(error, -EPROTO,
			    "the order of the run does not fit its rows (is an interpreter missing "
			    "now, or was the program replaced?)");
}

/* --- all ------------------------------------------------------------------------------------- */

/* Nothing that is printed by mistake may come between the records. */
static int take_standard_output(struct error *error)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0) {
		return error_system(error, -errno, "could not redirect standard output");
	}
	close(nowhere);
	return fd;
}

static int measure(struct connection *connection, struct schedule *schedule, struct error *error)
{
	struct run_order order = { 0 };
	send_plan(connection);
	int result = receive_order(schedule->plan, &order, error);
	if (result) {
		return result;
	}
	connection->number = order.number;
	schedule->seed = order.seed;
	result = schedule_prepare(schedule, error);
	send_works(connection);
	result = result ? result : schedule_run(schedule, error);
	return result ? result : connection->result;
}

int run_child(const struct schedule *described, struct error *error)
{
	struct connection connection = { .plan = described->plan };
	struct schedule schedule = *described;
	schedule.taken = send_sample;
	schedule.context = &connection;
	connection.fd = take_standard_output(error);
	if (connection.fd < 0) {
		return connection.fd;
	}
	int result = measure(&connection, &schedule, error);
	if (result) {
		send_error(&connection, error);
	}
	record_finish(&connection.buffer);
	close(connection.fd);
	return result;
}
