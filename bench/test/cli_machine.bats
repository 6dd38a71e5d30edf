# machine from the outside: its rows and counters, what a machine lacks, and what happens when a sample
# is lost or the run is interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_helper

# The rows that need one core only.
ALONE='"op:atomic_rmw", "op:clock_read", "op:context_switch/between:processes",
  "op:context_switch/between:threads", "op:fork", "op:futex_wake/sleeper:none",
  "op:page_fault/page:small", "op:slice", "op:system_call", "op:timer_slack/slack:default",
  "op:timer_slack/slack:least", "op:wakeup/core:same"'
# The others, without huge pages, which a system may not have.
TWO='"op:cache_line/from:0/to:1", "op:futex_wake/sleeper:one", "op:wakeup/core:other"'
NOT_HUGE=--benchmark_filter=-page:huge

@test "rows, and what they count" {
  need_cores 2
  try machine:cores=2 --samples=2 "$NOT_HUGE" --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    "map(.name) | unique == ([$ALONE, $TWO] | map(\"machine/\" + .) | sort)" \
    'length == 30 and all(.time_unit == "ns" and .real_time > 0)' \
    'all(.p10_s <= .p90_s and .p90_s <= .max_s and .values > 0)' \
    'all(.p10_s * 1e9 <= .real_time * 1.000001 and .real_time <= .p90_s * 1e9 * 1.000001)' \
    'all(.label | test("^pu [0-9]+(,[0-9]+)?$"))'
}

@test "the context says what the numbers are" {
  try machine --samples=1 --benchmark_filter=clock_read --out=r.json
  [ "$status" -eq 0 ]
  [ "$(jq -r '.context["experiment.machine.value"]' r.json)" = "cost_s s lower" ]
  [ "$(jq -r '.context["experiment.machine.axes"]' r.json)" = \
    "op from to sleeper core slack between page cores" ]
}

@test "what needs a second core is skipped where there is one only" {
  local pu
  pu=$(taskset -cp $$ | grep -Eoe '[0-9]+$')
  try_under taskset -c "$pu" -- machine --samples=2 "$NOT_HUGE" --out=r.json
  [ "$status" -eq 0 ]
  expect_no_complaint
  expect_samples r.json \
    "map(select(.values > 0) | .name) | unique == ([$ALONE] | map(\"machine/\" + .) | sort)" \
    "map(select(.values == null) | .name) | unique == ([$TWO] | map(\"machine/\" + .) | sort)" \
    'map(select(.values == null)) | all((.error_message // .skip_message) |
      endswith("it needs a second core, and gilbench may use only one"))'
}

@test "a matrix over pairs of cores" {
  need_cores 2
  try machine:cores=64 --pin=pu --benchmark_list_tests
  [ "$status" -eq 0 ]
  local pus
  pus=$(nproc)
  pus=$((pus < 64 ? pus : 64))
  [ "$(grep -c /op:cache_line/ <<<"$output")" -eq $((pus * (pus - 1) / 2)) ]
}

@test "options without a meaning, and values that are not allowed" {
  for option in mode=gil lock=mutex kernel=primes workers=2; do
    expect_refusal "^gilbench: --${option%=*} has no meaning for machine; omit it\$" machine \
      "--$option"
  done
  expect_refusal "cores" machine:cores=1
  expect_refusal "cores" machine:cores=65
}

# --- lost and interrupted ------------------------------------------------------------------------

# Sets `measurer` to the process that measures, which has another thread beside its own.
find_measurer() {
  local tasks
  find_region || return
  find_children "$region"
  measurer=${children[0]-}
  tasks=(/proc/"${measurer:-none}"/task/[0-9]*)
  ((${#tasks[@]} == 2))
}

stop_measurer() {
  find_measurer && stop "$measurer"
}

@test "what measures is killed: one sample fails" {
  start_until stop_measurer machine --samples=3 --benchmark_filter=op:slice --out=r.json
  kill -KILL "$measurer"
  finish
  [ "$status" -eq 1 ]
  [ "$(failures r.json)" = "the process that measured it was killed by signal 9 (Killed)" ]
  expect_samples r.json 'length == 3 and (map(select(has("error_message"))) | length) == 1'
}

@test "Ctrl-C, and the end of gilbench itself: no process is left" {
  for signal in INT KILL; do
    start_until find_measurer machine --samples=100 --benchmark_filter=op:slice --out=r.json
    kill "-$signal" "$pid"
    finish
    eventually 10 nobody_left
    rm -f r.json*
  done
}
