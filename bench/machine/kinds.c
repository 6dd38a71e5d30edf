/* See kinds.h. */
#include "kinds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One of hwloc's kinds that the process may use. */
struct kind {
	int number;
	int efficiency; /* hwloc's ranking; -1 if unknown */
	double speed;   /* 0 if unknown */
	const char *type;
};

/* A kind that is at least this much faster than the next slower one is another. */
static const double gap = 1.10;

static const char *find_info(const struct topology *topology, int number, const char *name)
{
	unsigned count;
	struct hwloc_info_s *infos;
	if (hwloc_cpukinds_get_info(
		    topology->hwloc, (unsigned)number, NULL, NULL, &count, &infos, 0)) {
		return NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(infos[i].name, name) == 0) {
			return infos[i].value;
		}
	}
	return NULL;
}

/* Fills in the kinds that have an allowed PU. Returns their number. */
static int list_kinds(const struct topology *topology, int known, hwloc_bitmap_t cpuset,
	hwloc_bitmap_t covered, struct kind *list)
{
	int count = 0;
	for (int i = 0; i < known; i++) {
		struct kind kind = { .number = i, .efficiency = -1 };
		if (hwloc_cpukinds_get_info(topology->hwloc, (unsigned)i, cpuset, &kind.efficiency,
			    NULL, NULL, 0) == 0 &&
			hwloc_bitmap_intersects(cpuset, topology->allowed)) {
			hwloc_bitmap_or(covered, covered, cpuset);
			const char *type = find_info(topology, i, "CoreType");
			kind.type = type ? type : "";
			list[count++] = kind;
		}
	}
	return count;
}

/* Takes the speeds from an attribute, if all kinds have it. */
static bool read_speeds(
	const struct topology *topology, struct kind *list, int count, const char *attribute)
{
	for (int i = 0; i < count; i++) {
		const char *value = find_info(topology, list[i].number, attribute);
		list[i].speed = value ? strtod(value, NULL) : 0;
		if (list[i].speed <= 0) {
			return false;
		}
	}
	return true;
}

/* Capacity says more than a frequency: it is the work done per time, by the system's estimate. */
static void find_speeds(const struct topology *topology, struct kind *list, int count)
{
	static const char *const attributes[] = { "LinuxCapacity", "FrequencyMaxMHz",
		"FrequencyBaseMHz" };
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (read_speeds(topology, list, count, attributes[i])) {
			return;
		}
	}
	for (int i = 0; i < count; i++) {
		list[i].speed = 0;
	}
}

static int compare_kinds(const void *left, const void *right)
{
	const struct kind *a = left;
	const struct kind *b = right;
	int types = strcmp(a->type, b->type);
	if (types) {
		return types;
	}
	return a->speed != b->speed ? (a->speed > b->speed) - (a->speed < b->speed)
				    : a->number - b->number;
}

/* Whether the kinds count as one; `faster` follows `slower` in the order of compare_kinds(). */
static bool is_same(const struct kind *slower, const struct kind *faster)
{
	return slower->speed > 0 && strcmp(slower->type, faster->type) == 0 &&
	       faster->speed < gap * slower->speed;
}

/* Gives the kinds from `first` to before `end` one rank: the best that one of them has. */
static void set_rank(struct kinds *kinds, const struct kind *list, int first, int end)
{
	int rank = -1;
	for (int i = first; i < end; i++) {
		rank = list[i].efficiency > rank ? list[i].efficiency : rank;
	}
	for (int i = first; i < end; i++) {
		kinds->rank[list[i].number] = rank;
	}
	kinds->count++;
}

static void merge_kinds(struct kinds *kinds, struct kind *list, int count)
{
	qsort(list, (size_t)count, sizeof(*list), compare_kinds);
	for (int first = 0, end; first < count; first = end) {
		end = first + 1;
		while (end < count && is_same(&list[end - 1], &list[end])) {
			end++;
		}
		set_rank(kinds, list, first, end);
	}
}

static int find_kinds(struct kinds *kinds, const struct topology *topology, struct kind *list,
	hwloc_bitmap_t cpuset, hwloc_bitmap_t covered)
{
	if (!kinds->rank || !list || !cpuset || !covered) {
		return -ENOMEM;
	}
	for (int i = 0; i < kinds->known; i++) {
		kinds->rank[i] = -1;
	}
	int count = list_kinds(topology, kinds->known, cpuset, covered, list);
	find_speeds(topology, list, count);
	merge_kinds(kinds, list, count);
	/* Cores of which hwloc does not know the kind are one more. */
	kinds->count += !hwloc_bitmap_isincluded(topology->allowed, covered);
	return 0;
}

int kinds_init(struct kinds *kinds, const struct topology *topology, struct error *error)
{
	int known = hwloc_cpukinds_get_nr(topology->hwloc, 0);
	kinds->known = known > 0 ? known : 0;
	kinds->rank = calloc((size_t)kinds->known + 1, sizeof(*kinds->rank));
	struct kind *list = calloc((size_t)kinds->known + 1, sizeof(*list));
	hwloc_bitmap_t cpuset = hwloc_bitmap_alloc();
	hwloc_bitmap_t covered = hwloc_bitmap_alloc();
	int result = find_kinds(kinds, topology, list, cpuset, covered);
	hwloc_bitmap_free(covered);
	hwloc_bitmap_free(cpuset);
	free(list);
	return result ? error_set(error, result, "out of memory for the kinds of core") : 0;
}

void kinds_finish(struct kinds *kinds)
{
	free(kinds->rank);
}

int kinds_rank(
	const struct kinds *kinds, const struct topology *topology, hwloc_const_bitmap_t cpuset)
{
	int number = hwloc_cpukinds_get_by_cpuset(topology->hwloc, cpuset, 0);
	return number >= 0 && number < kinds->known ? kinds->rank[number] : -1;
}
