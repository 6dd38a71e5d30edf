/* The part of processor.h that says how fast the processor may run. */
#include "processor.h"

#include "sysfile.h"

#include <stdlib.h>
#include <string.h>

/* Reads a value of one PU. */
typedef bool read_function(const char *root, int pu, char *text, size_t size);

enum { VALUE_MAX = 64, VALUES_MAX = 8 };

/* The different values that the PUs have, in the order in which they are found. */
struct values {
	int count;
	char text[VALUES_MAX][VALUE_MAX];
};

static void add_value(struct values *values, const char *text)
{
	for (int i = 0; i < values->count; i++) {
		if (strcmp(values->text[i], text) == 0) {
			return;
		}
	}
	if (values->count < VALUES_MAX) {
		snprintf(values->text[values->count++], VALUE_MAX, "%s", text);
	}
}

static bool write_values(const struct values *values, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "%s", values->count > 1 ? "mixed: " : "");
	for (int i = 0; i < values->count && used < size; i++) {
		used += (size_t)snprintf(
			text + used, size - used, "%s%s", i ? ", " : "", values->text[i]);
	}
	return values->count > 0;
}

/* Summarizes a value over the PUs. False if the system tells it for none of them. */
static bool summarize(
	const char *root, const int *pus, int count, read_function *read, char *text, size_t size)
{
	struct values values = { 0 };
	for (int i = 0; i < count; i++) {
		char value[VALUE_MAX];
		if (read(root, pus[i], value, sizeof(value))) {
			add_value(&values, value);
		}
	}
	return write_values(&values, text, size);
}

static bool read_of_pu(const char *root, int pu, const char *name, char *text, size_t size)
{
	char path[96];
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cpufreq/%s", pu, name);
	return sysfile_read_line(root, path, text, size);
}

static bool read_governor(const char *root, int pu, char *text, size_t size)
{
	return read_of_pu(root, pu, "scaling_governor", text, size);
}

/* Some drivers have a switch for each PU, others one for all; intel_pstate's is the opposite. */
static bool read_boost(const char *root, int pu, char *text, size_t size)
{
	static const char intel[] = "/sys/devices/system/cpu/intel_pstate/no_turbo";
	if (read_of_pu(root, pu, "boost", text, size) ||
		sysfile_read_line(root, "/sys/devices/system/cpu/cpufreq/boost", text, size)) {
		return true;
	}
	if (!sysfile_read_line(root, intel, text, size)) {
		return false;
	}
	snprintf(text, size, "%s", strcmp(text, "0") == 0 ? "1" : "0");
	return true;
}

bool processor_governor(const char *root, const int *pus, int count, char *text, size_t size)
{
	return summarize(root, pus, count, read_governor, text, size);
}

bool processor_boost(const char *root, const int *pus, int count, char *text, size_t size)
{
	return summarize(root, pus, count, read_boost, text, size);
}

long processor_frequency_khz(const char *root, int pu)
{
	char text[VALUE_MAX];
	return read_of_pu(root, pu, "scaling_cur_freq", text, sizeof(text)) ? strtol(text, NULL, 10)
									    : 0;
}
