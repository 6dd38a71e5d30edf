# pipeline from the outside: its rows and counters, and what happens when a stage is lost or the run is
# interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_helper

SMALL_PIPE=(pipeline:size=256KiB --samples=2)

@test "rows, and what they count" {
  try "${SMALL_PIPE[@]}" --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'map(.name) | unique == [(1, 2, 3, 4) as $stages | ("closes", "reads") as $reader |
      "pipeline/mode:processes/stages:\($stages)/reader:\($reader)/size:256KiB"]' \
    'length == 16 and all(.time_unit == "ms" and .label == "unbound")' \
    'all(.bytes == (if .name | test("closes") then 65536 else 262144 end))' \
    'all(.first_byte_s > 0 and .stop_s >= 0)' \
    'all(.first_byte_s + .stop_s <= .real_time / 1e3)' \
    'all((has("bytes_per_s") | not) or .bytes_per_s > 0)' \
    'all(.cpu_s > 0)'
}

@test "the context says what the numbers are" {
  try "${SMALL_PIPE[@]}" --samples=1 --benchmark_filter=stages:1/reader:reads --out=r.json
  [ "$(jq -r '.context["experiment.pipeline.value"]' r.json)" = "pipeline_s s lower" ]
  [ "$(jq -r '.context["experiment.pipeline.axes"]' r.json)" = \
    "mode runtime stages reader size block" ]
  expect_matches "$(jq -r '.context["experiment.pipeline.counters"]' r.json)" \
    '^first_byte_s s lower, bytes_per_s B/s higher, stop_s s lower, bytes B -, '
}

@test "options without a meaning, and values that are not allowed" {
  expect_refusal '^gilbench: --lock has no meaning for pipeline; omit it$' pipeline --lock=mutex
  expect_refusal '^gilbench: --kernel has no meaning for pipeline; omit it$' pipeline \
    --kernel=primes
  expect_refusal '^gilbench: --workers has no meaning for pipeline; omit it$' pipeline --workers=2
  expect_refusal '^gilbench: pipeline has none of the modes asked for; it has: processes, real$' \
    pipeline --mode=threads
  expect_refusal "size" pipeline:size=0B
  expect_refusal "block" pipeline:block=0B
  expect_refusal "stages" pipeline:stages=5
}

@test "beside other experiments it has each row once" {
  try times pipeline --kernel=countdown,primes --lock=cpython2,cpython3 --workers=1,2 \
    --benchmark_list_tests
  [ "$status" -eq 0 ]
  [ "$(grep -c ^pipeline/ <<<"$output")" -eq 8 ]
}

# --- a real interpreter --------------------------------------------------------------------------

@test "subprocess of CPython" {
  try "${SMALL_PIPE[@]}" --samples=1 --mode=real --interpreter=/usr/bin/python3 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'length == 8' \
    'all(.name | test("^pipeline/mode:real/runtime:cpython-3[.0-9a-z]+/stages:[1-4]/reader:"))' \
    'all(.bytes == (if .name | test("closes") then 65536 else 262144 end))' \
    'all(.first_byte_s > 0 and .stop_s >= 0 and .first_byte_s + .stop_s <= .real_time / 1e3)'
}

@test "an interpreter whose program does not have it gets no rows" {
  printf '%s\n' '#!/bin/sh' 'case $1 in' '--version) echo "gilbench-interpreter 1" ;;' \
    'describe) printf "%s\n" "gilbench 1" "runtime old" "version 1" "clock monotonic" done ;;' \
    'esac' >old
  chmod +x old
  try "${SMALL_PIPE[@]}" --interpreter=./old --benchmark_list_tests
  [ "$status" -eq 0 ]
  [ "$(grep -c ^pipeline/ <<<"$output")" -eq 8 ]
}

# --- stages that are lost ------------------------------------------------------------------------

# Sets `stages` to the processes of a pipeline of three stages.
find_stages() {
  mapfile -t stages < <(survivors -l | sed 's|/proc/\(.*\)/environ|\1|' | while read -r process; do
    if tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null | grep -qe '--as-task pipeline-stage'; then
      echo "$process"
    fi
  done | sort -n)
  ((${#stages[@]} == 3))
}

stop_second_stage() {
  find_stages && stop "${stages[1]}"
}

@test "a stage is killed: the sample fails, and says which" {
  for mode in processes "real --interpreter=/usr/bin/python3"; do
    # shellcheck disable=SC2086
    start_until stop_second_stage pipeline:size=1GiB --mode=$mode --samples=2 --out=r.json \
      --benchmark_filter=stages:3/reader:reads
    kill -KILL "${stages[1]}"
    finish
    [ "$status" -eq 1 ]
    expect_matches "$(failures r.json)" "stage 2 of 3 was killed by signal 9"
    expect_samples r.json 'length == 2 and (map(select(has("error_message"))) | length) == 1'
    rm r.json
  done
}

@test "Ctrl-C, and the end of gilbench itself: no stage is left" {
  for signal in INT KILL; do
    start_until find_stages pipeline:size=1GiB --mode=processes --samples=100 --out=r.json \
      --benchmark_filter=stages:3/reader:reads
    kill "-$signal" "$pid"
    finish
    eventually 10 nobody_left
    rm -f r.json*
  done
}

@test "a stage by its name, and names that there are not" {
  expect_matches "$("$GILBENCH" --as-task pipeline-stage write 1000 64 | wc -c)" '^ *1000$'
  [ "$("$GILBENCH" --as-task pipeline-stage write 300 64 | "$GILBENCH" --as-task pipeline-stage \
    copy 7 | md5sum)" = "$("$GILBENCH" --as-task pipeline-stage write 300 300 | md5sum)" ]
  run --separate-stderr "$GILBENCH" --as-task pipeline-stages
  [ "$status" -eq 2 ]
  [ -z "$output" ]
  expect_matches "$stderr" "^gilbench: no task is called 'pipeline-stages'; known are: .*pipeline-stage"
  # Nobody reads: it ends by SIGPIPE, and says nothing.
  run --separate-stderr bash -c \
    'set -o pipefail; "$GILBENCH" --as-task pipeline-stage write 10000000000 65536 | head -c 1 >/dev/null'
  [ "$status" -eq $((128 + 13)) ]
  [ -z "$stderr" ]
}
