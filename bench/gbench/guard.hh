/* Keeps C++ exceptions out of C code. */
#pragma once

#include <cerrno>
#include <new>

namespace gbench
{

/* Runs `action`. Returns 0, or a negative errno value in place of an exception. */
template <typename Action> int guarded(Action &&action) noexcept
{
	try {
		action();
		return 0;
	} catch (const std::bad_alloc &) {
		return -ENOMEM;
	} catch (...) {
		return -EIO;
	}
}

/* The reason to fail a row with such an error; short enough to need no memory. */
constexpr const char *reason_for(int error)
{
	return error == -ENOMEM ? "out of memory" : "C++ exception";
}

} /* namespace gbench */
