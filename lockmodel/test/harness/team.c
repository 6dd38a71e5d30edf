/* See team.h. */
#include "team.h"

#include "os.h"
#include "test.h"

static struct spec parse(const char *spec_text)
{
	struct spec spec;
	struct error error;
	if (spec_parse(&spec, "lock model", lockmodel_form, spec_text, &error)) {
		fail_msg("%s", error.text);
	}
	return spec;
}

struct lockmodel_lock *team_lock(const char *spec_text)
{
	struct spec spec = parse(spec_text);
	struct lockmodel_lock *lock = lockmodel_create(&spec);
	assert_non_null(lock);
	return lock;
}

bool team_lock_excludes(const char *spec_text)
{
	struct spec spec = parse(spec_text);
	return lockmodel_excludes(&spec);
}

static void *member_main(void *argument)
{
	struct member *member = argument;
	int64_t start = os_now_ns();
	member->thread = lockmodel_attach(member->team->lock);
	if (!member->thread) {
		return member;
	}
	/* Start together, or threads with little to do would run one after the other. */
	while (!__atomic_load_n(&member->team->go, __ATOMIC_ACQUIRE)) {
		sched_yield();
	}
	member->team->run(member);
	lockmodel_read_stats(member->thread, &member->stats);
	member->attached_ns = os_now_ns() - start;
	lockmodel_detach(member->thread);
	return NULL;
}

bool team_run(struct team *team)
{
	pthread_t threads[TEAM_MAX];
	int started = 0;
	bool ok = true;
	team->go = 0;
	for (; started < team->size; started++) {
		struct member *member = &team->members[started];
		member->team = team;
		member->index = started;
		if (pthread_create(&threads[started], NULL, member_main, member)) {
			ok = false;
			break;
		}
	}
	__atomic_store_n(&team->go, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < started; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		ok = ok && !failed;
	}
	return ok;
}

void team_run_on(const char *spec_text, struct team *team)
{
	team->lock = team_lock(spec_text);
	assert_true(team_run(team));
	lockmodel_destroy(team->lock);
	team->lock = NULL;
}

uint64_t team_sum_acquisitions(const struct team *team)
{
	uint64_t sum = 0;
	for (int i = 0; i < team->size; i++) {
		sum += team->members[i].stats.acquisitions;
	}
	return sum;
}

uint64_t team_sum_requests(const struct team *team)
{
	uint64_t sum = 0;
	for (int i = 0; i < team->size; i++) {
		sum += team->members[i].stats.drop_requests;
	}
	return sum;
}

uint64_t team_sum_drops(const struct team *team)
{
	uint64_t sum = 0;
	for (int i = 0; i < team->size; i++) {
		sum += team->members[i].stats.drops_honoured;
	}
	return sum;
}

void team_hog(struct member *member)
{
	struct hogs *hogs = member->team->shared;
	struct lockmodel_stats stats;
	lockmodel_acquire(member->thread);
	while (!__atomic_load_n(&hogs->stop, __ATOMIC_RELAXED)) {
		lockmodel_checkpoint(member->thread, 3);
		if (member->index == 0) {
			lockmodel_read_stats(member->thread, &stats);
			bool enough = stats.acquisitions >= hogs->turns;
			__atomic_store_n(&hogs->stop, enough, __ATOMIC_RELAXED);
		}
	}
	lockmodel_release(member->thread);
}

void team_compute(struct member *member)
{
	lockmodel_acquire(member->thread);
	for (int i = 0; i < 100000; i++) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

void team_expect_no_requests(const char *spec_text, int size)
{
	struct team team = { .run = team_compute, .size = size };
	team_run_on(spec_text, &team);
	assert_int_equal(team_sum_acquisitions(&team), size);
	assert_int_equal(team_sum_requests(&team), 0);
	assert_int_equal(team_sum_drops(&team), 0);
}

struct lockmodel_stats team_run_alone(const char *spec_text, int64_t checkpoints, int64_t ticks)
{
	struct lockmodel_stats stats;
	struct lockmodel_lock *lock = team_lock(spec_text);
	struct lockmodel_thread *thread = lockmodel_attach(lock);
	assert_non_null(thread);
	lockmodel_acquire(thread);
	for (int64_t i = 0; i < checkpoints; i++) {
		lockmodel_checkpoint(thread, ticks);
	}
	lockmodel_release(thread);
	lockmodel_read_stats(thread, &stats);
	lockmodel_detach(thread);
	lockmodel_destroy(lock);
	return stats;
}

void team_expect_no_yield_alone(const char *spec_text)
{
	struct lockmodel_stats stats = team_run_alone(spec_text, 1000000, 1000);
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.contended, 0);
	assert_int_equal(stats.waited_ns, 0);
	assert_int_equal(stats.drops_honoured, 0);
}
