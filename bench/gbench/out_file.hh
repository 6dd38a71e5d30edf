/*
 * The file of --benchmark_out. Google Benchmark opens it late, never looks whether a write failed,
 * and leaves a file behind that is cut off; so the shim writes it. The file is opened before
 * anything is measured, emptied when the first result comes, and written as the rows come in.
 */
#pragma once

#include <string>

namespace gbench
{

class out_file
{
public:
	out_file() = default;
	out_file(const out_file &) = delete;
	out_file &operator=(const out_file &) = delete;
	~out_file();

	/* Opens `path` for writing, creating it if need be. Returns 0 or a negative errno value. */
	int open(const std::string &path);

	/* Drops what is in the file, if it is a plain file. */
	void truncate();

	/* Appends `text`. After an error nothing more is written. */
	void write(const std::string &text);

	/* Returns 0, or the first error since open() as a negative errno value. */
	int close();

	bool is_open() const
	{
		return fd >= 0;
	}

private:
	void note_error(bool has_failed);

	int fd = -1;
	int error = 0;
};

} /* namespace gbench */
