/* See libpython.h. The functions are part of CPython's stable ABI, unchanged since 3.2. */
#include "libpython.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEWEST_MINOR = 30, OLDEST_MINOR = 2 };

struct python {
	void *library;
	const char *(*get_version)(void);
	void (*initialize)(int install_signal_handlers);
	void *(*save_thread)(void);
	void (*restore_thread)(void *thread);
};

static void *open_library(void)
{
	for (int minor = NEWEST_MINOR; minor >= OLDEST_MINOR; minor--) {
		char name[64];
		snprintf(name, sizeof(name), "libpython3.%d.so.1.0", minor);
		void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
		if (library) {
			return library;
		}
	}
	return NULL;
}

/* ISO C has no conversion from an object pointer to a function pointer; POSIX allows this copy. */
static bool find(void *library, const char *name, void *function)
{
	void *symbol = dlsym(library, name);
	memcpy(function, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool load(struct python *python)
{
	void *library = open_library();
	python->library = library;
	return library && find(library, "Py_GetVersion", &python->get_version) &&
	       find(library, "Py_InitializeEx", &python->initialize) &&
	       find(library, "PyEval_SaveThread", &python->save_thread) &&
	       find(library, "PyEval_RestoreThread", &python->restore_thread);
}

static void unload(struct python *python)
{
	if (python->library) {
		dlclose(python->library);
	}
}

bool libpython_version(char *text, size_t size)
{
	struct python python = { 0 };
	bool found = load(&python);
	if (found) {
		const char *version = python.get_version();
		snprintf(text, size, "cpython-%.*s", (int)strcspn(version, " "), version);
	}
	unload(&python);
	return found;
}

static void *libpython_create(const struct spec *spec, int64_t cache_bytes)
{
	(void)spec;
	(void)cache_bytes;
	struct python *python = calloc(1, sizeof(*python));
	if (python && !load(python)) {
		unload(python);
		free(python);
		errno = ENOENT;
		return NULL;
	}
	return python;
}

static void libpython_destroy(void *data)
{
	unload(data);
	free(data);
}

/* The interpreter is never finalised: it ends with the region process. */
static void libpython_prepare(const void *data)
{
	const struct python *python = data;
	python->initialize(0);
}

static uint64_t libpython_run(const void *data, uint64_t first, uint64_t count)
{
	const struct python *python = data;
	for (uint64_t unit = first; unit < first + count; unit++) {
		python->restore_thread(python->save_thread());
	}
	return count;
}

const struct kernel libpython_release_acquire = {
	.form = { .name = "release_acquire" },
	.create = libpython_create,
	.destroy = libpython_destroy,
	.prepare = libpython_prepare,
	.run_bare = libpython_run,
};
