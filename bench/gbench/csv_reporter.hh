/*
 * CSV with the columns of Google Benchmark's own CSV reporter, which is deprecated and aborts when
 * two rows differ in their counters. This one collects all rows first; there is a column for every
 * counter of any row, and a cell is empty where a row has no such counter. All rows have the same
 * number of fields (RFC 4180), and numbers keep their full precision.
 */
#pragma once

#include "versions.hh"

#include <set>
#include <string>
#include <vector>

namespace gbench
{

class csv_reporter : public BenchmarkReporter
{
public:
	bool ReportContext(const Context &context) override;
	void ReportRuns(const std::vector<Run> &reported) override;
	void Finalize() override;

private:
	std::set<std::string> find_counters() const;
	void print_header(const std::set<std::string> &counters);
	void print_times(const Run &run);
	void print_counter(const Run &run, const std::string &name);
	void print_row(const Run &run, const std::set<std::string> &counters);

	std::vector<Run> runs;
};

} /* namespace gbench */
