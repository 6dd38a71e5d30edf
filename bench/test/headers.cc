/*
 * The public headers in C++: a function of each is called, so that its linkage is that of C.
 * layers.py checks that each header compiles alone, in C and in C++.
 */
#include "error.h"
#include "gbench.h"
#include "lockmodel.h"
#include "spec.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace
{

bool call_base()
{
	struct error error;
	struct spec spec;
	return error_set(&error, -EINVAL, "%d", 1) == -EINVAL && !std::strcmp(error.text, "1") &&
	       !spec_parse(
		       &spec, "lock model", lockmodel_form, "cpython2:checkinterval=3", &error) &&
	       spec.values[0] == 3;
}

bool call_lockmodel()
{
	struct error error;
	struct spec spec;
	struct lockmodel_stats stats;
	if (spec_parse(&spec, "lock model", lockmodel_form, "mutex", &error)) {
		return false;
	}
	struct lockmodel_lock *lock = lockmodel_create(&spec);
	struct lockmodel_thread *thread = lockmodel_attach(lock);
	lockmodel_acquire(thread);
	lockmodel_checkpoint(thread, 1);
	lockmodel_release(thread);
	lockmodel_read_stats(thread, &stats);
	lockmodel_detach(thread);
	lockmodel_destroy(lock);
	return stats.acquisitions == 2;
}

} // namespace

int main()
{
	bool ok = call_base() && call_lockmodel() && gbench_version()[0] != '\0';
	std::puts(ok ? "ok" : "functions of the public headers do not work from C++");
	return ok ? 0 : 1;
}
