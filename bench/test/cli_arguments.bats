# What gilbench says to wrong arguments, and to questions about itself.

load cli_helper

# --- wrong ------------------------------------------------------------------------------------

@test "an unknown name is refused, and all names there are follow" {
  expect_refusal "unknown experiment 'nosuch'; known: times, .*primitives" nosuch
  expect_refusal "--kernel: unknown kernel 'nosuch'; known: countdown, .*chase" --kernel=nosuch
  expect_refusal "--kernel: unknown kernel ''; known: " --kernel=
  expect_refusal "--kernel: unknown kernel ''; known: " --kernel=countdown,
  expect_refusal "--mode: unknown mode 'nosuch'; known: sequential, gil, threads, processes" \
    --mode=gil,nosuch
  expect_refusal "--lock: unknown lock model 'nosuch'; known: none, .*cpython3" --lock=nosuch
  expect_refusal "--pin: unknown placement 'somewhere'; known: core, pu, same, none" \
    --pin=somewhere
}

@test "an unknown parameter is refused, and those there are follow" {
  expect_refusal "'cpython3' has no parameter 'nosuch'; known: interval" --lock=cpython3:nosuch=1
  expect_refusal "'mutex' has no parameter 'interval'; it takes none" --lock=mutex:interval=1ms
  expect_refusal "'cpython3:interval': a parameter has the form name=value" --lock=cpython3:interval
}

@test "a parameter out of its range is refused, and the range follows" {
  local value
  for value in 0ms 10h 36000s 5 -1ms 1.5ms 99999999999999999999s ''; do
    expect_refusal "interval=$value'.* ns, us, ms or s, from 1us to 10s$" \
      "--lock=cpython3:interval=$value"
  done
  expect_refusal "size must be .* B, KiB, MiB or GiB, from 64KiB to .*GiB$" --kernel=chase:size=1B
}

@test "an unknown option is refused" {
  local option
  for option in --nosuch --nosuch=1 --benchmark_nosuch --benchmark_nosuch=1; do
    expect_refusal "'$option'.*gilbench --help lists the options" "${TINY[@]}" "$option"
  done
  expect_refusal "unknown option '-x'" -x "${TINY[@]}"
  expect_refusal "unknown option '-x'" "${TINY[@]}" -xy
  expect_refusal "unknown option '-x'" "${TINY[@]}" -qx
  expect_refusal "unknown option '--l'" --l
}

@test "an option without its value is refused" {
  local option
  for option in kernel lock mode workers interpreter time samples every over pin seed out; do
    expect_refusal "--$option needs a value" "--$option"
    expect_refusal "--$option needs a value" "--$option" "${TINY[@]}"
  done
  expect_refusal "--out: it takes the name of a file" --out=
}

@test "a value for an option that takes none is refused" {
  local option
  for option in quick quiet verbose list version; do
    expect_refusal "--$option takes no value" "--$option=1"
  done
}

@test "a wrong number of workers is refused" {
  local value
  for value in -1 99999999999 2,x '' 1,,2 1.5 ' 1' 1025; do
    expect_refusal "--workers: .* whole numbers from 1 to 1024" "--workers=$value"
  done
  expect_refusal "--workers=0 is not allowed for times; it takes numbers from 1 to 1024" --workers=2,0
  expect_refusal "--workers=0 is not allowed for times" convoy times --workers=0
}

@test "a wrong time is refused" {
  local value
  for value in 0 -1 nan inf 1e9 abc '' 1s; do
    expect_refusal "--time: invalid time '$value'; it takes seconds, from 0.001 to 600" \
      "--time=$value"
  done
}

@test "a wrong number of samples or runs, or a wrong seed, is refused" {
  local value
  for value in 0 x -1 1001 '' 99999999999999999999; do
    expect_refusal "--samples: invalid number of samples '$value'; it takes a whole number from 1 to 1000" \
      "--samples=$value"
  done
  for value in 0 101 x '' auto: auto:2 auto:0% auto:101% auto:x% automatic; do
    expect_refusal "--runs: invalid number of runs '$value'; it takes a whole number from 1 to 100, auto," \
      "--runs=$value"
  done
  for value in -1 x '' 99999999999999999999; do
    expect_refusal "--seed: invalid seed '$value'; it takes a whole number from 0 to" "--seed=$value"
  done
}

@test "a wrong name of the machine is refused" {
  for name in '' .. .x a/b 'a b' $'a\n' ü; do
    expect_refusal "^gilbench: --machine: invalid name '.*'; it takes letters, digits" "--machine=$name"
  done
}

@test "a wrong value of one of Google Benchmark's options is refused" {
  expect_refusal "bad value for --benchmark_format" --benchmark_format=nosuch
  expect_refusal "bad value for --benchmark_min_time" --benchmark_min_time=x
  expect_refusal "cannot write '/nonexistent/a'" --benchmark_out=/nonexistent/a
}

