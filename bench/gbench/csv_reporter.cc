/* See csv_reporter.hh. */
#include "csv_reporter.hh"

#include <array>
#include <charconv>
#include <ostream>

namespace gbench
{

namespace
{

/* Rates have columns of their own, in every row. */
constexpr const char *rates[] = { "bytes_per_second", "items_per_second" };

std::string quoted(const std::string &text)
{
	std::string result = "\"";
	for (const char c : text) {
		result += c == '"' ? "\"\"" : std::string(1, c);
	}
	return result + '"';
}

/* The shortest decimal form that is read back as the same number. */
std::string number(double value)
{
	std::array<char, 32> text;
	const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
	return { text.data(), end };
}

} /* namespace */

bool csv_reporter::ReportContext(const Context &context)
{
	/* In a file the table stands alone. */
	if (&GetErrorStream() != &GetOutputStream()) {
		PrintBasicContext(&GetErrorStream(), context);
	}
	return true;
}

void csv_reporter::ReportRuns(const std::vector<Run> &reported)
{
	runs.insert(runs.end(), reported.begin(), reported.end());
}

std::set<std::string> csv_reporter::find_counters() const
{
	std::set<std::string> counters;
	for (const Run &run : runs) {
		for (const auto &counter : run.counters) {
			counters.insert(counter.first);
		}
	}
	for (const char *rate : rates) {
		counters.erase(rate);
	}
	return counters;
}

void csv_reporter::print_header(const std::set<std::string> &counters)
{
	std::ostream &out = GetOutputStream();
	out << "name,iterations,real_time,cpu_time,time_unit";
	for (const char *rate : rates) {
		out << ',' << rate;
	}
	out << ",label,error_occurred,error_message";
	for (const std::string &counter : counters) {
		out << ',' << quoted(counter);
	}
	out << '\n';
}

/* Ratios, such as the coefficient of variation, have no unit. */
void csv_reporter::print_times(const Run &run)
{
	const bool is_ratio =
		run.run_type == Run::RT_Aggregate && run.aggregate_unit == benchmark::kPercentage;
	std::ostream &out = GetOutputStream();
	out << ',' << run.iterations;
	if (is_ratio) {
		out << ',' << number(run.real_accumulated_time);
		out << ',' << number(run.cpu_accumulated_time) << ',';
	} else {
		out << ',' << number(run.GetAdjustedRealTime());
		out << ',' << number(run.GetAdjustedCPUTime());
		out << ',' << benchmark::GetTimeUnitString(run.time_unit);
	}
}

void csv_reporter::print_counter(const Run &run, const std::string &name)
{
	const auto counter = run.counters.find(name);
	GetOutputStream() << ',';
	if (counter != run.counters.end()) {
		GetOutputStream() << number(counter->second.value);
	}
}

/* Like Google Benchmark's reporter, it has neither times nor a label for a row that is not good. */
void csv_reporter::print_row(const Run &run, const std::set<std::string> &counters)
{
	std::ostream &out = GetOutputStream();
	const verdict outcome = verdict_of(run);
	const bool is_good = outcome == verdict::good;
	out << quoted(run.benchmark_name());
	if (is_good) {
		print_times(run);
	} else {
		out << ",,,,";
	}
	for (const char *rate : rates) {
		print_counter(run, rate);
	}
	out << ',' << (is_good && !run.report_label.empty() ? quoted(run.report_label) : "");
	out << ',' << (is_good ? "" : outcome == verdict::failed ? "true" : "false");
	out << ',' << (is_good ? "" : quoted(reason_of(run)));
	for (const std::string &counter : counters) {
		print_counter(run, counter);
	}
	out << '\n';
}

void csv_reporter::Finalize()
{
	const auto counters = find_counters();
	print_header(counters);
	for (const Run &run : runs) {
		print_row(run, counters);
	}
	runs.clear();
}

} /* namespace gbench */
