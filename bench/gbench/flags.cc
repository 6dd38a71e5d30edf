/* See flags.hh. */
#include "flags.hh"

#include "text.hh"
#include "versions.hh"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace gbench
{

namespace
{

/* Returns the value of --`name` in `arg`, "" if it has none, or NULL if `arg` is another flag. */
const char *value_in(const char *arg, const std::string &name)
{
	const std::string flag = "--" + name;
	if (std::strncmp(arg, flag.c_str(), flag.size()) != 0) {
		return nullptr;
	}
	const char *rest = arg + flag.size();
	if (*rest == '\0') {
		return rest;
	}
	return *rest == '=' ? rest + 1 : nullptr;
}

/*
 * Returns the value of --benchmark_min_time as this version wants it. A count of iterations, "10x",
 * is returned as it is: 1.7 does not know it and leaves it in argv. 1.9 would abort later if given
 * anything that is neither a time nor a count.
 */
std::string min_time_value(const char *value)
{
	char *rest = nullptr;
	const double number = std::strtod(value, &rest);
	const std::string digits(value, static_cast<size_t>(rest - value));
	const bool is_whole = digits.find_first_not_of("0123456789") == std::string::npos;
	const bool is_count = std::strcmp(rest, "x") == 0 && is_whole && number > 0;
	const bool is_time = (std::strcmp(rest, "s") == 0 || *rest == '\0') && number >= 0;
	if (digits.empty() || !std::isfinite(number) || (!is_count && !is_time)) {
		die_of_bad_value("--benchmark_min_time");
	}
	return is_count ? value : digits + time_suffix;
}

/* Returns the value of the last --`name` in argv, or `otherwise`. */
const char *last_value(int argc, char **argv, const char *name, const char *otherwise)
{
	const char *result = otherwise;
	for (int i = 1; i < argc; i++) {
		const char *value = value_in(argv[i], name);
		result = value != nullptr ? value : result;
	}
	return result;
}

} /* namespace */

void die(const std::string &message)
{
	const char *program = BenchmarkReporter::Context::executable_name;
	const char *slash = std::strrchr(program, '/');
	std::fprintf(stderr, "%s: error: %s\n", slash ? slash + 1 : program,
		clean_text(message.c_str()).c_str());
	std::exit(1);
}

void die_of_bad_value(const char *flags)
{
	die(std::string("bad value for ") + flags);
}

bool has_flag(int argc, char **argv, const char *name)
{
	return last_value(argc, argv, name, nullptr) != nullptr;
}

const char *flag_value(int argc, char **argv, const char *name, const char *otherwise)
{
	std::string variable = name;
	for (char &c : variable) {
		c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
	}
	const char *environment = std::getenv(variable.c_str());
	return last_value(argc, argv, name, environment != nullptr ? environment : otherwise);
}

bool is_true(std::string value)
{
	const auto lower = [](unsigned char c) { return static_cast<char>(std::tolower(c)); };
	std::transform(value.begin(), value.end(), value.begin(), lower);
	const auto off = { "0", "f", "n", "false", "no", "off" };
	return std::find(off.begin(), off.end(), value) == off.end();
}

std::list<std::string> rewrite_min_time(int argc, char **argv)
{
	std::list<std::string> rewritten;
	for (int i = 1; i < argc; i++) {
		const char *value = value_in(argv[i], "benchmark_min_time");
		if (value != nullptr && min_time_value(value) != value) {
			rewritten.push_back("--benchmark_min_time=" + min_time_value(value));
			argv[i] = rewritten.back().data();
		}
	}
	return rewritten;
}

/*
 * Initializing again is the only way to set a flag. It also adds the pairs of --benchmark_context
 * again, complaining about those that exist, so the context is put aside meanwhile.
 */
void set_flag(std::string flag)
{
	auto *&context = benchmark::internal::GetGlobalContext();
	auto *const kept = std::exchange(context, nullptr);
	char *program = const_cast<char *>(BenchmarkReporter::Context::executable_name);
	char *argv[] = { program, flag.data(), nullptr };
	int argc = 2;
	benchmark::Initialize(&argc, argv);
	delete std::exchange(context, kept);
}

} /* namespace gbench */
