# What a run does when the system refuses something, or a worker is lost: the samples that cannot be
# taken fail with a reason, all others are there.

# Variables go to and come from there:
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load cli_helper

# expect_failed COUNT PATTERN: so many of the samples in results.json, or all, have failed, for that
# reason, and gilbench said so; each of the others is whole.
expect_failed() {
  local said='^gilbench: ([0-9]+) of ([0-9]+) samples failed; their rows give the reasons'
  [ "$status" -eq 1 ]
  expect_complaint "$said"
  [[ $stderr =~ $said ]]
  local failed=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
  [ "$failed" -eq "${1/all/$all}" ]
  expect_samples results.json "length == $all" \
    "map(.error_message // empty) | length == $failed and all(test(\"$2\"))" \
    'map(select(has("error_message") | not)) | all(.real_time > 0 and .cpu_s > 0 and has("order"))'
}

# --- forks and threads -------------------------------------------------------------------------

# limited PROCESSES ARGUMENT...: as another user, who may have so many of them.
limited() {
  local processes=$1
  shift
  chmod 777 "$public"
  program=$public/gilbench
  try_under "${other[@]}" prlimit "--nproc=$processes" -- "$@" "--out=$public/results.json"
  mv "$public/results.json" .
}

@test "no process may be made: all samples fail for that reason" {
  need_other_user
  need_plain_build
  limited 1 "${SMALL[@]}" --samples=1
  expect_failed all '^could not fork .*ulimit -u.*: Resource temp'
}

@test "no thread may be made: all samples fail for that reason" {
  need_other_user
  need_plain_build
  limited 2 "${SMALL[@]}" --samples=1 --mode=sequential,gil
  expect_failed all '^could not (fork|start worker 0 of 1 as a thread) '
}

# For some milliseconds the kernel goes on counting processes that have ended, so the row that fits
# has to come first: returns a seed that makes it so.
seed_for_fewest_first() {
  local seed
  for seed in {1..30}; do
    gilbench --time=0.001 --samples=1 --workers=1,2 "--seed=$seed" --out=order.json "$@" \
      >/dev/null 2>&1
    if expect_samples order.json 'min_by(.order).workers == 1' >/dev/null; then
      echo "$seed"
      return
    fi
  done
}

too_many_workers() {
  local arguments=("--mode=$1" --lock=cpython3)
  need_other_user
  need_plain_build
  limited 40 --time=0.005 --samples=1 "${arguments[@]}" --workers=1,100 \
    "--seed=$(seed_for_fewest_first "${arguments[@]}")"
  expect_failed 1 "^could not start worker [0-9]+ of 100 as a $2 .*ulimit -u.*: Resource temp"
  expect_samples results.json '.[0] | (.name | endswith("/workers:1")) and .workers == 1'
}

@test "too many threads: their row fails for that reason, the others do not" {
  too_many_workers gil thread
}

@test "too many processes: their row fails for that reason, the others do not" {
  too_many_workers processes process
}

# --- cores -------------------------------------------------------------------------------------

@test "a topology that is not this machine's is refused, and the variable named" {
  local pin
  for pin in core none; do
    HWLOC_SYNTHETIC="core:4 pu:1" expect_refusal "set in the environment: HWLOC_SYNTHETIC[)]" \
      "${TINY[@]}" "--pin=$pin" --out=results.json
  done
  HWLOC_THISSYSTEM=0 expect_refusal "set in the environment: HWLOC_THISSYSTEM[)]" "${TINY[@]}"
  [ ! -e results.json ]
}

@test "made-up cores outside the allowed set are not used" {
  local pu
  pu=$(taskset -cp $$ | grep -Eoe '[0-9]+$')
  HWLOC_SYNTHETIC="core:$((pu + 3)) pu:1" HWLOC_THISSYSTEM=1 \
    try_under taskset -c "$pu" -- "${TINY[@]}" "--workers=1,2" --out=results.json
  [ "$status" -eq 0 ]
  jq -e ".context.cores == \"1\" and .context.pin_map == \"pu $pu,$pu\"" results.json
}