@test "a key of the context that the result has anyway is refused" {
  local key keys fake=$BATS_TEST_DIRNAME/../runtimes/test/fake_interpreter
  local refused="--benchmark_context: .* itself writes the key"
  gilbench "${TINY[@]}" --out=results.json >/dev/null
  mapfile -t keys < <(jq -r '.context | keys_unsorted - ["machine"] | .[]' results.json)
  ((${#keys[@]} > 20))
  for key in "${keys[@]}"; do
    expect_refusal "$refused '$key'; choose another one" "${TINY[@]}" --out=refused.json \
      "--benchmark_context=other=1,$key=x"
  done
  key=interpreter.cpython-3.11.2
  expect_refusal "$refused '$key'" "${TINY[@]}" --out=refused.json "--interpreter=$fake" \
    --mode=gil,real "--benchmark_context=$key=x"
  [ ! -e refused.json ]
  gilbench "${TINY[@]}" --benchmark_context=other=1,machine=mine --out=results.json >/dev/null
  jq -e '.context | .other == "1" and .machine == "mine"' results.json
}

@test "a filter that matches no row is refused, and no file is written" {
  expect_refusal "no row has a name that matches .*--benchmark_filter; --benchmark_list_tests" \
    "${TINY[@]}" --benchmark_filter=nosuch --out=results.json
  expect_refusal "no row .* regular expression of --benchmark_filter" "${TINY[@]}" '--benchmark_filter=(' --out=results.json
  [ ! -e results.json ]
}

# --- questions --------------------------------------------------------------------------------

@test "--help shows its own text first, with an example for each wish" {
  try --help
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ $output == "Usage: gilbench "* ]]
  [[ $output == *Experiments:*Options:*Examples:*"Google Benchmark's own options"* ]]
  [[ ${output#*own options} == *--benchmark_filter* ]]

  local option example
  for option in kernel lock mode workers interpreter time samples quick every over pin seed out quiet verbose \
    list version help; do
    expect_matches $'\n'"$output" $'\n'"  (-., )?--${option}[ =]"
  done
  [ "$(gilbench -h)" = "$output" ]
  # No line is wider than a terminal.
  expect_not grep -Eqe '^.{81}' <<<"${output%%Google Benchmark*}"
  for example in --quick --mode=gil --lock=all interval= --kernel= --workers= --pin= \
    --out= primitives --benchmark_filter=; do
    expect_matches $'\n'"$output" $'\n'"  gilbench [^"$'\n'"]*$example"
  done
}

@test "the examples of --help are right" {
  local examples example
  examples=$(gilbench --help | sed -n '/^Examples:/,/^$/p' | grep -Eoe '^  gilbench( [^ ]+)*')
  [ "$(wc -l <<<"$examples")" -ge 8 ]
  while read -r example; do
    read -ra words <<<"${example#gilbench}"
    try "${words[@]}" --benchmark_list_tests
    [ "$status" -eq 0 ]
    [ -n "$output" ]
  done <<<"$examples"
}

@test "--version says the version" {
  try --version
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  expect_matches "$output" '^gilbench [0-9]+\.[0-9]+\.[0-9]+ \(.+, built by .+\)
Google Benchmark [0-9.]+, hwloc [0-9.]+$'
  [ "$(gilbench -V)" = "$output" ]
}

@test "--quiet prints nothing but errors" {
  try "${TINY[@]}" --quiet --out=results.json
  [ "$status" -eq 0 ]
  [ -z "$output$stderr" ]
  [ -s results.json ]
  expect_refusal "unknown kernel 'nosuch'" -q --kernel=nosuch
}

@test "--verbose prints every sample and the counters" {
  try "${TINY[@]}" --samples=2 -v
  [ "$status" -eq 0 ]
  [ "$(grep -c '^times/.* acquisitions=' <<<"$output")" -ge 2 ]
  try "${TINY[@]}" --samples=2
  [[ $output != *acquisitions* ]]
}

@test "a parameter of an experiment may be given as an option of its name" {
  local list
  list=$(gilbench convoy "${TINY[@]}" --every=2ms --over=udp --benchmark_list_tests)
  [ "$list" = "$(gilbench convoy:every=2ms:over=udp "${TINY[@]}" --benchmark_list_tests)" ]
  [[ $list == *"/every:2ms/over:udp"* ]]
  expect_refusal "--every: no experiment asked for has a parameter 'every'" --every=2ms
  expect_refusal "--over: no experiment asked for has a parameter 'over'" bandwidth --over=udp
  expect_refusal "--every: 'convoy:every=1ns': every must be" convoy --every=1ns
}

@test "--list knows every name that an option takes, and the parameters" {
  local list name names wrong
  list=$(gilbench --list)
  for wrong in nosuch --kernel=nosuch --mode=nosuch --lock=nosuch --pin=nosuch; do
    try "$wrong"
    names=${stderr##*known: }
    [[ $names == *,* ]]
    for name in ${names//,/}; do
      # Two spaces before it, and a summary behind it.
      expect_matches $'\n'"$list" $'\n'"  $name +[^ ]"
    done
  done
  grep -Eqe '^ +interval=5ms: ' <<<"$list"
  grep -Eqe '^ +checkinterval=100: ' <<<"$list"
  grep -Eqe '^ +size: ' <<<"$list"
}

@test "--benchmark_list_tests lists the rows and measures none" {
  # Also where a script prints the table of what was measured.
  export GILBENCH_TABLE
  GILBENCH_TABLE=$(command -v true)
  try "${SMALL[@]}" --mode=gil --benchmark_list_tests --out=results.json
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  mapfile -t lines <<<"$output"
  [ "${#lines[@]}" -eq 4 ]
  [[ ${lines[0]} == times/kernel:countdown/mode:gil/lock:cpython2/workers:1* ]]
  [ ! -e results.json ]
}

@test "answers that cannot be written are not lost unheard" {
  local question
  for question in --help --version --list; do
    status=0
    stderr=$(gilbench "$question" 2>&1 >/dev/full) || status=$?
    [ "$status" -eq 1 ]
    expect_complaint "could not write to standard output"
  done
  status=0
  stderr=$(gilbench --benchmark_list_tests 2>&1 >/dev/full) || status=$?
  [ "$status" -eq 1 ]
  expect_complaint "could not write to standard output"
}
