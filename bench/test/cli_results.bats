# What a good run prints and leaves in its file.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2154
load cli_helper

# Runs gilbench with --out; all has to be well.
measure() {
  try "$@" --out=results.json
  [ "$status" -eq 0 ]
  expect_no_complaint
  expect_samples results.json 'all(has("error_message") | not)'
}

# Six rows.
FEW_ROWS=(--time=0.005 "--workers=1,2" "--mode=gil,threads" "--lock=cpython2,cpython3")

# The names of the rows, in the order of the file.
row_names() {
  samples results.json 'map(.name) | reduce .[] as $name ([];
    if index([$name]) then . else . + [$name] end) | .[]'
}

# The names of the samples, in the order in which they were taken.
names_in_time() {
  samples "$1" 'sort_by(.order) | .[].name'
}

@test "rows have the names and labels that were agreed on" {
  measure "${SMALL[@]}" --samples=1 --lock=cpython2,cpython3:interval=1000us --pin=same
  local pu expected=(
    "times/kernel:countdown/mode:sequential(/workers:1)?"
    "times/kernel:countdown/mode:gil/lock:cpython2/workers:1"
    "times/kernel:countdown/mode:gil/lock:cpython2/workers:2"
    "times/kernel:countdown/mode:gil/lock:cpython3:interval=1ms/workers:1"
    "times/kernel:countdown/mode:gil/lock:cpython3:interval=1ms/workers:2"
    "times/kernel:countdown/mode:threads/workers:1"
    "times/kernel:countdown/mode:threads/workers:2"
    "times/kernel:countdown/mode:processes/lock:cpython2/workers:1"
    "times/kernel:countdown/mode:processes/lock:cpython2/workers:2"
    "times/kernel:countdown/mode:processes/lock:cpython3:interval=1ms/workers:1"
    "times/kernel:countdown/mode:processes/lock:cpython3:interval=1ms/workers:2"
    "times/kernel:countdown/mode:interpreters/lock:cpython2/workers:1"
    "times/kernel:countdown/mode:interpreters/lock:cpython2/workers:2"
    "times/kernel:countdown/mode:interpreters/lock:cpython3:interval=1ms/workers:1"
    "times/kernel:countdown/mode:interpreters/lock:cpython3:interval=1ms/workers:2"
  )
  mapfile -t names < <(row_names)
  [ "${#names[@]}" -eq "${#expected[@]}" ]
  for i in "${!expected[@]}"; do
    [[ ${names[i]} =~ ^${expected[i]}$ ]]
  done

  pu=$(samples results.json '.[0].label')
  [[ $pu =~ ^pu\ [0-9]+$ ]]
  expect_samples results.json "all(.label == \"$pu\" + (\",${pu#pu }\" * (.workers - 1) // \"\"))"
}

@test "the file says on what machine and how it was measured" {
  measure "${TINY[@]}" --seed=42 --samples=3
  # The keys that are missing.
  [ "$(jq -c '["gilbench_version", "google_benchmark_version", "build_type", "compiler",
    "kernel_release", "architecture", "libc", "machine", "clock_ns", "cores", "pus", "topology",
    "pin", "pin_map"] - (.context | with_entries(select(.value | strings | length > 0)) | keys)' \
    results.json)" = "[]" ]
  jq -e --arg version "$(gilbench --version)" '.context | .seed == "42" and .samples == "3" and
    .time_s == "0.005" and .pin == "core" and ."experiment.times.value" == "time s lower" and
    ."experiment.times.axes" == "kernel mode lock runtime workers" and
    (."experiment.times.counters" |
      test("^quanta 1 -, .*, wait_max_s s lower, jain_hold 1 higher$")) and
    (.gilbench_version as $found | $version | startswith("gilbench \($found) ("))' results.json
}

