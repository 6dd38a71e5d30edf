# convoy and bandwidth from the outside: their rows, counters and percentile files, and what happens
# when the other process is lost or the run is interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load cli_helper

# Ten messages a sample.
BRIEF=(--time=0.1 --samples=2)

# --- rows --------------------------------------------------------------------------------------

@test "convoy: rows, and what they count" {
  run --separate-stderr gilbench convoy "${BRIEF[@]}" --lock=cpython3 --workers=0,1 --out=r.json
  [ "$status" -eq 0 ]
  [ "$(samples r.json 'map(.name) | unique | .[]')" = "$(
    for mode in gil/lock:cpython3 processes/lock:cpython3 threads; do
      for workers in 0 1; do
        echo "convoy/kernel:countdown/mode:$mode/workers:$workers"
      done
    done
  )" ]
  expect_samples r.json 'length == 12 and all(.time_unit == "us")'
  expect_samples r.json 'all(.messages == 10 and .lost == 0 and .duplicated == 0)'
  expect_samples r.json 'all(.p50_s <= .p90_s and .p90_s <= .p99_s and .p99_s <= .p999_s and
    .p999_s <= .max_s and .p50_s > 0)'
  expect_samples r.json 'all((.real_time / 1e6 - .p50_s | fabs) < 1e-9)'
  expect_samples r.json 'all(.late_p50_s >= 0 and .late_max_s >= .late_p50_s)'
  expect_samples r.json 'all((.sent_late == 1) == (.late_p50_s > .p50_s / 10))'
  expect_samples r.json 'all(has("throughput_kept") == (.workers == 1) and .turn_s > 0)'
}

@test "convoy: by default every lock model that excludes, beside 0, 1, 2 and 4 workers" {
  run --separate-stderr gilbench convoy --mode=gil --benchmark_list_tests
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
  run --separate-stderr gilbench convoy:every=1ms:over=udp "${BRIEF[@]}" --mode=gil --lock=cpython3 \
    --workers=0 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'all(.messages == 100)'
  expect_samples r.json 'all(.name ==
    "convoy/kernel:countdown/mode:gil/lock:cpython3/workers:0/every:1ms/over:udp")'
  [ "$(grep '^# row' r.hgrm)" = \
    "# row: convoy/kernel:countdown/mode:gil/lock:cpython3/workers:0/every:1ms/over:udp" ]
}

@test "bandwidth: rows, and what they count" {
  run --separate-stderr gilbench bandwidth "${BRIEF[@]}" --lock=cpython3 --workers=0,1 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'length == 12 and all(.packets > 0 and .lost == 0 and .duplicated == 0)'
  expect_samples r.json 'all((.real_time / 1e6 * .packets_per_s - 1 | fabs) < 1e-6)'
  expect_samples r.json 'all(has("throughput_kept") == (.workers == 1))'
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
  gilbench convoy "${BRIEF[@]}" --lock=cpython3:interval=1ms --workers=0,1 --out=r.json >/dev/null
  [ "$(sed -n 's/^# row: //p' r.hgrm | sort)" = "$(samples r.json 'map(.name) | unique | .[]' |
    sort)" ]
  [ "$(grep -c '^# row: ' r.hgrm)" -eq 6 ]
  [ "$(grep -Ece '^ +Value +Percentile +TotalCount +1/\(1-Percentile\)$' r.hgrm)" -eq 6 ]
  [ "$(grep -c '^#\[' r.hgrm)" -eq 18 ]
  [ "$(grep -Ece '^ +[0-9.]+ 1\.000000000000 +20 +inf$' r.hgrm)" -eq 6 ]
  # Within a row neither values nor counts go down.
  awk '/^# row/ { v = n = 0 } NF == 4 && $1 + 0 > 0 { if ($1 < v || $3 < n) exit 1; v = $1; n = $3 }' \
    r.hgrm
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
  start_io 100 convoy
  kill -INT "$pid"
  finish
  [ "$(<r.hgrm)" = older ]
}

# --- lost and interrupted ----------------------------------------------------------------------

# Sets `region` and its only child, the load generator, in `generator`.
find_generator() {
  find_children "$pid"
  region=${children[0]-}
  [ -n "$region" ] || return
  find_children "$region"
  generator=${children[0]-}
  [ -n "$generator" ]
}

# start_io SAMPLES EXPERIMENT...
start_io() {
  start_until find_generator "${@:2}" --time=0.4 "--samples=$1" --mode=gil --lock=cpython3 \
    --workers=1 --out=r.json
}

@test "the load generator is killed: one sample fails" {
  for experiment in convoy 'convoy --over=udp' bandwidth; do
    # shellcheck disable=SC2086
    start_io 2 $experiment
    kill -KILL "$generator"
    finish
    [ "$status" -eq 1 ]
    [ "$(failures r.json)" = "the load generator was killed by signal 9 (Killed)" ]
    expect_samples r.json 'length == 2 and (map(select(has("error_message"))) | length) == 1'
    rm r.json
  done
}

@test "Ctrl-C in a convoy: no process is left" {
  start_io 100 convoy
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 100 samples were measured'
  eventually 10 nobody_left
}

@test "gilbench is killed in a convoy: no process is left" {
  start_io 100 convoy
  kill -KILL "$pid"
  finish
  eventually 10 nobody_left
  rm -f r.json.??????
}
