/*
 * Binding, and all that can go wrong in it, on the machine that the test runs on. What binds or
 * restricts a process is done in a forked child, which only records; the parent asserts.
 */
#include "affinity.h"
#include "machine_suite.h"
#include "placement.h"
#include "shared.h"
#include "test.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_MAX = 256 };

static const char *partial_cores_file;

static int forget_machine(void **unused)
{
	affinity_refuse(false);
	return suite_forget_machine(unused);
}

/* What a child records. In shared memory. */
struct record {
	int cores;
	int pus;
	int first;
	int second;
	int bound;    /* what binding returned */
	int verified; /* what verifying returned */
	int here;     /* the processor it ran on */
	struct error error;
};

static struct record run_in_child(void (*run)(struct record *record))
{
	struct error error = { "" };
	struct record *shared = shared_create(sizeof(*shared), &error);
	assert_non_null(shared);
	int status;
	pid_t child = fork();
	if (child == 0) {
		run(shared);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	struct record record = *shared;
	shared_destroy(shared, sizeof(*shared));
	return record;
}

static int only_cpu;

static void record_places(struct record *record)
{
	affinity_restrict_to(only_cpu);
	struct placement *placement = placement_create(PLACEMENT_PU, &record->error);
	record->cores = placement_cores(placement);
	record->pus = placement_pus(placement);
	record->first = placement_pu(placement, 0);
	record->second = placement_pu(placement, 1);
	record->bound = placement_bind(placement, 1, &record->error);
	record->verified = placement_verify(placement, 1, "start", &record->error);
}

static void check_only_one(const char *synthetic)
{
	if (synthetic) {
		suite_use_synthetic(synthetic);
		setenv("HWLOC_THISSYSTEM", "1", 1);
	}
	only_cpu = affinity_some_cpu();
	struct record record = run_in_child(record_places);
	assert_string_equal(record.error.text, "");
	assert_int_equal(record.cores, 1);
	assert_int_equal(record.pus, 1);
	assert_int_equal(record.first, only_cpu);
	assert_int_equal(record.second, only_cpu);
	assert_int_equal(record.bound, 0);
	assert_int_equal(record.verified, 0);
}

/*
 * As under taskset. A topology with more processors that claims to be this machine's adds none.
 */
static void test_stays_within_the_affinity(void **unused)
{
	(void)unused;
	check_only_one(NULL);
	check_only_one("package:2 core:256 pu:2");
	check_only_one("pu:1024");
}

/* `same` has a place where the only allowed PU belongs to no core, as `core` has. */
static void record_same(struct record *record)
{
	affinity_restrict_to(only_cpu);
	struct placement *placement = placement_create(PLACEMENT_SAME, &record->error);
	record->cores = placement ? placement_cores(placement) : 0;
	record->first = placement ? placement_pu(placement, 0) : -1;
	record->second = placement ? placement_pu(placement, 1) : -1;
}

static void test_pu_without_a_core(void **unused)
{
	(void)unused;
	only_cpu = affinity_some_cpu();
	if (only_cpu != 1) {
		print_message("  needs PUs 0 and 1\n");
		skip();
	}
	suite_use_file(partial_cores_file);
	setenv("HWLOC_THISSYSTEM", "1", 1);
	struct record record = run_in_child(record_same);
	assert_string_equal(record.error.text, "");
	assert_int_equal(record.cores, 1);
	assert_int_equal(record.first, 1);
	assert_int_equal(record.second, 1);
	record = run_in_child(record_places);
	assert_int_equal(record.first, 1);
	assert_int_equal(record.verified, 0);
}

static void test_no_processor_is_allowed(void **unused)
{
	(void)unused;
	struct error error = { "" };
	char synthetic[64];
	snprintf(synthetic, sizeof(synthetic), "core:1 pu:1(indexes=%d)", CPU_SETSIZE - 1);
	suite_use_synthetic(synthetic);
	setenv("HWLOC_THISSYSTEM", "1", 1);
	assert_null(placement_create(PLACEMENT_CORE, &error));
	assert_string_equal(
		error.text, "hwloc finds no processor that this process is allowed to use");
}

static void record_binding(struct record *record)
{
	struct placement *placement = placement_create(PLACEMENT_PU, &record->error);
	record->first = placement_pu(placement, 0);
	record->second = placement_pu(placement, 1);
	record->bound = placement_bind(placement, 1, &record->error);
	record->here = sched_getcpu();
	record->verified = placement_verify(placement, 1, "end", &record->error);
}

static void test_binds(void **unused)
{
	(void)unused;
	struct record record = run_in_child(record_binding);
	assert_string_equal(record.error.text, "");
	assert_int_equal(record.bound, 0);
	assert_int_equal(record.here, record.second);
	assert_int_equal(record.verified, 0);
}

static void record_leaving(struct record *record)
{
	struct placement *placement = placement_create(PLACEMENT_PU, &record->error);
	record->pus = placement_pus(placement);
	record->first = placement_pu(placement, 0);
	record->second = placement_pu(placement, 1);
	record->bound = placement_bind(placement, 0, &record->error);
	affinity_restrict_to(record->second);
	record->verified = placement_verify(placement, 0, "end", &record->error);
}

static void check_elsewhere(const struct record *record, const char *when)
{
	char text[TEXT_MAX];
	snprintf(text, sizeof(text),
		"worker 0 was bound to PU %d but ran on PU %d at the %s (has PU %d been removed "
		"from the allowed set?)",
		record->first, record->second, when, record->first);
	assert_int_equal(record->bound, 0);
	assert_int_equal(record->verified, -EXDEV);
	assert_string_equal(record->error.text, text);
}

static void test_verifying_finds_it_elsewhere(void **unused)
{
	(void)unused;
	struct record record = run_in_child(record_leaving);
	if (record.pus < 2) {
		print_message("  needs two processors\n");
		skip();
	}
	check_elsewhere(&record, "end");
}

/* On another machine's topology, binding succeeds without effect. */
static void record_pretending(struct record *record)
{
	affinity_restrict_to(only_cpu);
	struct placement *placement = placement_create_foreign(PLACEMENT_CORE, &record->error);
	record->first = placement_pu(placement, 0);
	record->second = only_cpu;
	record->bound = placement_bind(placement, 0, &record->error);
	record->verified = placement_verify(placement, 0, "start", &record->error);
}

static void test_verifying_does_not_trust_the_binding(void **unused)
{
	(void)unused;
	char synthetic[64];
	only_cpu = affinity_some_cpu();
	snprintf(synthetic, sizeof(synthetic), "core:1 pu:1(indexes=%d)", only_cpu + 1);
	suite_use_synthetic(synthetic);
	struct record record = run_in_child(record_pretending);
	assert_int_equal(record.first, only_cpu + 1);
	check_elsewhere(&record, "start");
}

static void record_refusal(struct record *record)
{
	struct placement *placement = placement_create(PLACEMENT_PU, &record->error);
	record->second = placement_pu(placement, 1);
	record->bound = placement_bind(placement, 1, &record->error);
}

static void test_binding_is_refused(void **unused)
{
	(void)unused;
	char text[TEXT_MAX];
	affinity_refuse(true);
	struct record record = run_in_child(record_refusal);
	snprintf(text, sizeof(text),
		"worker 1 could not be bound to PU %d (has it been removed from the allowed set?): "
		"Invalid argument",
		record.second);
	assert_int_equal(record.bound, -EINVAL);
	assert_string_equal(record.error.text, text);
}

static void record_roaming(struct record *record)
{
	struct placement *placement = placement_create(PLACEMENT_NONE, &record->error);
	record->bound = placement_bind(placement, 0, &record->error);
	record->verified = placement_verify(placement, 0, "start", &record->error);
}

static void test_unbound_is_never_bound(void **unused)
{
	(void)unused;
	affinity_refuse(true);
	struct record record = run_in_child(record_roaming);
	assert_int_equal(record.bound, 0);
	assert_int_equal(record.verified, 0);
	assert_string_equal(record.error.text, "");
}

/* --- threads of other processes -------------------------------------------------------------- */

/* A process that does nothing, bound to `cpu` unless that is negative. */
static pid_t start_idler(int cpu)
{
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		if (cpu >= 0) {
			affinity_restrict_to(cpu);
		}
		/* pause() returns only after a signal with a handler, of which there are none. */
		_exit(write(ready[1], "", 1) == 1 && pause());
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void end_idler(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void check_bound_to(pid_t task, int cpu)
{
	cpu_set_t set;
	assert_int_equal(sched_getaffinity(task, sizeof(set), &set), 0);
	assert_int_equal(CPU_COUNT(&set), 1);
	assert_true(CPU_ISSET((size_t)cpu, &set));
}

static struct placement *make_placement(enum placement_policy policy)
{
	struct error error = { "" };
	struct placement *placement = placement_create(policy, &error);
	assert_non_null(placement);
	return placement;
}

static void test_binds_another_process(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct placement *placement = make_placement(PLACEMENT_PU);
	pid_t child = start_idler(-1);
	/* A thread that is bound already can be bound again to the same PU. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(placement_bind_task(placement, child, 1, &error), 0);
		check_bound_to(child, placement_pu(placement, 1));
	}
	assert_string_equal(error.text, "");
	end_idler(child);
	placement_destroy(placement);
}

static void test_leaves_another_binding(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct placement *placement = make_placement(PLACEMENT_PU);
	int worker = placement_pu(placement, 0) == affinity_some_cpu() ? 1 : 0;
	if (placement_pus(placement) < 2) {
		placement_destroy(placement);
		print_message("  needs two processors\n");
		skip();
	}
	pid_t child = start_idler(affinity_some_cpu());
	assert_int_equal(placement_bind_task(placement, child, worker, &error), -EPERM);
	check_bound_to(child, affinity_some_cpu());
	end_idler(child);
	placement_destroy(placement);
}

static void test_binding_another_is_refused(void **unused)
{
	(void)unused;
	char text[TEXT_MAX];
	struct error error = { "" };
	struct placement *placement = make_placement(PLACEMENT_PU);
	pid_t child = start_idler(-1);
	affinity_refuse(true);
	assert_int_equal(placement_bind_task(placement, child, 0, &error), -EINVAL);
	snprintf(text, sizeof(text), "worker 0 could not be bound to PU %d",
		placement_pu(placement, 0));
	assert_non_null(strstr(error.text, text));
	end_idler(child);
	placement_destroy(placement);
}

static void test_unbound_leaves_others_alone(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct placement *placement = make_placement(PLACEMENT_NONE);
	affinity_refuse(true);
	/* Not even the task is looked up. */
	assert_int_equal(placement_bind_task(placement, -1, 0, &error), 0);
	placement_destroy(placement);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, forget_machine, forget_machine)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_stays_within_the_affinity),
		TEST(test_pu_without_a_core),
		TEST(test_no_processor_is_allowed),
		TEST(test_binds),
		TEST(test_verifying_finds_it_elsewhere),
		TEST(test_verifying_does_not_trust_the_binding),
		TEST(test_binding_is_refused),
		TEST(test_unbound_is_never_bound),
		TEST(test_binds_another_process),
		TEST(test_leaves_another_binding),
		TEST(test_binding_another_is_refused),
		TEST(test_unbound_leaves_others_alone),
	};
	if (argc != 2) {
		fprintf(stderr, "usage: test-binding FILE (partial-cores.xml)\n");
		return 1;
	}
	partial_cores_file = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