@test "the file says how it was asked for" {
  expect_origin() {
    [ "$(jq -r ".context | .machine, .command_line, .started_by" results.json)" = \
      "$(printf '%s\n' "$@")" ]
  }
  measure "${TINY[@]}"
  expect_origin "$(uname -n)" "$GILBENCH ${ALWAYS[*]} ${TINY[*]} --out=results.json" null
  GILBENCH_STARTED_BY='scripts/bench -q' measure "${TINY[@]}" --machine=a.b_c-2 --benchmark_filter='a|mode:gil'
  expect_origin a.b_c-2 "$GILBENCH ${ALWAYS[*]} ${TINY[*]} --machine=a.b_c-2 '--benchmark_filter=a|mode:gil' \
--out=results.json" 'scripts/bench -q'
  measure "${TINY[@]}" --machine=x --benchmark_context=machine=y
  expect_origin y "$GILBENCH ${ALWAYS[*]} ${TINY[*]} --machine=x --benchmark_context=machine=y --out=results.json" null
}

@test "every sample has its counters, and all numbers are finite" {
  measure "${SMALL[@]}"
  expect_not grep -Ewi 'nan|-?inf|-?infinity|null' results.json
  expect_samples results.json \
    '.[0] | .units > 0 and .workers == 1 and .iterations == 1' \
    'all(
      (.real_time, .units, .workers, .cpu_s > 0) and .time_unit == "ms" and
      ([.order, .start_s, .start_skew_s, .ctxsw_voluntary, .ctxsw_involuntary] | all(. >= 0)))' \
    '(map(.units) | unique | length) == 1'
  # Under a lock; the bare kernel has none.
  expect_samples results.json \
    'map(select(.name | contains("mode:sequential") | not)) | all(
      [.acquisitions, .contended, .switches, .drop_requests, .drops_honoured, .hold_s, .wait_s,
        .wait_max_s] | all(. >= 0))' \
    'map(select(.name | contains("mode:sequential") | not)) | all(
      .hold_s > 0 and .jain_hold > 0 and .jain_hold <= 1.000001)' \
    'map(select(.name | contains("/lock:"))) | all(
      .acquisitions >= .workers)' \
    'map(select(.name | contains("mode:sequential"))) | all(
      has("acquisitions", "hold_s", "jain_hold") | not)'
}

@test "all kernels, a small memory for the chase" {
  measure --time=0.002 --samples=1 --workers=1,2 --mode=sequential,gil --lock=cpython3 \
    --kernel=countdown,primes,mandelbrot,chase:size=64KiB
  expect_samples results.json 'map(.name) | unique | length == 12' \
    'map(select(.name | startswith("times/kernel:chase:size=64KiB/mode:"))) | length == 3'
}

@test "the samples of a round are interleaved, and each round has another order" {
  measure "${FEW_ROWS[@]}" --samples=3 --seed=7
  local rounds='sort_by(.order) | [range(3) as $i | .[$i * 6:][:6] | map(.name)]'
  # Each round has each row once; later samples begin later.
  expect_samples results.json '(map(.order) | sort) == [range(6 * 3)]' \
    "$rounds | length == 3 and all(unique | length == 6)" "$rounds | unique | length == 3" \
    'sort_by(.order) | map(.start_s) | . == sort'
}

@test "a seed gives the same order again, another seed another one" {
  local seed orders=()
  for seed in 7 7 8; do
    measure "${FEW_ROWS[@]}" --samples=2 "--seed=$seed"
    orders+=("$(names_in_time results.json)")
  done
  [ "${orders[0]}" = "${orders[1]}" ]
  [ "${orders[0]}" != "${orders[2]}" ]
}

@test "without a seed one is drawn, and it is told" {
  measure "${TINY[@]}"
  local drawn
  drawn=$(jq -r .context.seed results.json)
  [[ $drawn =~ ^[0-9]+$ ]]
  measure "${TINY[@]}"
  [ "$(jq -r .context.seed results.json)" != "$drawn" ]
}

@test "what is there twice in a list is measured once" {
  measure --time=0.005 --samples=2 --workers=1,2,1 --mode=gil,gil --kernel=countdown,countdown \
    --lock=cpython3,cpython3:interval=5ms,cpython3:interval=5000us times times
  diff <(row_names) - <<'EOF'
times/kernel:countdown/mode:gil/lock:cpython3/workers:1
times/kernel:countdown/mode:gil/lock:cpython3/workers:2
EOF
  expect_samples results.json 'length == 4'
}

