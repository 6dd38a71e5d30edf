/* See team.h. */
#include "team.h"

#include "os.h"
#include "test.h"

#include <dirent.h>
#include <stdlib.h>

struct lockmodel_lock *team_lock(const char *spec_text)
{
	struct spec spec;
	struct error error;
	if (spec_parse(&spec, "lock model", lockmodel_form, spec_text, &error)) {
		return NULL;
	}
	return lockmodel_create(&spec);
}

static void *member_main(void *argument)
{
	struct member *member = argument;
	int64_t start = os_now_ns();
	member->thread = lockmodel_attach(member->team->lock);
	if (!member->thread) {
		return member;
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
	for (; started < team->size; started++) {
		struct member *member = &team->members[started];
		member->team = team;
		member->index = started;
		if (pthread_create(&threads[started], NULL, member_main, member)) {
			ok = false;
			break;
		}
	}
	for (int i = 0; i < started; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		ok = ok && !failed;
	}
	return ok;
}

uint64_t team_sum_acquisitions(const struct team *team)
{
	uint64_t sum = 0;
	for (int i = 0; i < team->size; i++) {
		sum += team->members[i].stats.acquisitions;
	}
	return sum;
}

int team_count_threads(void)
{
	int count = 0;
	DIR *tasks = opendir("/proc/self/task");
	for (const struct dirent *task; tasks && (task = readdir(tasks));) {
		count += task->d_name[0] != '.';
	}
	if (tasks) {
		closedir(tasks);
	}
	return count;
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

struct lockmodel_stats team_compute_alone(const char *spec_text)
{
	struct lockmodel_stats stats = { 0 };
	struct lockmodel_lock *lock = team_lock(spec_text);
	struct lockmodel_thread *thread = lock ? lockmodel_attach(lock) : NULL;
	if (thread) {
		lockmodel_acquire(thread);
		for (int i = 0; i < 1000000; i++) {
			lockmodel_checkpoint(thread, 1000);
		}
		lockmodel_release(thread);
		lockmodel_read_stats(thread, &stats);
		lockmodel_detach(thread);
	}
	lockmodel_destroy(lock);
	return stats;
}

void team_expect_no_requests(const char *spec, int size)
{
	struct team team = { .lock = team_lock(spec), .run = team_compute, .size = size };
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team_sum_acquisitions(&team), size);
	for (int i = 0; i < size; i++) {
		assert_int_equal(team.members[i].stats.drop_requests, 0);
		assert_int_equal(team.members[i].stats.drops_honoured, 0);
	}
	lockmodel_destroy(team.lock);
}