# The thread of `region` that is bound to PU.
thread_on() {
  grep -lse "^Cpus_allowed_list:[[:space:]]*$1\$" /proc/"$region"/task/*/status | cut -d/ -f5
}

# Stops a region whose two workers are bound.
stop_bound_threads() {
  stop_threads || return
  if [ -n "$(thread_on "${pus[0]}")" ] && [ -n "$(thread_on "${pus[1]}")" ]; then
    return 0
  fi
  kill -CONT "$region"
  return 1
}

@test "a worker is moved to another core: its sample fails" {
  need_cores 2
  gilbench "${TINY[@]}" --out=pins.json >/dev/null 2>&1
  IFS=, read -ra pus < <(jq -r '.context.pin_map | ltrimstr("pu ")' pins.json)
  start_until stop_bound_threads --time=0.2 --samples=4 --mode=threads --workers=2 \
    --out=results.json
  taskset -cp "${pus[1]}" "$(thread_on "${pus[0]}")"
  kill -CONT "$region"
  finish
  expect_failed 1 "^worker 0 was bound to PU ${pus[0]} but ran on PU ${pus[1]} at the (start|end) "
  expect_matches "$stderr" '1 of 4 samples failed'
}

@test "hwloc cannot read the topology" {
  HWLOC_COMPONENTS=stop try "${TINY[@]}" --out=r.json
  [ "$status" -eq 1 ]
  expect_complaint "hwloc could not read this machine's topology"
  # Here hwloc adds a line of its own.
  HWLOC_XMLFILE=/nonexistent HWLOC_COMPONENTS=xml,stop try "${TINY[@]}"
  [ "$status" -eq 1 ]
  expect_complaint "hwloc could not read this machine's topology"
  [ ! -e r.json ]
}

# --- lost workers ------------------------------------------------------------------------------

# lose MODE STOP: starts a run of two workers a sample, until one is stopped.
lose() {
  start_until "$2" --time=0.1 --samples=4 "--mode=$1" --lock=cpython3 --workers=2 \
    --out=results.json
}

@test "threads that are killed: one sample fails" {
  lose gil stop_threads
  kill -KILL "$region"
  finish
  expect_failed 1 '^the process with the workers was killed by signal 9 '
  expect_matches "$stderr" '1 of 4 samples failed'
}

@test "a process that is killed: one sample fails" {
  lose processes stop_processes
  kill -KILL "${workers[0]}"
  finish
  expect_failed 1 '^worker [01] was killed by signal 9 '
  expect_matches "$stderr" '1 of 4 samples failed'
}

@test "the parent of the processes is killed: one sample fails, and the processes end" {
  lose processes stop_processes
  kill -KILL "$region"
  finish
  expect_failed 1 '^the process with the workers was killed by signal 9 '
  expect_matches "$stderr" '1 of 4 samples failed'
}

# lose_runner MODE FIND: kills gilbench itself.
lose_runner() {
  echo older >results.json
  start_until "$2" --time=0.1 --samples=1000 "--mode=$1" --lock=cpython3 --workers=2 \
    --out=results.json
  kill -KILL "$pid"
  finish
  [ "$status" -eq $((128 + 9)) ]
  eventually 10 nobody_left
  [ "$(<results.json)" = older ]
  # Nobody was left to clear it away.
  rm -f results.json.??????
}

@test "gilbench is killed: its threads end too" {
  lose_runner gil find_threads
}

@test "gilbench is killed: its processes end too" {
  lose_runner processes find_processes
}

# --- interruptions -----------------------------------------------------------------------------

another_region() {
  find_threads && [ "$region" != "$first" ]
}

# Starts a run that would take ten seconds, and waits until some of its samples have been taken.
start_long() {
  start_until find_threads --time=0.05 --samples=200 --mode=gil --lock=cpython3 --workers=2 "$@"
  first=$region
  eventually "$LIMIT_S" another_region
}

# interrupt SIGNAL: an older file stays, and what was measured is kept beside it.
interrupt() {
  local said measured
  echo older >results.json
  start_long --out=results.json
  kill "-$1" "$pid"
  finish
  [ "$status" -eq 1 ]
  said="gilbench: interrupted by SIG$1; ([0-9]+) of 200 samples were measured"
  expect_complaint "^$said and are kept in results.json.partial$"
  [[ $stderr =~ $said ]]
  measured=${BASH_REMATCH[1]}
  ((measured >= 1 && measured < 200))

  [ "$(<results.json)" = older ]
  [ "$(echo *)" = "err out results.json results.json.partial" ]
  expect_samples results.json.partial \
    'length == 200' \
    "map(select(.real_time > 0 and has(\"order\"))) |
      (map(.order) | sort) == [range($measured)]" \
    "map(select(.error_message == \"interrupted by SIG$1\")) | length == 200 - $measured"
}

@test "Ctrl-C half way: what was measured is kept" {
  interrupt INT
}

@test "SIGTERM half way: what was measured is kept" {
  interrupt TERM
}

@test "SIGHUP half way: what was measured is kept" {
  interrupt HUP
}

@test "Ctrl-\\ half way: what was measured is kept" {
  interrupt QUIT
}

@test "SIGUSR1 half way: what was measured is kept" {
  interrupt USR1
}

@test "Ctrl-C without a file: it says how many samples are lost" {
  start_long
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 200 samples were measured$'
}

calibrates() {
  find_children "$pid"
  ((${#children[@]} == 1))
}

@test "Ctrl-C before the first sample" {
  start_until calibrates --time=100 --samples=1 --mode=sequential --out=results.json
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; 0 of 1 samples were measured'
  [ ! -e results.json ]
}

@test "Ctrl-C while forked workers run" {
  start_until find_processes --time=0.15 --samples=200 --mode=processes --lock=cpython3 --workers=2
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 200 samples were measured$'
}

# The temporary file has a name only where the file system has no others.
file_is_open() {
  compgen -G 'results.json.??????' >/dev/null ||
    readlink "/proc/$pid/fd/"* 2>/dev/null | grep -qFe "$PWD/#"
}

@test "Ctrl-C while a row is timed in the process itself" {
  start_until file_is_open primitives --samples=40 --benchmark_filter=op:native_loop \
    --out=results.json
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; .* are kept in results.json.partial$'
  [ ! -e results.json ]
  expect_samples results.json.partial 'length == 40'
}

@test "nohup: a SIGHUP that was ignored before stays ignored" {
  signals=--ignore-signal=HUP
  lose gil stop_threads
  kill -HUP "$pid"
  kill -CONT "$region"
  finish
  [ "$status" -eq 0 ]
  expect_samples results.json 'length == 4 and all(has("error_message") | not)'
}