@test "--benchmark_filter measures only the rows that match" {
  measure "${SMALL[@]}" --benchmark_filter=mode:gil/lock:cpython3/workers:2
  expect_samples results.json 'length == 2 and (map(.order) | sort) == [0, 1]' \
    'all(.name == "times/kernel:countdown/mode:gil/lock:cpython3/workers:2")'
}

@test "--lock=all runs every lock that --list knows" {
  measure "${TINY[@]}" --lock=all
  local name names
  names=$(row_names)
  for name in $(gilbench --list | sed -n '/^Lock models:/,/^[M-Z]/s/^  \([a-z][^ ]*\) .*/\1/p'); do
    [[ $names == *"/lock:$name/"* ]]
  done
  [[ $names == *$'\n'*$'\n'*$'\n'* ]]
}

@test "a run on one core says so" {
  local pu
  pu=$(taskset -cp $$ | grep -Eoe '[0-9]+$')
  try_under taskset -c "$pu" -- "${SMALL[@]}" --samples=1 --out=results.json
  [ "$status" -eq 0 ]
  jq -e ".context.cores == \"1\" and .context.pin_map == \"pu $pu,$pu\"" results.json
  expect_samples results.json \
    "all(.label == if .workers == 2 then \"pu $pu,$pu\" else \"pu $pu\" end)"
}

@test "unbound workers are labelled so" {
  measure "${TINY[@]}" --pin=none
  expect_samples results.json 'all(.label == "unbound")'
}

@test "standard output has the table, or the JSON that was asked for" {
  measure "${TINY[@]}"
  [[ $output == *"times/kernel:countdown/mode:gil/lock:cpython3/workers:1"*"pu "* ]]
  try "${TINY[@]}" --benchmark_format=json
  [ "$status" -eq 0 ]
  jq -e '.benchmarks | length >= 1' <<<"$output"
}

@test "the results are as public as any new file" {
  umask 027
  measure "${TINY[@]}"
  [ "$(stat -c %a results.json)" = 640 ]
}

@test "primitives has a row for each operation of each lock" {
  measure primitives --time=0.002 --samples=1 --lock=cpython3 --benchmark_filter=lock:
  local op names
  names=$(row_names)
  for op in checkpoint release_acquire blocking; do
    expect_matches "$names" "primitives/[^
]*lock:cpython3/[^
]*op:$op"
  done
}

@test "a line of progress, on a terminal only" {
  measure "${TINY[@]}" --samples=2
  [[ $stderr != *$'\r'* && $stderr != *" left"* ]]
  if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    skip "needs a terminal, from script(1)"
  fi
  # The terminal has standard error only, so what is in the file is all that was shown there.
  timeout "$LIMIT_S" script -qec "'$GILBENCH' ${ALWAYS[*]} ${TINY[*]} --samples=2 >table" shown \
    </dev/null
  grep -q $'\r.*1 of 2, [0-9]* s left: times/kernel:countdown/mode:gil' shown
  grep -q $'\r.*2 of 2, [0-9]* s left' shown
  expect_not grep ' left' table
}

