# pool from the outside: its rows, counters and words, and what happens when a worker is killed or the
# run is interrupted.

# Variables go to and come from there:
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load cli_helper

PYTHON=/usr/bin/python3

# --- rows --------------------------------------------------------------------------------------

# rows ARGUMENT...: the names of the rows, as a sorted list.
rows() {
  gilbench "$@" --benchmark_list_tests | sed 's,/iterations:.*,,' | sort
}

@test "pool: by default each way, chunk size and length, but no chunks for one worker alone" {
  local found expected
  found=$(rows pool)
  expected=$(for task in 0ns 1us 10us 100us; do
    echo "pool/mode:sequential/task:$task"
    for way in gil/lock:cpython2 gil/lock:cpython3 threads processes/lock:cpython3; do
      for chunk in 1 16 256 4096 auto; do
        [ "$chunk/$task" = 4096/100us ] || echo "pool/mode:$way/workers:2/chunk:$chunk/task:$task"
      done
    done
  done | sort)
  [ "$found" = "$expected" ]
}

@test "pool: fewer rows with --quick, and those asked for" {
  [ "$(rows pool --quick | wc -l)" -eq $((2 + 4 * 3 * 2)) ]
  [ "$(rows pool:chunk=5000:task=70ns:items=9 --mode=sequential,threads --workers=1,3)" = \
    "pool/mode:sequential/task:70ns/items:9
pool/mode:threads/workers:1/chunk:5000/task:70ns/items:9
pool/mode:threads/workers:3/chunk:5000/task:70ns/items:9" ]
}

@test "pool: what its rows count" {
  try pool --quick --samples=2 --time=0.001 --lock=cpython3 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'all((.real_time / 1e9 * .items_per_s - 1 | fabs) < 1e-6 and .time_unit == "ns")' \
    'map(select(.name | contains("task:10us"))) | length > 0 and all(.items == 100)' \
    'map(select(.name | contains("task:0ns"))) | length > 0 and all(.items == 100000)' \
    'map(select(.name | contains("chunk:auto/task:0ns"))) |
      length == 6 and all(.chunk_items == 12500)' \
    'map(select(.name | contains("/chunk:"))) | length > 0 and
      all(.busiest_share >= 0.5 and .busiest_share <= 1)' \
    'map(select(.name | contains("sequential"))) | length == 4 and all(has("busiest_share") | not)'
}

@test "pool: one item" {
  try pool:items=1:chunk=4:task=1us --lock=cpython3 --samples=1 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json 'length == 4 and all(.items == 1)'
}

@test "pool: what is refused" {
  expect_refusal "'pool:chunk=0': chunk must be a whole number, from 1 to" pool:chunk=0
  expect_refusal "'pool:items=0': items must be a whole number, from 1 to" pool:items=0
  expect_refusal "'pool:task=11ms': task must be .* from 0ns to 10ms" pool:task=11ms
  expect_refusal "'pool:task=15ns': task must be a multiple of 10 ns" pool:task=15ns
  expect_refusal "'pool' has no parameter 'size'; known: chunk, task, items" pool:size=3
  expect_refusal "--workers=0 is not allowed for pool" pool --workers=0
  expect_refusal "--kernel has no meaning for pool; omit it" pool --kernel=primes
  expect_refusal "pool has none of the modes asked for; it has: sequential, " pool \
    --mode=interpreters
}

@test "pool: too little memory for the items fails their rows" {
  need_plain_build
  try_under prlimit --as=100000000 -- pool:items=10000000:task=0ns:chunk=256 --mode=threads \
    --samples=1 --out=r.json
  [ "$status" -eq 1 ]
  expect_matches "$(failures r.json)" "could not map [0-9]+ bytes of shared memory"
}

# --- lost and interrupted ----------------------------------------------------------------------

# start_pool COMMAND SAMPLES: until the command succeeds. A map takes 0.8 s.
start_pool() {
  start_until "$1" pool:task=10ms:chunk=16:items=160 --mode=processes --lock=cpython3 "--samples=$2" \
    --out=r.json
}

@test "pool: a worker is killed: its sample fails and names the items, the others are there" {
  local lost='worker [01] was killed by signal 9 \(Killed\)'
  # Anew if the worker had done its last item before it was stopped.
  for _ in {1..5}; do
    start_pool stop_processes 2
    kill -KILL "${workers[0]}"
    finish
    [ "$status" -eq 1 ]
    expect_samples r.json 'length == 2' 'map(select(has("error_message"))) | length == 1'
    [[ $(failures r.json) =~ ^$lost$ ]] || break
  done
  expect_matches "$(failures r.json)" "^$lost; [0-9]+ of 160 items were not done: [0-9]+ to [0-9]+"
}

@test "pool: Ctrl-C leaves no process" {
  start_pool find_processes 100
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; [0-9]+ of 100 samples were measured'
  eventually 10 nobody_left
}

# --- real interpreters -------------------------------------------------------------------------

@test "pool: the pools of an interpreter" {
  local real
  real=pool/mode:real/runtime:$("$PYTHON" -c \
    'import platform; print("cpython-" + platform.python_version())')
  try pool:task=1us --quick --samples=1 --time=0.001 --mode=real,real-processes \
    "--interpreter=$PYTHON" --out=r.json
  [ "$status" -eq 0 ]
  [ "$(samples r.json 'map(.name) | .[]' | sort)" = "$(for row in \
    "$real/api:map" "$real/workers:2/api:ThreadPoolExecutor/chunk:1" \
    "${real/real/real-processes}/workers:2/api:"{Pool/chunk:{1,256,auto},ProcessPoolExecutor/chunk:{1,256}}; do
    echo "$row/task:1us"
  done | sort)" ]
  expect_samples r.json 'all(.items == 1000 and .items_per_s > 0)'
}

# Sets `worker` to a process that an interpreter has forked for a pool.
find_pool_worker() {
  local process
  worker=
  while IFS=/ read -r _ _ process _; do
    find_children "$process"
    if [ -n "${children[0]-}" ] && tr '\0' ' ' <"/proc/$process/cmdline" | grep -q ' pool Pool 2 400 '; then
      worker=${children[0]}
      return 0
    fi
  done < <(survivors -l) 2>/dev/null
  return 1
}

@test "pool: a worker of multiprocessing.Pool is killed: its sample fails, nothing hangs" {
  # Anew if the map was over before the worker was killed.
  for _ in {1..5}; do
    start_until find_pool_worker pool:task=10ms:items=400:chunk=1 --mode=real-processes \
      --samples=1 "--interpreter=$PYTHON" --benchmark_filter=api:Pool/ --out=r.json
    kill -KILL "$worker"
    finish
    [ "$status" -eq 0 ] || break
  done
  [ "$status" -eq 1 ]
  expect_matches "$(failures r.json)" 'a worker died; which items it had is not known'
}
