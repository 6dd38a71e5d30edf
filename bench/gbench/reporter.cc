/* See reporter.hh. */
#include "reporter.hh"

#include "csv_reporter.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iostream>
#include <limits>
#include <new>

namespace gbench
{

namespace
{

/*
 * Makes all numbers of a row finite: Google Benchmark writes others as NaN or Infinity, which are
 * not JSON. The coefficient of variation of values that are all 0 is NaN in 1.7 and reported
 * as 0.
 * An infinite counter, such as a rate over no time, is dropped; an infinite time is cut off.
 */
void make_finite(Run &run)
{
	const auto cut_off = [](double &time) {
		/* Times are multiplied by up to 1e9 when they are printed. */
		constexpr double limit = std::numeric_limits<double>::max() / 1e9;
		time = std::isnan(time) ? 0 : std::clamp(time, -limit, limit);
	};
	cut_off(run.real_accumulated_time);
	cut_off(run.cpu_accumulated_time);
	for (auto counter = run.counters.begin(); counter != run.counters.end();) {
		double &value = counter->second.value;
		value = std::isnan(value) ? 0 : value;
		counter = std::isinf(value) ? run.counters.erase(counter) : std::next(counter);
	}
}

void make_plain(benchmark::BenchmarkName &name)
{
	name.min_time.clear();
	name.iterations.clear();
	name.repetitions.clear();
	name.time_type.clear();
}

} /* namespace */

std::unique_ptr<BenchmarkReporter> make_file_reporter(const std::string &format)
{
	if (format == "csv") {
		return std::make_unique<csv_reporter>();
	}
	if (format == "console") {
		return std::make_unique<benchmark::ConsoleReporter>(
			benchmark::ConsoleReporter::OO_None);
	}
	return std::make_unique<benchmark::JSONReporter>();
}

BenchmarkReporter &display_reporter(const std::string &format)
{
	static csv_reporter csv;
	return format == "csv" ? csv : *benchmark::CreateDefaultDisplayReporter();
}

tee_reporter::tee_reporter(BenchmarkReporter &shown_by, display_options display_options,
	out_file *out, const std::string &file_format)
	: display(shown_by), options(display_options), file(out)
{
	/* In every run: an earlier one may have hidden them. */
	const bool hide_errors = options.hide_all || options.hide_context;
	display.SetOutputStream(options.hide_all ? &nowhere : &std::cout);
	display.SetErrorStream(hide_errors ? &nowhere : &std::cerr);
	SetOutputStream(&display.GetOutputStream());
	SetErrorStream(&display.GetErrorStream());
	json.SetOutputStream(&json_text);
	json.SetErrorStream(&json_text);
	if (file != nullptr) {
		file_reporter = make_file_reporter(file_format);
		file_reporter->SetOutputStream(&file_text);
		file_reporter->SetErrorStream(&file_text);
	}
}

/*
 * Writes what has been reported since the last call, so that a crash loses no earlier row. A stream
 * that runs out of memory sets a flag instead of throwing.
 */
void tee_reporter::write_file()
{
	if (!file_text) {
		throw std::bad_alloc();
	}
	file->write(file_text.str());
	file_text.str("");
}

bool tee_reporter::ReportContext(const Context &context)
{
	has_run = true;
	if (file != nullptr) {
		file->truncate();
		file_reporter->ReportContext(context);
		write_file();
	}
	return json.ReportContext(context) && display.ReportContext(context);
}

void tee_reporter::ReportRuns(const std::vector<Run> &reported)
{
	std::vector<Run> runs = reported;
	size_t good = 0;
	for (Run &run : runs) {
		const bool is_row = run.run_type == Run::RT_Iteration;
		rows += is_row;
		failed += is_row && verdict_of(run) == verdict::failed;
		good += is_row && verdict_of(run) == verdict::good;
		make_finite(run);
		if (has_plain_names) {
			make_plain(run.run_name);
		}
	}
	json.ReportRuns(runs);
	if (file != nullptr) {
		file_reporter->ReportRuns(runs);
		write_file();
	}
	if (options.hide_counters) {
		for (Run &run : runs) {
			run.counters.clear();
		}
	}
	/* Two or more good rows have aggregates, which are reported next. */
	if (!options.hide_rows || good < 2) {
		display.ReportRuns(runs);
	}
}

void tee_reporter::Finalize()
{
	display.Finalize();
	json.Finalize();
	if (file != nullptr) {
		file_reporter->Finalize();
		write_file();
	}
}

char *tee_reporter::copy_json() const
{
	if (!has_run) {
		return nullptr;
	}
	char *copy = json_text ? strdup(json_text.str().c_str()) : nullptr;
	if (copy == nullptr) {
		throw std::bad_alloc();
	}
	return copy;
}

} /* namespace gbench */
