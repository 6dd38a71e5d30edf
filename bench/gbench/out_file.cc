/* See out_file.hh. */
#include "out_file.hh"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gbench
{

out_file::~out_file()
{
	close();
}

void out_file::note_error(bool has_failed)
{
	if (has_failed && error == 0) {
		error = -errno;
	}
}

int out_file::open(const std::string &path)
{
	error = 0;
	/* Children of the benchmarks must not inherit it. */
	fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	note_error(fd < 0);
	return error;
}

void out_file::truncate()
{
	struct stat status;
	const bool is_plain = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
	note_error(is_plain && ::ftruncate(fd, 0) != 0);
}

void out_file::write(const std::string &text)
{
	size_t done = 0;
	while (done < text.size() && error == 0) {
		const ssize_t written = ::write(fd, text.data() + done, text.size() - done);
		done += written > 0 ? static_cast<size_t>(written) : 0;
		note_error(written < 0 && errno != EINTR);
	}
}

int out_file::close()
{
	if (is_open()) {
		note_error(::close(fd) != 0 && errno != EINTR);
		fd = -1;
	}
	return error;
}

} /* namespace gbench */
