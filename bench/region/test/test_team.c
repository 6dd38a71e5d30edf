/* Tests of teams in steps: the states of workers, requests to stop, and joining. */
#include "team.h"

#include "region_suite.h"
#include "shared.h"

/* Shared by the test and its workers. */
struct stage {
	struct team_gate gate;
	struct team_status status[2];
	int seen[4]; /* atomic: states that workers saw, in the order below */
};

enum { SEEN_CREATED, SEEN_WAITING, SEEN_RUNNING, SEEN_DONE };

static struct stage *stage;
static struct team team;

static int set_up(void **unused)
{
	struct error error;
	stage = shared_create(sizeof(*stage), &error);
	return !stage || suite_reset(unused);
}

static int tear_down(void **unused)
{
	(void)unused;
	shared_destroy(stage, sizeof(*stage));
	return 0;
}

/* A team that runs the function; started. */
static void start(enum team_kind kind, int size, bool (*work)(void *context, int worker))
{
	struct error error = { "" };
	team = (struct team){
		.kind = kind,
		.size = size,
		.gate = &stage->gate,
		.status = stage->status,
		.work = work,
	};
	int result = team_start(&team, &error);
	assert_string_equal(error.text, "");
	assert_int_equal(result, 0);
}

static void expect_join(int worker, int result, const char *text)
{
	struct error error = { "" };
	assert_int_equal(team_join(&team, worker, &error), result);
	assert_string_equal(error.text, text);
}

/* --- states ---------------------------------------------------------------------------------- */

static void wait_for_state(int worker, enum team_state state)
{
	while (team_state(&team, worker) != state) {
		usleep(1000);
	}
}

static void see(int what, enum team_state state)
{
	__atomic_store_n(&stage->seen[what], state == team_state(&team, 0), __ATOMIC_SEQ_CST);
}

/* Worker 0 ends by itself; worker 1 watches it, and ends when it is asked to. */
static bool watch(void *context, int worker)
{
	(void)context;
	if (worker == 0) {
		see(SEEN_CREATED, TEAM_CREATED);
		bool open = team_wait_at_gate(&team, worker);
		see(SEEN_RUNNING, TEAM_RUNNING);
		return open;
	}
	wait_for_state(0, TEAM_WAITING);
	see(SEEN_WAITING, TEAM_WAITING);
	bool open = team_wait_at_gate(&team, worker);
	wait_for_state(0, TEAM_DONE);
	see(SEEN_DONE, TEAM_DONE);
	while (!team_is_stopping(&team, worker)) {
		usleep(1000);
	}
	return open;
}

static void test_states(void **unused)
{
	(void)unused;
	static const enum team_kind kinds[] = { TEAM_THREADS, TEAM_PROCESSES };
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		memset(stage->seen, 0, sizeof(stage->seen));
		start(kinds[i], 2, watch);
		wait_for_state(0, TEAM_DONE);
		wait_for_state(1, TEAM_RUNNING);
		team_stop(&team, 1, 0);
		wait_for_state(1, TEAM_STOPPED);
		expect_join(1, 0, "");
		expect_join(0, 0, "");
		assert_int_equal(team_state(&team, 0), TEAM_DONE);
		assert_int_equal(team_state(&team, 1), TEAM_STOPPED);
		for (size_t seen = 0; seen < LENGTH(stage->seen); seen++) {
			assert_true(suite_load(&stage->seen[seen]));
		}
		team_finish(&team);
	}
}

static void test_names_of_states(void **unused)
{
	(void)unused;
	assert_string_equal(team_state_name(TEAM_CREATED), "created");
	assert_string_equal(team_state_name(TEAM_WAITING), "waiting");
	assert_string_equal(team_state_name(TEAM_RUNNING), "running");
	assert_string_equal(team_state_name(TEAM_DONE), "done");
	assert_string_equal(team_state_name(TEAM_STOPPED), "stopped");
}

/* --- joining --------------------------------------------------------------------------------- */

