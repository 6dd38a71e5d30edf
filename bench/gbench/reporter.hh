/*
 * The reporters of gbench_run() and gbench_dry_run().
 *
 * tee_reporter passes every row to the display, to the file of --benchmark_out, and to a reporter
 * that makes the JSON of struct gbench_report. The JSON and the file hold every row and every
 * aggregate; only --benchmark_report_aggregates_only keeps repeated rows from them, as Google
 * Benchmark then passes none on. It would not pass them on with --benchmark_display_aggregates_only
 * either, because it takes this reporter for the display; so the shim turns that flag off and sets
 * `hide_rows` instead.
 */
#pragma once

#include "out_file.hh"
#include "versions.hh"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace gbench
{

/* Reports nothing. */
struct silent_reporter : BenchmarkReporter {
	bool ReportContext(const Context &) override
	{
		return true;
	}

	void ReportRuns(const std::vector<Run> &) override
	{
	}
};

/* What the display leaves out; the JSON and the file have it nonetheless. */
struct display_options {
	bool hide_rows = false;     /* of repeated rows, all but the aggregates */
	bool hide_counters = false; /* all counters */
	bool hide_context = false;  /* what goes to standard error before the rows */
	bool hide_all = false;
};

/* Returns a reporter for a value of --benchmark_out_format. */
std::unique_ptr<BenchmarkReporter> make_file_reporter(const std::string &format);

/* Returns the reporter for standard output, which is never destroyed. */
BenchmarkReporter &display_reporter(const std::string &format);

class tee_reporter : public BenchmarkReporter
{
public:
	/* `file` must be open, or NULL; `file_format` is then unused. */
	tee_reporter(BenchmarkReporter &display, display_options options, out_file *file,
		const std::string &file_format);

	bool ReportContext(const Context &context) override;
	void ReportRuns(const std::vector<Run> &reported) override;
	void Finalize() override;

	/* Whether names lack what Google Benchmark appends; see gbench_use_plain_names(). */
	void use_plain_names(bool wanted)
	{
		has_plain_names = wanted;
	}

	/* Returns the JSON in memory from malloc(), or NULL if no benchmark was run. */
	char *copy_json() const;

	/* Rows reported so far, good or not, without aggregates. */
	size_t count_rows() const
	{
		return rows;
	}

	/* The failed ones of these. */
	size_t count_failed() const
	{
		return failed;
	}

private:
	void write_file();

	BenchmarkReporter &display;
	const display_options options;
	benchmark::JSONReporter json;
	std::ostringstream json_text;
	out_file *const file;
	std::unique_ptr<BenchmarkReporter> file_reporter;
	std::ostringstream file_text; /* not yet written */
	std::ostream nowhere{ nullptr };
	bool has_run = false;
	bool has_plain_names = false;
	size_t rows = 0;
	size_t failed = 0;
};

} /* namespace gbench */
