# order from the outside: its rows, what they count, what a real interpreter adds, and what happens
# when the process that reads the marks is lost or the run is interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_interpreter

BRIEF=(--time=0.02 --samples=2)
PROGRAMS=$BATS_TEST_DIRNAME/../runtimes/programs

# --- rows --------------------------------------------------------------------------------------

@test "order: rows, and what they count" {
  try order "${BRIEF[@]}" --lock=cpython3:interval=1ms --workers=1,2 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'map(.name) | unique == [
      (("gil", "processes" | . + "/lock:cpython3:interval=1ms"), "threads") as $mode |
      (1, 2) as $workers | "order/kernel:countdown/mode:\($mode)/workers:\($workers)"]' \
    'length == 12 and all(.time_unit == "us" and .real_time > 0)' \
    'all(.marks > 0 and .marks_per_s > 0)' \
    'all(.run_p50 >= 1 and .run_p50 <= .run_p90 and .run_p90 <= .run_max)' \
    'all(.run_max <= .marks and .run_switches < .marks)' \
    'all(.lost == 0 or (.name | test("mode:threads/workers:2")))' \
    'map(select(.workers == 1)) | all(.run_switches == 0 and .run_max == .marks)'
}

@test "order: by default every lock model that excludes, with 2 and 4 workers" {
  try order --mode=gil --benchmark_list_tests
  [ "$status" -eq 0 ]
  local models
  models=$(gilbench --list | sed -n '/^Lock models:/,/^Modes:/p' | grep -Ec '^  [a-z]')
  models=$((models - 1)) # without none, which excludes nobody
  [ "$(grep -c ^order/ <<<"$output")" -eq $((2 * models)) ]
  expect_not grep -q lock:none <<<"$output"
}

@test "order: a lock that excludes nobody may lose marks" {
  try order "${BRIEF[@]}" --mode=gil --lock=none --workers=2 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'length == 2 and all(.lost >= 0 and .lost < .marks)'
}

@test "order: bad input" {
  expect_refusal "^gilbench: order has none of the modes asked for; it has: gil, threads, " order \
    --mode=sequential
  expect_refusal '^gilbench: order: 256 workers are too many; allowed are 1 to 255, ' order \
    --workers=2,256
  expect_refusal '^gilbench: --workers=0 is not allowed for order; ' order --workers=0
}

# --- real interpreters -------------------------------------------------------------------------

@test "order: a real interpreter loses nothing" {
  try order "${BRIEF[@]}" --mode=real --workers=1,3 --interpreter=/usr/bin/python3 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'length == 4 and all(.name | test("^order/kernel:countdown/mode:real/runtime:cpython-"))' \
    'all(.marks > 0 and .lost == 0 and .run_p50 <= .run_max and .run_max <= .marks)' \
    'map(select(.workers == 1)) | all(.run_switches == 0 and .run_max == .marks)'
}

@test "order: an interpreter that does not support it has no rows" {
  fake
  try order "${BRIEF[@]}" --mode=gil,real --lock=mutex --workers=1 "--interpreter=$command" \
    --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'map(.name) | unique == ["order/kernel:countdown/mode:gil/lock:mutex/workers:1"]'
}

# values NAME=NUMBER...: what the fake reports, with other numbers for these names.
values() {
  local name text=
  local -A numbers=([wall_ns]=1000 [marks]=10 [kept]=10 [runs]=5 [run_p50]=2 [run_p90]=2
    [run_max]=2)
  for text in "$@"; do
    numbers[${text%%=*}]=${text#*=}
  done
  text=
  for name in "${!numbers[@]}"; do
    if [ -n "${numbers[$name]}" ]; then
      text+="value $name ${numbers[$name]}"$'\n'
    fi
  done
  fake 'greeting=gilbench 2' $'described=experiment order\ndone' \
    'worker=!report_and_wait process "process 0 $$"' "values=${text%$'\n'}"
}

# expect_real PATTERN NAME=NUMBER...: the sample fails for that reason.
expect_real() {
  values "${@:2}"
  try order "${BRIEF[@]}" --samples=1 --mode=real --workers=1 "--interpreter=$command" --out=r.json
  [ "$status" -eq 1 ]
  expect_matches "$(failures r.json)" "$1"
}

@test "order: what a real interpreter reports is checked" {
  expect_real "it reported the value 'runs' 0 times" runs=
  expect_real '2 of 10 marks are lost' kept=8
  expect_real 'it reported impossible numbers of marks' kept=11
  expect_real 'it reported impossible numbers of marks' runs=11
  expect_real 'it reported impossible numbers of marks' runs=0
  expect_real 'it reported impossible numbers of marks' wall_ns=0
  expect_real 'it reported impossible numbers of marks' run_max=11
  expect_real 'it reported impossible numbers of marks' run_p90=3
}

@test "order: the interpreter's program refuses other words" {
  local words
  for words in 'threads 0 5' 'threads 1' 'threads x 5' 'processes 1 5'; do
    status=0
    # shellcheck disable=SC2086 # several words
    /usr/bin/python3 "$PROGRAMS/gilbench.py" order $words >out 2>err || status=$?
    [ "$status" -eq 2 ]
    [ ! -s out ]
    expect_matches "$(<err)" "^gilbench.py: invalid arguments 'order $words'; allowed are "
  done
}

# --- lost and interrupted ----------------------------------------------------------------------

# Sets `reader` to the first child of the region process, which reads the marks; it has two workers.
find_reader() {
  find_region || return
  find_children "$region"
  reader=${children[0]-}
  ((${#children[@]} == 3))
}

start_order() {
  start_until find_reader order --time=1 "--samples=$1" --mode=processes --lock=mutex --workers=2 \
    --out=r.json
}

@test "order: the process that reads the marks is killed: one sample fails" {
  start_order 2
  kill -KILL "$reader"
  finish
  [ "$status" -eq 1 ]
  [ "$(failures r.json)" = "the process that reads the marks was killed by signal 9 (Killed)" ]
  expect_samples r.json 'length == 2 and (map(select(has("error_message"))) | length) == 1'
}

@test "order: Ctrl-C leaves no process" {
  start_order 100
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 100 samples were measured'
  eventually 10 nobody_left
}
