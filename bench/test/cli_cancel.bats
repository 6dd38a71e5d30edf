# cancel from the outside: its rows, what they count, what a real interpreter adds, and what happens
# when a worker ends before it is asked to, or the run is interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_interpreter

BRIEF=(--time=0.02 --samples=2)
PROGRAMS=$BATS_TEST_DIRNAME/../runtimes/programs

# --- rows --------------------------------------------------------------------------------------

@test "cancel: rows, and what they count" {
  try cancel "${BRIEF[@]}" --lock=cpython3:interval=1ms --workers=0,1 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'map(.name) | unique == ([
      (("gil/lock:cpython3:interval=1ms", "threads") | "\(.)/workers:\(0, 1)/way:flag"),
      "processes/lock:cpython3:interval=1ms/workers:\(0, 1)/way:\("sigkill", "sigterm")"] |
      map("cancel/kernel:countdown/mode:\(.)") | sort)' \
    'length == 16 and all(.time_unit == "us" and .stops >= 1)' \
    'all(.p50_s > 0 and .p50_s <= .p99_s and .p99_s <= .max_s and .join_p50_s >= .p50_s)' \
    'all((.real_time / 1e6 - .p50_s | fabs) < 1e-9)'
  # The distribution has every stop.
  [ "$(sed -n 's/^# row: //p' r.hgrm | sort)" = "$(samples r.json 'map(.name) | unique | .[]' |
    sort)" ]
  [ "$(sed -n 's/^# sample:.* messages=\([0-9]*\).*/\1/p' r.hgrm | sort -n)" = \
    "$(samples r.json 'map(.stops) | .[]' | sort -n)" ]
}

@test "cancel: by default every lock model that excludes, beside 0, 1 and 4 workers" {
  try cancel --mode=gil --benchmark_list_tests
  [ "$status" -eq 0 ]
  local models
  models=$(gilbench --list | sed -n '/^Lock models:/,/^Modes:/p' | grep -Ec '^  [a-z]')
  models=$((models - 1)) # without none, which excludes nobody
  [ "$(grep -c ^cancel/ <<<"$output")" -eq $((3 * models)) ]
  expect_not grep -q lock:none <<<"$output"
}

@test "cancel: bad input" {
  expect_refusal "^gilbench: cancel has none of the modes asked for; it has: gil, threads, " \
    cancel --mode=sequential
  expect_refusal "every=0s|every=0" cancel:every=0us
  expect_refusal "'-1'" cancel --workers=-1
}

# --- real interpreters -------------------------------------------------------------------------

@test "cancel: a real interpreter stops its threads" {
  try cancel "${BRIEF[@]}" --mode=real --workers=0,2 --interpreter=/usr/bin/python3 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'length == 4 and all(.name | test("^cancel/kernel:countdown/mode:real/runtime:cpython-"))' \
    'all(.name | test("/way:flag$"))' \
    'all(.stops >= 1 and .p50_s > 0 and .p50_s <= .max_s and .join_p50_s >= .p50_s)'
}

@test "cancel: an interpreter that does not support it has no rows" {
  fake
  try cancel "${BRIEF[@]}" --mode=gil,real --lock=mutex --workers=0 "--interpreter=$command" \
    --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'map(.name) | unique == ["cancel/kernel:countdown/mode:gil/lock:mutex/workers:0/way:flag"]'
}

# expect_real PATTERN LINE...: the sample of a fake that reports the lines fails for that reason; it
# succeeds if the pattern is empty.
expect_real() {
  local lines
  printf -v lines '%s\n' "${@:2}"
  fake 'greeting=gilbench 2' $'described=experiment cancel\ndone' \
    'worker=!report_and_wait process "process 0 $$"' "values=${lines%$'\n'}"
  try cancel "${BRIEF[@]}" --samples=1 --mode=real --workers=0 "--interpreter=$command" --out=r.json
  if [ -z "$1" ]; then
    [ "$status" -eq 0 ]
  else
    [ "$status" -eq 1 ]
    expect_matches "$(failures r.json)" "$1"
  fi
}

@test "cancel: what a real interpreter reports is checked" {
  local pairs='it has to report pairs of stopped_ns and joined_ns'
  expect_real '' 'value stopped_ns 1000' 'value joined_ns 2000'
  expect_samples r.json 'length == 1 and all(.stops == 1 and .p50_s == 1e-6 and
    .join_p50_s == 2e-6)'
  expect_real "$pairs" ''
  expect_real "$pairs" 'value stopped_ns 1000'
  expect_real "$pairs" 'value joined_ns 1000' 'value stopped_ns 1000'
  expect_real "$pairs" 'value stopped_ns 0' 'value joined_ns 1000'
  expect_real "$pairs" 'value stopped_ns 1001' 'value joined_ns 1000'
}

@test "cancel: the interpreter's program refuses other words" {
  local words
  for words in 'threads -1 5 5 5' 'threads 1 0 5 5' 'threads 1 5 0 5' 'threads 1 5 5' 'processes 1 5 5 5'; do
    status=0
    # shellcheck disable=SC2086 # several words
    /usr/bin/python3 "$PROGRAMS/gilbench.py" cancel $words >out 2>err || status=$?
    [ "$status" -eq 2 ]
    [ ! -s out ]
    expect_matches "$(<err)" "^gilbench.py: invalid arguments 'cancel $words'; allowed are "
  done
}

# --- lost and interrupted ----------------------------------------------------------------------

# Sets `victim` to the process that is to be stopped: the child of the only worker.
find_victim() {
  local worker
  find_region || return
  find_children "$region"
  worker=${children[0]-}
  [ -n "$worker" ] || return
  find_children "$worker"
  victim=${children[0]-}
  [ -n "$victim" ]
}

# start_cancel SAMPLES: victims that run for about half a second.
start_cancel() {
  start_until find_victim cancel:every=500ms --time=0.05 "--samples=$1" --mode=processes \
    --lock=mutex --workers=0 --benchmark_filter=sigterm --out=r.json
}

@test "cancel: a worker ends before it is asked to: one sample fails" {
  start_cancel 2
  kill -KILL "$victim"
  finish
  [ "$status" -eq 1 ]
  [ "$(failures r.json)" = \
    "the worker that was to be stopped failed: worker 0 was killed by signal 9 (Killed)" ]
  expect_samples r.json 'length == 2 and (map(select(has("error_message"))) | length) == 1'
}

@test "cancel: Ctrl-C leaves no process" {
  start_cancel 100
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 100 samples were measured'
  eventually 10 nobody_left
}

@test "cancel: gilbench is killed, and leaves no process" {
  start_cancel 100
  kill -KILL "$pid"
  finish
  eventually 10 nobody_left
  rm -f r.json.??????
}