static bool run_until_asked(void *context, int worker)
{
	(void)context;
	bool open = team_wait_at_gate(&team, worker);
	while (!team_is_stopping(&team, worker)) {
		usleep(1000);
	}
	return open;
}

static bool fail_when_asked(void *context, int worker)
{
	run_until_asked(context, worker);
	return false;
}

static bool never_end(void *context, int worker)
{
	(void)context;
	team_wait_at_gate(&team, worker);
	for (;;) {
		pause();
	}
	return true;
}

static bool end_at_once(void *context, int worker)
{
	(void)context;
	return team_wait_at_gate(&team, worker);
}

static bool fail_at_once(void *context, int worker)
{
	end_at_once(context, worker);
	return false;
}

/* Stops and joins a worker, more than once. */
static void expect_stopped(enum team_kind kind, bool (*work)(void *context, int worker), int signal)
{
	start(kind, 1, work);
	team_stop(&team, 0, signal);
	expect_join(0, 0, "");
	assert_int_equal(team_state(&team, 0), TEAM_STOPPED);
	team_stop(&team, 0, signal);
	expect_join(0, 0, "");
	assert_int_equal(team_state(&team, 0), TEAM_STOPPED);
	team_finish(&team);
}

static void test_joining_a_stopped_worker_succeeds(void **unused)
{
	(void)unused;
	expect_stopped(TEAM_THREADS, run_until_asked, 0);
	expect_stopped(TEAM_THREADS, fail_when_asked, 0);
	expect_stopped(TEAM_PROCESSES, run_until_asked, 0);
	expect_stopped(TEAM_PROCESSES, fail_when_asked, 0);
	expect_stopped(TEAM_PROCESSES, run_until_asked, SIGTERM);
	expect_stopped(TEAM_PROCESSES, fail_when_asked, SIGTERM);
	expect_stopped(TEAM_PROCESSES, run_until_asked, SIGKILL);
	expect_stopped(TEAM_PROCESSES, never_end, SIGKILL);
}

/* A request that comes too late neither harms nor makes it a stopped one. */
static void test_stopping_a_worker_that_is_done(void **unused)
{
	(void)unused;
	start(TEAM_PROCESSES, 1, end_at_once);
	expect_join(0, 0, "");
	team_stop(&team, 0, SIGKILL);
	expect_join(0, 0, "");
	assert_int_equal(team_state(&team, 0), TEAM_DONE);
	team_finish(&team);
}

static void test_workers_that_end_otherwise(void **unused)
{
	(void)unused;
	static const enum team_kind kinds[] = { TEAM_THREADS, TEAM_PROCESSES };
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		start(kinds[i], 1, fail_at_once);
		expect_join(0, -ECANCELED, "");
		assert_int_equal(team_state(&team, 0), TEAM_DONE);
		team_finish(&team);
	}
}

/* --- signals from elsewhere ------------------------------------------------------------------ */

static bool tell_process(void *context, int worker)
{
	__atomic_store_n(&notes->group, getpid(), __ATOMIC_SEQ_CST);
	return never_end(context, worker);
}

/* Not a request of the team: the process ends as it would without a handler. */
static void test_a_signal_from_elsewhere(void **unused)
{
	(void)unused;
	static const struct {
		int number;
		const char *text;
	} signals[] = {
		{ SIGTERM, "worker 0 was killed by signal 15 (Terminated)" },
		{ SIGKILL, "worker 0 was killed by signal 9 (Killed)" },
	};
	for (size_t i = 0; i < LENGTH(signals); i++) {
		start(TEAM_PROCESSES, 1, tell_process);
		kill(notes->group, signals[i].number);
		expect_join(0, -ECHILD, signals[i].text);
		assert_int_equal(team_state(&team, 0), TEAM_DONE);
		team_finish(&team);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_states),
		TEST(test_names_of_states),
		TEST(test_joining_a_stopped_worker_succeeds),
		TEST(test_stopping_a_worker_that_is_done),
		TEST(test_workers_that_end_otherwise),
		TEST(test_a_signal_from_elsewhere),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
