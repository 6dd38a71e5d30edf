/* See cpu_time.h. */
#include "cpu_time.h"

#include "clock.h"
#include "sysfile.h"

#include <ctype.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* The columns of a line, in ticks; those of guests are part of `user` and `nice`. */
struct ticks {
	int pu;
	long long user;
	long long nice;
	long long system;
	long long idle;
	long long iowait;
	long long irq;
	long long softirq;
	long long steal;
};

/* False for other lines, such as that of all PUs together, which has spaces after "cpu". */
static bool parse(const char *line, struct ticks *ticks)
{
	*ticks = (struct ticks){ 0 };
	if (!sysfile_begins(line, "cpu") || !isdigit((unsigned char)line[3])) {
		return false;
	}
	return sscanf(line, "cpu%d %lld %lld %lld %lld %lld %lld %lld %lld", &ticks->pu,
		       &ticks->user, &ticks->nice, &ticks->system, &ticks->idle, &ticks->iowait,
		       &ticks->irq, &ticks->softirq, &ticks->steal) == 9;
}

static bool is_allowed(const struct placement *placement, int pu)
{
	for (int i = 0; i < placement_pus(placement); i++) {
		if (placement_allowed_pu(placement, i) == pu) {
			return true;
		}
	}
	return false;
}

bool cpu_time_read(const char *root, const struct placement *placement, struct cpu_time *time)
{
	/* Longer than any line of a PU; the line of interrupts, which may be longer, follows. */
	char line[512];
	struct ticks ticks;
	int found = 0;
	int64_t tick_ns = CLOCK_NS_PER_S / sysconf(_SC_CLK_TCK);
	FILE *file = sysfile_open(root, "/proc/stat");
	*time = (struct cpu_time){ 0 };
	while (file && fgets(line, sizeof(line), file)) {
		if (parse(line, &ticks) && is_allowed(placement, ticks.pu)) {
			time->busy_ns += tick_ns * (ticks.user + ticks.nice + ticks.system +
							   ticks.irq + ticks.softirq);
			time->stolen_ns += tick_ns * ticks.steal;
			found++;
		}
	}
	if (file) {
		fclose(file);
	}
	return found == placement_pus(placement);
}

static int64_t used_ns(int who)
{
	struct rusage usage;
	getrusage(who, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
}

int64_t cpu_time_own_ns(void)
{
	return used_ns(RUSAGE_SELF) + used_ns(RUSAGE_CHILDREN);
}
