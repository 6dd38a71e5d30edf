# start from the outside: its rows, what it refuses, what fails a row and leaves the others, and that
# nothing is left behind.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_helper

PROGRAMS=$BATS_TEST_DIRNAME/../runtimes/programs

# One short batch of each row, with little memory.
BRIEF=(--time=0.004 --samples=1)

# --- rows --------------------------------------------------------------------------------------

@test "start: the rows by default" {
  names=$(gilbench start --benchmark_list_tests | sed 's|/iterations:.*||')
  [ "$names" = "start/mode:threads/way:thread
start/mode:processes/way:fork
start/mode:processes/way:posix_spawn/program:true
start/mode:processes/way:vfork_exec/program:true
start/mode:processes/way:system/program:true
start/mode:processes/way:posix_spawn/program:gilbench
start/mode:processes/way:by_name/program:gilbench
start/mode:processes/way:fork/pages:small/memory:1MiB
start/mode:processes/way:fork/pages:huge/memory:1MiB
start/mode:processes/way:fork/pages:small/memory:100MiB
start/mode:processes/way:fork/pages:huge/memory:100MiB
start/mode:processes/way:fork/pages:small/memory:1GiB
start/mode:processes/way:fork/pages:huge/memory:1GiB" ]
}

@test "start: other memory, other modes" {
  try start:memory=2MiB --mode=processes --benchmark_list_tests
  [ "$status" -eq 0 ]
  [ "$(grep -c memory:2MiB <<<"$output")" -eq 2 ]
  [ "$(grep -c memory: <<<"$output")" -eq 2 ]
  expect_not grep -q mode:threads <<<"$output"
}

@test "start: every row is measured, and what it counts" {
  try start:memory=4MiB "${BRIEF[@]}" --benchmark_filter='-pages:huge' --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'length == 8 and all(.starts >= 1 and .real_time > 0 and .workers == 1)' \
    'all(.time_unit == "us" and has("hold_s") == false)' \
    'all((.name | contains("memory:4MiB")) == has("huge_part"))' \
    'map(.huge_part // empty) == [0]'
}

@test "start: huge pages, or the reason why there are none" {
  status=0
  gilbench start:memory=4MiB "${BRIEF[@]}" --benchmark_filter=pages:huge --out=r.json || status=$?
  if [ "$status" -eq 0 ]; then
    expect_samples r.json 'length == 1 and all(.huge_part >= 0.9)'
  else
    expect_matches "$(failures r.json)" 'huge pages'
  fi
}

@test "start: a real interpreter's own ways" {
  try start "${BRIEF[@]}" --interpreter=/usr/bin/python3 --mode=real --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'all(.starts >= 1 and .real_time > 0)' \
    'map(.name | split("/way:")[1]) | sort == ["Process.fork", "Process.forkserver",
      "Process.spawn", "os.system/program:true", "subprocess.run/program:true",
      "threading.Thread"]' \
    'all(.name | startswith("start/mode:real/runtime:cpython-"))'
}

@test "start: an interpreter whose program does not have it gets no rows" {
  try start --interpreter="$BATS_TEST_DIRNAME/../runtimes/test/fake_interpreter" --mode=threads,real \
    --benchmark_list_tests
  [ "$status" -eq 0 ]
  [[ $output == start/mode:threads/way:thread* ]]
  expect_not grep -q mode:real <<<"$output"
}

# --- what is refused ---------------------------------------------------------------------------

@test "start: options and parameters without meaning" {
  for option in --workers=2 --lock=mutex --kernel=primes; do
    expect_refusal "^gilbench: ${option%=*} has no meaning for start; omit it$" start "$option"
  done
  expect_refusal '^gilbench: start has none of the modes asked for; it has: threads, processes, real$' \
    start --mode=gil,sequential
  for memory in 0B 1KiB 2048GiB much; do
    expect_refusal "^gilbench: 'start:memory=$memory': memory must be .*from 4KiB to 1024GiB" \
      "start:memory=$memory"
  done
}

# expect_unknown PATTERN WORD...: a spawned gilbench does not know what it is asked for.
expect_unknown() {
  status=0
  "$GILBENCH" --as-task "${@:2}" >out 2>err || status=$?
  [ "$status" -eq 2 ]
  [ ! -s out ]
  [ "$(wc -l <err)" -eq 1 ]
  expect_matches "$(<err)" "$1"
}

@test "start: a task or kernel that is not registered is refused with those that are" {
  expect_unknown "^gilbench: no task is called 'local'; known are: .*start-kernel, start-nothing" local
  expect_unknown "^gilbench: no task is called ''; known are: "
  expect_unknown "^gilbench: unknown kernel 'local'; known: countdown, primes, mandelbrot, chase$" \
    start-kernel local 1
  expect_unknown "^gilbench: start-kernel: invalid number of units 'x'; it takes a whole number" \
    start-kernel countdown x
  [ "$("$GILBENCH" --as-task start-kernel primes 10)" = "$("$GILBENCH" --as-task start-kernel primes 10)" ]
}

