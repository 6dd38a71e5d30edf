/*
 * Page faults: new anonymous memory is written to once in each page. The value is the time per page,
 * which the system has to find, clear and map. Whether it made pages of the size that was asked
 * for is checked: with larger ones there are fewer faults than pages, with smaller ones not all of the
 * memory is resident afterwards.
 */
#include "registry.h"

#include "clock.h"
#include "pu.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BATCHES = 40, SMALL_PAGES = 64, HUGE_PAGES = 2 };

#define HUGE_FOLDER "/sys/kernel/mm/transparent_hugepage/"

struct pages {
	size_t size; /* of one */
	size_t count;
	int advice;
};

/* False if there is no such file. */
static bool read_file(const char *path, char *text, int size)
{
	FILE *file = fopen(path, "re");
	bool ok = file && fgets(text, size, file);
	if (file) {
		fclose(file);
	}
	return ok;
}

/* In bytes; 0 if the system has none. */
static size_t huge_page_size(void)
{
	char text[64];
	size_t size = 0;
	if (read_file(HUGE_FOLDER "hpage_pmd_size", text, sizeof(text))) {
		sscanf(text, "%zu", &size);
	}
	return size;
}

const char *cost_lacks_huge_pages(void)
{
	char text[64];
	if (huge_page_size() == 0 || !read_file(HUGE_FOLDER "enabled", text, sizeof(text))) {
		return "the system has no transparent huge pages";
	}
	return strstr(text, "[never]") ? "transparent huge pages are disabled (" HUGE_FOLDER
					 "enabled)"
				       : NULL;
}

static long count_faults(void)
{
	struct rusage usage;
	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

/* Writes to each page. Returns how many faults that took. */
static long touch(volatile char *memory, const struct pages *pages, struct cost_values *values)
{
	long before = count_faults();
	int64_t start_ns = clock_now_ns();
	for (size_t i = 0; i < pages->count; i++) {
		memory[i * pages->size] = 1;
	}
	int64_t taken_ns = clock_now_ns() - start_ns;
	long faults = count_faults() - before;
	cost_values_add(values, (double)taken_ns / (double)pages->count);
	return faults;
}

/* Whether all of the memory is resident, of which one byte in each page was written to. */
static bool is_resident(char *memory, const struct pages *pages)
{
	size_t bytes = pages->count * pages->size;
	size_t count = bytes / (size_t)sysconf(_SC_PAGESIZE);
	unsigned char *states = malloc(count);
	bool resident = states && mincore(memory, bytes, states) == 0;
	for (size_t i = 0; resident && i < count; i++) {
		resident = states[i] & 1;
	}
	free(states);
	return resident;
}

/* Touches all pages of a new mapping, which begin at a multiple of their size. */
static int touch_new(const struct pages *pages, struct cost_values *values, struct error *error)
{
	size_t bytes = (pages->count + 1) * pages->size;
	char *memory =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		return error_system(error, -errno, "could not map %zu bytes", bytes);
	}
	/* Fails where the system knows no huge pages, and then has small ones only. */
	madvise(memory, bytes, pages->advice);
	char *first = memory + (pages->size - (uintptr_t)memory % pages->size);
	long faults = touch(first, pages, values);
	bool as_asked = faults >= (long)pages->count && is_resident(first, pages);
	munmap(memory, bytes);
	return as_asked ? 0
			: error_set(error, -ENOMEM,
				  "the system made no pages of %zu KiB, as it was asked to",
				  pages->size / 1024);
}

static int measure(const struct cost_pus *pus, const struct pages *pages,
	struct cost_values *values, struct error *error)
{
	int failed = pu_bind(pus->first, error);
	for (int i = 0; !failed && i < BATCHES; i++) {
		failed = touch_new(pages, values, error);
	}
	return failed;
}

COST_FUNCTION(cost_small_page_fault)
{
	const struct pages pages = { (size_t)sysconf(_SC_PAGESIZE), SMALL_PAGES, MADV_NOHUGEPAGE };
	return measure(pus, &pages, values, error);
}

COST_FUNCTION(cost_huge_page_fault)
{
	const struct pages pages = { huge_page_size(), HUGE_PAGES, MADV_HUGEPAGE };
	if (pages.size == 0) {
		return error_set(error, -ENOTSUP, "the system has no transparent huge pages");
	}
	return measure(pus, &pages, values, error);
}
