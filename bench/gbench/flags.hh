/*
 * Google Benchmark's command line flags. It keeps them to itself, so the shim reads those that it
 * needs from argv before Google Benchmark takes them out.
 */
#pragma once

#include <list>
#include <string>

namespace gbench
{

/* Prints "PROGRAM: error: MESSAGE" to standard error and exits with status 1. */
[[noreturn]] void die(const std::string &message);

/* The same for a flag whose value Google Benchmark would reject. */
[[noreturn]] void die_of_bad_value(const char *flags);

/* Whether argv has the flag --NAME, with or without a value. */
bool has_flag(int argc, char **argv, const char *name);

/*
 * Returns the value of --NAME: the last in argv or else that of the environment variable NAME in
 * capitals, as Google Benchmark does, or else `otherwise`. It is "" for a flag without a value.
 */
const char *flag_value(int argc, char **argv, const char *name, const char *otherwise);

/* Whether Google Benchmark takes this value of a boolean flag for true. */
bool is_true(std::string value);

/*
 * Rewrites each --benchmark_min_time in argv to the form that the installed version wants; exits
 * with an error message if one is not valid. Returns the strings that argv then points to; keep
 * them until Google Benchmark has parsed argv.
 */
std::list<std::string> rewrite_min_time(int argc, char **argv);

/* Sets one flag in addition to those already set, after benchmark::Initialize(). */
void set_flag(std::string flag);

} /* namespace gbench */
