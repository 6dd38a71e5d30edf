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
  models=$(gilbench --list | grep -Eoe '^  (mutex|cpython[23]|ruby_[a-z]+|ocaml4|pypy) ' | wc -l)
  [ "$models" -ge 7 ]
  [ "$(grep -c ^convoy/ <<<"$output")" -eq $((4 * models)) ]
  expect_not grep -q lock:none <<<"$output"
  for workers in 0 1 2 4; do
    [ "$(grep -c "/workers:$workers/" <<<"$output")" -eq "$models" ]
  done
}

@test "convoy: another schedule, over UDP" {
  run --separate-stderr gilbench convoy "${BRIEF[@]}" --mode=gil --lock=cpython3 --workers=0 \
    --every=1ms --over=udp --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'all(.messages == 100)'
  expect_samples r.json 'all(.name ==
    "convoy/kernel:countdown/mode:gil/lock:cpython3/workers:0/every:1ms/over:udp")'
  [ "$(ls r.hgrm)" = gil_cpython3_workers-0_every-1ms_over-udp.hgrm ]
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
    expect_refusal "^gilbench: $experiment has no rows in the modes asked for; " "$experiment" \
      --mode=sequential,interpreters
  done
}

# --- percentile files --------------------------------------------------------------------------

@test "a percentile file for each row, with all its samples" {
  gilbench convoy "${BRIEF[@]}" --lock=cpython3:interval=1ms --workers=0,1 --out=r.json >/dev/null
  [ "$(ls r.hgrm)" = "$(
    for mode in gil_cpython3-interval=1ms processes_cpython3-interval=1ms threads; do
      for workers in 0 1; do
        echo "${mode}_workers-$workers.hgrm"
      done
    done
  )" ]
  local file
  for file in r.hgrm/*; do
    head -n 1 "$file" | grep -Eqe '^ +Value +Percentile +TotalCount +1/\(1-Percentile\)$'
    [ "$(grep -c '^#\[' "$file")" -eq 3 ]
    grep -Eqe '^ +[0-9.]+ 1\.000000000000 +20 +inf$' "$file"
    # Neither values nor counts go down.
    awk 'NF == 4 && NR > 1 { if ($1 < v || $3 < n) exit 1; v = $1; n = $3 }' "$file"
  done
}

@test "percentile files of an earlier run go, other files stay" {
  local arguments=(convoy "${BRIEF[@]}" --mode=gil --lock=cpython3 --out=r.json)
  gilbench "${arguments[@]}" --workers=0,1 >/dev/null
  echo kept >r.hgrm/notes
  gilbench "${arguments[@]}" --workers=0 >/dev/null
  [ "$(ls r.hgrm)" = "$(printf '%s\n' gil_cpython3_workers-0.hgrm notes)" ]
}

@test "the folder for percentile files cannot be made" {
  echo mine >r.hgrm
  run --separate-stderr gilbench convoy "${BRIEF[@]}" --mode=gil --lock=cpython3 --workers=0 \
    --out=r.json
  [ "$status" -eq 1 ]
  expect_complaint "^gilbench: cannot write 'r.hgrm/gil_cpython3_workers-0.hgrm'.*: Not a directory"
  [ "$(<r.hgrm)" = mine ]
  expect_samples r.json 'length == 2 and all(.p50_s > 0)'
}

# --- lost and interrupted ----------------------------------------------------------------------

# Sets `region` and its only child, the sending process, in `peer`.
find_peer() {
  find_children "$pid"
  region=${children[0]-}
  [ -n "$region" ] || return
  find_children "$region"
  peer=${children[0]-}
  [ -n "$peer" ]
}

start_convoy() {
  start_until find_peer convoy --time=2 "--samples=$1" --mode=gil --lock=cpython3 --workers=1 \
    --out=r.json
}

@test "the sending process is killed: one sample fails" {
  start_convoy 2
  kill -KILL "$peer"
  finish
  [ "$status" -eq 1 ]
  [ "$(failures r.json)" = "the peer went away before its last message" ]
  expect_samples r.json 'length == 2'
}

@test "Ctrl-C in a convoy: no process is left" {
  start_convoy 100
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 100 samples were measured'
  eventually 10 nobody_left
}

@test "gilbench is killed in a convoy: no process is left" {
  start_convoy 100
  kill -KILL "$pid"
  finish
  eventually 10 nobody_left
  rm -f r.json.??????
}
