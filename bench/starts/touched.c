/* See touched.h. */
#include "touched.h"

#include "available.h"
#include "spec.h"
#include "sysfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where the headers of the C library do not have it yet. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* What has to stay available to others, and to the page tables of parent and child. */
static const int64_t reserve_bytes = INT64_C(64) << 20;

/* Of the bytes that are there, as many at least have to be in huge pages. */
static const double least_huge_part = 0.9;

static const char enabled_file[] = "/sys/kernel/mm/transparent_hugepage/enabled";

static const char *print_size(char text[32], int64_t bytes)
{
	static const struct spec_param size = { .kind = SPEC_SIZE };
	int64_t unit = bytes >= INT64_C(1) << 30 ? INT64_C(1) << 20 : INT64_C(1) << 10;
	spec_print_value(text, 32, &size, bytes >= unit ? bytes / unit * unit : bytes);
	return text;
}

/* The value of a line "NAME: NUMBER kB" in bytes; -1 for any other line. */
static int64_t parse_kilobytes(const char *line, const char *name)
{
	return sysfile_begins(line, name) ? strtoll(line + strlen(name), NULL, 10) * 1024 : -1;
}

/* --- what the machine has -------------------------------------------------------------------- */

/* The size of a huge page, a power of two; 2 MiB if the system does not say. */
static size_t huge_page_bytes(void)
{
	char text[64];
	long long bytes = 0;
	if (sysfile_read_line(
		    "", "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", text, sizeof(text))) {
		bytes = strtoll(text, NULL, 10);
	}
	bool valid = bytes > 0 && (bytes & (bytes - 1)) == 0;
	return valid ? (size_t)bytes : (size_t)2 << 20;
}

static int check_available(const struct touched *wanted, struct error *error)
{
	char size[32];
	char free_size[32];
	int64_t available = available_bytes("");
	if (available < 0 || wanted->bytes <= available - reserve_bytes) {
		return 0;
	}
	return error_set(error, -ENOMEM,
		"too little memory to touch %s: %s is available, of which %d MiB is kept free",
		print_size(size, wanted->bytes), print_size(free_size, available),
		(int)(reserve_bytes >> 20));
}

/* --- the mapping ----------------------------------------------------------------------------- */

static size_t round_up(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

/* Maps whole huge pages, aligned as these are. */
static int map(struct touched_memory *memory, const struct touched *wanted, struct error *error)
{
	char text[32];
	size_t unit = huge_page_bytes();
	size_t size = round_up((size_t)wanted->bytes, unit);
	char *start =
		mmap(NULL, size + unit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED) {
		return error_system(error, -errno, "could not map %s of memory",
			print_size(text, (int64_t)size));
	}
	size_t before = round_up((uintptr_t)start, unit) - (uintptr_t)start;
	if (before > 0) {
		munmap(start, before);
	}
	if (unit > before) {
		munmap(start + before + size, unit - before);
	}
	memory->mapping = start + before;
	memory->size = size;
	return 0;
}

/* Where the system has no huge pages at all, it need not be told to use none. */
static int advise(const struct touched_memory *memory, bool huge, struct error *error)
{
	int advice = huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
	if (madvise(memory->mapping, memory->size, advice) && huge) {
		return error_system(error, -errno, "the system has no transparent huge pages");
	}
	return 0;
}

/*
 * The system makes all pages present at once (since Linux 5.14). A fault for each page takes many
 * times as long, above all in a virtual machine, but leaves the same.
 */
static void touch(const struct touched_memory *memory, int64_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *start = memory->mapping;
	if (madvise(memory->mapping, round_up((size_t)bytes, page), MADV_POPULATE_WRITE) == 0) {
		return;
	}
	for (size_t i = 0; i < (size_t)bytes; i += page) {
		start[i] = 1;
	}
}

/* --- which pages they are -------------------------------------------------------------------- */

/* Adds up the lines on the mappings in a range of addresses, which the system may have split. */
static void count_pages(
	FILE *file, const struct touched_memory *memory, int64_t *present, int64_t *huge)
{
	char line[512];
	bool inside = false;
	uintptr_t first = (uintptr_t)memory->mapping;
	while (fgets(line, sizeof(line), file)) {
		unsigned long start;
		unsigned long end;
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2) {
			inside = start >= first && end <= first + memory->size;
		} else if (inside) {
			int64_t resident = parse_kilobytes(line, "Rss:");
			int64_t in_huge = parse_kilobytes(line, "AnonHugePages:");
			*present += resident > 0 ? resident : 0;
			*huge += in_huge > 0 ? in_huge : 0;
		}
	}
}

/* 0 if the system does not say. */
static double huge_part(const struct touched_memory *memory)
{
	int64_t present = 0;
	int64_t huge = 0;
	FILE *file = sysfile_open("", "/proc/self/smaps");
	if (file) {
		count_pages(file, memory, &present, &huge);
		fclose(file);
	}
	return present > 0 ? (double)huge / (double)present : 0;
}

static int check_pages(const struct touched_memory *memory, bool huge, struct error *error)
{
	char enabled[64] = "unknown";
	if (!huge || memory->huge_part >= least_huge_part) {
		return 0;
	}
	sysfile_read_line("", enabled_file, enabled, sizeof(enabled));
	return error_set(error, -ENOTSUP,
		"only %.0f %% of the memory is in huge pages; %s is '%s', and must not be 'never'",
		100 * memory->huge_part, enabled_file, enabled);
}

int touched_init(struct touched_memory *memory, const struct touched *wanted, struct error *error)
{
	*memory = (struct touched_memory){ 0 };
	if (wanted->bytes == 0) {
		return 0;
	}
	int result = check_available(wanted, error);
	result = result ? result : map(memory, wanted, error);
	if (result) {
		return result;
	}
	result = advise(memory, wanted->huge, error);
	if (!result) {
		touch(memory, wanted->bytes);
		memory->huge_part = huge_part(memory);
		result = check_pages(memory, wanted->huge, error);
	}
	if (result) {
		touched_finish(memory);
	}
	return result;
}

void touched_finish(struct touched_memory *memory)
{
	if (memory->mapping) {
		munmap(memory->mapping, memory->size);
	}
	*memory = (struct touched_memory){ 0 };
}
