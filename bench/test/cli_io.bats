# convoy and bandwidth from the outside: their rows, counters and percentile files, and what happens
# when the other process is lost or the run is interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_helper

# Five messages a sample.
BRIEF=(--time=0.05 --samples=2)

# Copies the result of a convoy, which two tests look at, as r.json and r.hgrm.
measured_convoy() {
  local shared=$BATS_FILE_TMPDIR/r
  if ! [ -e "$shared.json" ]; then
    gilbench convoy "${BRIEF[@]}" --lock=cpython3:interval=1ms --workers=0,1 "--out=$shared.json" \
      >/dev/null
  fi
  cp "$shared.json" "$shared.hgrm" .
}

# --- rows --------------------------------------------------------------------------------------

@test "convoy: rows, and what they count" {
  measured_convoy
  expect_samples r.json \
    'map(.name) | unique == [
      (("gil", "processes" | . + "/lock:cpython3:interval=1ms"), "threads") as $mode |
      (0, 1) as $workers | "convoy/kernel:countdown/mode:\($mode)/workers:\($workers)"]' \
    'length == 12 and all(.time_unit == "us")' \
    'all(.messages == 5 and .lost == 0 and .duplicated == 0)' \
    'all(.p50_s <= .p90_s and .p90_s <= .p99_s and .p99_s <= .max_s and .p50_s > 0)' \
    'all(has("p999_s") | not)' \
    'all((.real_time / 1e6 - .p50_s | fabs) < 1e-9)' \
    'all(.late_p50_s >= 0 and .late_p99_s >= .late_p50_s and .late_max_s >= .late_p99_s)' \
    'all((.sent_late == 1) == (.late_p99_s > .p99_s / 10))' \
    'all((.unread > 0) == has("censored_from_s") and .turn_s > 0)'
}

@test "convoy: by default every lock model that excludes, beside 0, 1, 2 and 4 workers" {
  try convoy --mode=gil --benchmark_list_tests
  [ "$status" -eq 0 ]
  local models
  models=$(gilbench --list | sed -n '/^Lock models:/,/^Modes:/p' | grep -Ec '^  [a-z]')
  models=$((models - 1)) # without none, which excludes nobody
  [ "$models" -ge 7 ]
  [ "$(grep -c ^convoy/ <<<"$output")" -eq $((4 * models)) ]
  expect_not grep -q lock:none <<<"$output"
  for workers in 0 1 2 4; do
    [ "$(grep -c "/workers:$workers/" <<<"$output")" -eq "$models" ]
  done
}

@test "convoy: another schedule, over UDP" {
  try convoy:every=1ms:over=udp "${BRIEF[@]}" --mode=gil --lock=cpython3 \
    --workers=0 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'all(.messages == 50)' \
    'all(.name ==
      "convoy/kernel:countdown/mode:gil/lock:cpython3/workers:0/every:1ms/over:udp")'
  [ "$(grep '^# row' r.hgrm)" = \
    "# row: convoy/kernel:countdown/mode:gil/lock:cpython3/workers:0/every:1ms/over:udp" ]
}

@test "bandwidth: rows, and what they count" {
  try bandwidth "${BRIEF[@]}" --lock=cpython3 --workers=0,1 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'length == 12 and all(.packets > 0 and .lost == 0 and .duplicated == 0)' \
    'all((.real_time / 1e6 * .packets_per_s - 1 | fabs) < 1e-6)' \
    'all(has("throughput_kept") == (.workers == 1))'
  [ ! -e r.hgrm ]
}

@test "modes that have no rows" {
  for experiment in convoy bandwidth; do
    expect_refusal "^gilbench: $experiment has none of the modes asked for; it has: gil, threads, " "$experiment" \
      --mode=sequential,interpreters
  done
}

# --- distributions -----------------------------------------------------------------------------

@test "a distribution for each row, with all its samples" {
  measured_convoy
  [ "$(sed -n 's/^# row: //p' r.hgrm | sort)" = "$(samples r.json 'map(.name) | unique | .[]' |
    sort)" ]
  [ "$(grep -c '^# row: ' r.hgrm)" -eq 6 ]
  [ "$(grep -Ece '^ +Value +Percentile +TotalCount +1/\(1-Percentile\)$' r.hgrm)" -eq 6 ]
  [ "$(grep -c '^#\[' r.hgrm)" -eq 18 ]
  [ "$(grep -Ece '^ +[0-9.]+ 1\.000000000000 +10 +inf$' r.hgrm)" -eq 6 ]
  # Within a row neither values nor counts go down.
  awk '/^# row/ { v = n = 0 } NF == 4 && $1 + 0 > 0 { if ($1 < v || $3 < n) exit 1; v = $1; n = $3 }' \
    r.hgrm
}

@test "and the latencies of each sample" {
  measured_convoy
  [ "$(sed -n 's/^# sample: run=\([0-9]*\) round=\([0-9]*\) messages=5.*:.*/\1 \2/p' r.hgrm |
    sort | uniq -c | tr -s ' ')" = "$(printf ' 6 1 1\n 6 1 2')" ]
}

@test "what is beside the results stays" {
  mkdir r.hgrm
  echo kept >r.hgrm/other.hgrm
  gilbench "${BRIEF[@]}" --mode=gil --lock=cpython3 --workers=1 --out=r.json times >/dev/null
  [ "$(<r.hgrm/other.hgrm)" = kept ]
  rm r.json
  # A folder where the file of distributions would go is found out before anything is measured.
  expect_refusal "cannot write 'r.hgrm'" convoy "${BRIEF[@]}" --mode=gil --lock=cpython3 \
    --workers=0 --out=r.json
  [ "$(<r.hgrm/other.hgrm)" = kept ]
  [ ! -e r.json ]
}

@test "an interrupted run leaves the distributions of an older one" {
  echo older >r.hgrm
  start_io find_generator 100 convoy
  kill -INT "$pid"
  finish
  [ "$(<r.hgrm)" = older ]
}

# --- lost and interrupted ----------------------------------------------------------------------

# Sets `region` and its only child, the load generator, in `generator`.
find_generator() {
  find_region || return
  find_children "$region"
  generator=${children[0]-}
  [ -n "$generator" ]
}

# The same, and stops it.
stop_generator() {
  find_generator && stop "$generator"
}

# start_io COMMAND SAMPLES EXPERIMENT...: until the command succeeds.
start_io() {
  start_until "$1" "${@:3}" --time=0.2 "--samples=$2" --mode=gil --lock=cpython3 --workers=1 \
    --out=r.json
}

@test "the load generator is killed: one sample fails" {
  for experiment in convoy 'convoy --over=udp' bandwidth; do
    # shellcheck disable=SC2086
    start_io stop_generator 2 $experiment
    kill -KILL "$generator"
    finish
    [ "$status" -eq 1 ]
    [ "$(failures r.json)" = "the load generator was killed by signal 9 (Killed)" ]
    expect_samples r.json 'length == 2 and (map(select(has("error_message"))) | length) == 1'
    rm r.json
  done
}

@test "Ctrl-C in a convoy: no process is left" {
  start_io find_generator 100 convoy
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 100 samples were measured'
  eventually 10 nobody_left
}

@test "gilbench is killed in a convoy: no process is left" {
  start_io find_generator 100 convoy
  kill -KILL "$pid"
  finish
  eventually 10 nobody_left
  rm -f r.json.??????
}
