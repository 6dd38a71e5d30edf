/* See processor.h. Governor and boost are in frequency.c. */
#include "processor.h"

#include "sysfile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- the model ------------------------------------------------------------------------------- */

/* The value of a line "key   : value", or NULL if it has another key. */
static const char *find_value(const char *line, const char *key)
{
	size_t length = strlen(key);
	if (strncmp(line, key, length) != 0 || line[length + strspn(line + length, "\t ")] != ':') {
		return NULL;
	}
	return line + length + strspn(line + length, "\t :");
}

static bool read_value(FILE *file, int pu, const char *key, char *text, size_t size)
{
	char line[2 * SYSFILE_LINE_MAX];
	int block = -1;
	bool found = false;
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		const char *number = find_value(line, "processor");
		block = number ? (int)strtol(number, NULL, 10) : block;
		const char *value = find_value(line, key);
		if (value && (!found || block == pu)) {
			snprintf(text, size, "%s", value);
			found = true;
		}
		if (found && block == pu && value) {
			return true;
		}
	}
	return found;
}

/* Reads what /proc/cpuinfo says about the PU; where it does not tell them apart, what it says first. */
static bool read_cpuinfo(const char *root, int pu, const char *key, char *text, size_t size)
{
	FILE *file = sysfile_open(root, "/proc/cpuinfo");
	bool found = read_value(file, pu, key, text, size);
	if (file) {
		fclose(file);
	}
	return found;
}

bool processor_model(const char *root, int pu, const char *known, char *text, size_t size)
{
	char implementer[64];
	char part[64];
	if (read_cpuinfo(root, pu, "model name", text, size)) {
		return true;
	}
	if (known) {
		snprintf(text, size, "%s", known);
		return true;
	}
	if (read_cpuinfo(root, pu, "CPU implementer", implementer, sizeof(implementer)) &&
		read_cpuinfo(root, pu, "CPU part", part, sizeof(part))) {
		snprintf(text, size, "CPU implementer %s part %s", implementer, part);
		return true;
	}
	return false;
}

/* --- virtual machines ------------------------------------------------------------------------ */

/*
 * The system vendors of virtual machines; with the product only where the vendor sells hardware,
 * too.
 */
static const struct vendor {
	const char *name;
	const char *product;
} vendors[] = {
	{ "Amazon EC2", "" },
	{ "Apple Inc.", "Apple Virtualization" },
	{ "Google", "Google Compute Engine" },
	{ "Microsoft Corporation", "Virtual Machine" },
	{ "Parallels", "" },
	{ "QEMU", "" },
	{ "VMware", "" },
	{ "Xen", "" },
};

static bool is_virtual(const char *vendor, const char *product)
{
	/* As in "c7g.metal", Amazon's name for a machine without a hypervisor. */
	if (strstr(product, ".metal")) {
		return false;
	}
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (sysfile_begins(vendor, vendors[i].name) &&
			sysfile_begins(product, vendors[i].product)) {
			return true;
		}
	}
	return false;
}

bool processor_virtualization(const char *root, char *text, size_t size)
{
	char flags[2 * SYSFILE_LINE_MAX];
	char product[SYSFILE_LINE_MAX];
	if (read_cpuinfo(root, 0, "flags", flags, sizeof(flags))) {
		snprintf(text, size, "%s", strstr(flags, " hypervisor") ? "hypervisor" : "none");
		return true;
	}
	/* Only x86 has that flag. */
	if (sysfile_read_line(root, "/sys/hypervisor/type", text, size)) {
		return true;
	}
	if (!sysfile_read_line(root, "/sys/class/dmi/id/product_name", product, sizeof(product))) {
		product[0] = '\0';
	}
	return sysfile_read_line(root, "/sys/class/dmi/id/sys_vendor", text, size) &&
	       is_virtual(text, product);
}

/* --- heat ------------------------------------------------------------------------------------ */

bool processor_overheated(const char *root, int pu, long *times)
{
	static const char *const names[] = { "core", "package" };
	bool found = false;
	*times = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[128];
		char text[32];
		snprintf(path, sizeof(path),
			"/sys/devices/system/cpu/cpu%d/thermal_throttle/%s_throttle_count", pu,
			names[i]);
		if (sysfile_read_line(root, path, text, sizeof(text))) {
			*times += strtol(text, NULL, 10);
			found = true;
		}
	}
	return found;
}

/* --- siblings -------------------------------------------------------------------------------- */

/* The list is as in "0,4" or "0-1,8". */
void processor_visit_siblings(
	const char *root, int pu, void (*visit)(void *context, int sibling), void *context)
{
	char path[96];
	char list[SYSFILE_LINE_MAX] = "";
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
		pu);
	sysfile_read_line(root, path, list, sizeof(list));
	for (char *rest = list; isdigit((unsigned char)*rest); rest += *rest == ',') {
		long first = strtol(rest, &rest, 10);
		long last = *rest == '-' ? strtol(rest + 1, &rest, 10) : first;
		for (long sibling = first; sibling <= last; sibling++) {
			if (sibling != pu) {
				visit(context, (int)sibling);
			}
		}
	}
}