@test "the program is small: less than 64 MiB for runner and region" {
  need_plain_build
  if ! command -v python3 >/dev/null; then
    skip "needs python3"
  fi
  # The largest of all descendants, which are two at most besides forked workers.
  run python3 - "${ALWAYS[@]}" --time=0.005 --samples=1 <<'EOF'
import os, resource, subprocess, sys
subprocess.run([os.environ["GILBENCH"], *sys.argv[1:]], check=True, timeout=60,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
EOF
  [ "$status" -eq 0 ]
  ((output < 32 * 1024))
}

# --- runs ----------------------------------------------------------------------------------------

@test "runs are numbered, each has its rounds, and all do the same work" {
  measure "${SMALL[@]}" --mode=gil --runs=3
  expect_samples results.json 'map(.run) | unique == [1, 2, 3]' \
    'group_by([.name, .run]) | all(map(.round) == [1, 2])' '(map(.units) | unique | length) == 1' \
    '(map(.order) | sort) == [range(length)]' 'sort_by(.order) | map(.run) | . == sort'
}

@test "--runs=auto stops when the score is known well enough" {
  measure --time=0.005 --samples=1 --mode=gil --lock=cpython3 --workers=2 --runs=auto:100%
  expect_samples results.json 'map(.run) | unique | [length] | inside([5, 8, 12])'
  jq -e '.context.runs == "auto:100%" and (.context.score_precision | tonumber) > 0' results.json
  try --mode=threads --runs=auto
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: --runs=auto needs rows of mode gil under cpython2 or cpython3 '
}

# --- the first screen ----------------------------------------------------------------------------

# A script that stands for the one that prints tables.
table_is() {
  printf '%s\n' '#!/bin/sh' "$1" >table
  chmod +x table
  export GILBENCH_TABLE=$PWD/table
}

@test "the table is shown in place of the listing, of the file that is kept" {
  table_is 'echo "table of $1: $(jq .context.samples <"$1")"'
  try "${TINY[@]}" --out=-results.json
  [ "$status" -eq 0 ]
  [ "$output" = 'table of ./-results.json: "1"' ]
  try "${TINY[@]}"
  [ "$output" = 'table of /dev/stdin: "1"' ]
  for option in -q -v --benchmark_format=console; do
    try "${TINY[@]}" "$option"
    [[ $output != *"table of"* ]]
  done
}

@test "the table gets the distributions, too, if no file is kept" {
  table_is 'grep -c "^# sample: " "$GILBENCH_DISTRIBUTIONS" || echo none'
  convoy=(convoy --time=0.02 --samples=2 --mode=gil --lock=cpython3 --workers=0)
  try "${convoy[@]}"
  [ "$output" = 2 ]
  for command in "${TINY[*]}" "${convoy[*]} --out=results.json"; do
    # shellcheck disable=SC2086
    try $command
    [ "$output" = none ]
  done
}

@test "if the table cannot be printed, the listing is" {
  table_is 'echo broken >&2; exit 3'
  try "${TINY[@]}" --out=results.json
  [ "$status" -eq 1 ]
  [[ $stderr == broken$'\n'"gilbench: '$PWD/table', which prints the table, ended early with exit "* ]]
  [[ $output == *times/kernel:countdown/mode:gil/lock:cpython3/workers:1* ]]
  [ -s results.json ]
  export GILBENCH_TABLE=/nonexistent
  try "${TINY[@]}"
  [ "$status" -eq 0 ]
  [[ $output == *times/kernel:countdown/mode:gil/lock:cpython3/workers:1* ]]
}

@test "the real table has the verdict first, and says that nothing is kept" {
  if ! /usr/bin/python3 -c 'import scipy' 2>/dev/null; then
    skip "needs /usr/bin/python3 with scipy"
  fi
  unset GILBENCH_TABLE
  try "${TINY[@]}"
  [ "$status" -eq 0 ]
  expect_matches "$output" '^verdict  (ok|doubtful|disturbed)'
  [[ $output == *"file     not kept; --out=FILE keeps the results"* ]]
}

# --- conditions ----------------------------------------------------------------------------------

@test "a run beside busy processors is told, and fails with --strict" {
  local loops=() _
  for _ in $(seq "$(nproc)"); do
    (while :; do :; done) 3>&- &
    loops+=("$!")
  done
  try --time=0.1 --samples=2 --mode=sequential --strict --out=results.json || :
  kill "${loops[@]}"
  [ "$status" -eq 1 ]
  [[ $stderr == *"other programs used "*" processors; end them and measure again"* ]]
  [[ $stderr == *"which --strict does not accept"* ]]
  jq -e '.context.verdict == "disturbed" and (.context."finding.1" | startswith("disturbed: "))' \
    results.json
}