@test "start: words that an interpreter's program does not take" {
  for words in "nope 1000 true" "threading.Thread 0 true" "threading.Thread 1000" "os.system x true"; do
    status=0
    # shellcheck disable=SC2086
    /usr/bin/python3 "$PROGRAMS/gilbench.py" start $words >out 2>err || status=$?
    [ "$status" -eq 2 ]
    [ ! -s out ]
    expect_matches "$(<err)" "^gilbench.py: invalid arguments 'start $words'; allowed are "
  done
}

# --- what fails a row --------------------------------------------------------------------------

# The reasons of the rows whose names match the first regular expression; all others are measured.
expect_only_failed() {
  expect_samples r.json "map(has(\"error_message\") == (.name | test(\"$1\"))) | all"
  local reason
  while IFS= read -r reason; do
    expect_matches "$reason" "$2"
  done < <(failures r.json)
}

@test "start: memory that the machine does not have fails its rows" {
  try start:memory=1024GiB "${BRIEF[@]}" --benchmark_filter='way:(thread|fork)' --out=r.json
  [ "$status" -eq 1 ]
  expect_only_failed memory: '^too little memory to touch 1024GiB: [0-9]+[MG]iB is available, '
}

@test "start: memory that may not be mapped fails its rows" {
  need_plain_build
  try_under prlimit --as=1500000000 -- start:memory=2GiB "${BRIEF[@]}" \
    --benchmark_filter='way:(thread|fork)' --out=r.json
  [ "$status" -eq 1 ]
  expect_only_failed memory: '^(could not map 2GiB of memory: Cannot allocate memory|too little memory)'
}

@test "start: without the program true, the rows that execute it fail" {
  try_under env PATH=/nonexistent -- start:memory=4KiB "${BRIEF[@]}" \
    --benchmark_filter='-pages:huge' --out=r.json
  [ "$status" -eq 1 ]
  expect_only_failed program:true "^found no program 'true' .* in the folders of PATH, '/nonexistent'$"
}

@test "start: a program that cannot be executed, or fails" {
  mkdir bin
  printf '%s\n' '#!/nonexistent/interpreter' >bin/true
  chmod +x bin/true
  try_under env PATH="$PWD/bin" -- start:memory=4KiB "${BRIEF[@]}" \
    --benchmark_filter='-pages:huge' --out=r.json
  [ "$status" -eq 1 ]
  expect_only_failed program:true \
    "^(could not execute '$PWD/bin/true': No such file|the shell could not execute '$PWD/bin/true'$)"
  printf '%s\n' '#!/bin/sh' 'kill -KILL $$' >bin/true
  try_under env PATH="$PWD/bin" -- start:memory=4KiB "${BRIEF[@]}" \
    --benchmark_filter='-pages:huge' --out=r.json
  [ "$status" -eq 1 ]
  expect_only_failed program:true "bin/true'? (was killed by signal 9 \(Killed\)|ended early with exit status 137)$"
}

@test "start: the interpreter's ways say why a start failed" {
  mkdir bin
  printf '%s\n' '#!/bin/sh' 'exit 3' >bin/true
  chmod +x bin/true
  try_under env PATH="$PWD/bin:$PATH" -- start "${BRIEF[@]}" --interpreter=/usr/bin/python3 --mode=real \
    --benchmark_filter='Thread|program:true' --out=r.json
  [ "$status" -eq 1 ]
  expect_only_failed program:true \
    "^interpreter '/usr/bin/python3': .*bin/true'? ended early with status [0-9]+$"
}

@test "start: no process may be made: the rows fail" {
  need_other_user
  need_plain_build
  chmod 777 "$public"
  program=$public/gilbench
  try_under "${other[@]}" prlimit --nproc=1 -- start "${BRIEF[@]}" --mode=threads "--out=$public/r.json"
  mv "$public/r.json" .
  [ "$status" -eq 1 ]
  expect_matches "$(failures r.json)" '^could not fork .*ulimit -u.*: Resource temp'
}

@test "start: no descriptor is left: the rows fail" {
  try_under prlimit --nofile=12 -- start "${BRIEF[@]}" --mode=threads --out=r.json
  [ "$status" -eq 1 ]
  expect_samples r.json 'length == 1'
  [ "$(failures r.json)" = "could not create a pipe: Too many open files" ]
}

# --- lost and interrupted ----------------------------------------------------------------------

# Sets `starting` to the process that starts others: the child of the supervisor, which is `region`.
find_starting() {
  find_region || return
  find_children "$region"
  starting=${children[0]-}
  [ -n "$starting" ]
}

@test "start: the process that starts others is killed: one sample fails" {
  start_until find_starting start --time=4 --samples=2 --mode=threads --out=r.json
  kill -KILL "$starting"
  finish
  [ "$status" -eq 1 ]
  [ "$(failures r.json)" = "the process that starts others was killed by signal 9 (Killed)" ]
  expect_samples r.json 'length == 2 and (map(select(has("error_message"))) | length) == 1'
}

@test "start: Ctrl-C leaves no process" {
  for filter in way:fork program:true by_name; do
    start_until find_starting start:memory=64MiB --time=1 --samples=100 "--benchmark_filter=$filter" \
      --out=r.json
    kill -INT "$pid"
    finish
    [ "$status" -eq 1 ]
    expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of [0-9]+ samples were measured'
    eventually 10 nobody_left
  done
}
