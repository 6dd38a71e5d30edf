# transport from the outside: its rows and counters, bad input, and what happens when a process is
# lost or memory is short.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load cli_helper

BRIEF=(--time=0.002 --samples=1)

@test "transport: rows, and what they count" {
  try transport:size=4KiB "${BRIEF[@]}" --samples=2 --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'map(.name) | unique | map(select(test("/data:raw/"))) == (
      ["sequential/op:stream/way:memcpy", "threads/op:stream/way:queue",
       "threads/op:round_trip/way:queue",
       ("memcpy_remote", "ring", "pipe", "socket" | "processes/op:stream/way:" + .),
       ("ring", "pipe", "socket" | "processes/op:round_trip/way:" + .)
      ] | map("transport/mode:" + . + "/data:raw/size:4KiB") | sort)' \
    'all(.time_unit == "us" and .real_time > 0 and .messages > 0 and .cpu_s > 0)' \
    'all(if .name | test("data:raw") then .encoded_bytes == 4096 else .encoded_bytes > 4096 end)' \
    'all((.bytes_per_s * .real_time / 1e6 / 4096
      - if .name | test("round_trip") then 2 else 1 end | fabs) < 1e-6)' \
    'all(.workers == if .name | test("sequential") then 1 else 2 end)'
}

@test "transport: structured messages over every channel, if libcbor is there" {
  try transport:size=4KiB "${BRIEF[@]}" --out=r.json
  local library
  library=$(jq -r .context.serialisation r.json)
  if [ "$library" = none ]; then
    expect_samples r.json 'all(.name | test("/data:raw/"))'
    skip "needs a build with libcbor"
  fi
  expect_matches "$library" '^libcbor [0-9]+\.[0-9]+\.[0-9]+$'
  expect_samples r.json \
    '[.[].name | select(test("/data:(flat|nested)/")) | capture("way:(?<w>[a-z]+)/data:(?<d>[a-z]+)/")
      | "\(.w) \(.d)"] | sort == ([("cbor", "pipe", "queue", "ring", "socket") + " "
      + ("flat", "nested")] | sort)'
}

@test "transport: sizes by default, and fewer of them with --quick" {
  try transport --benchmark_list_tests
  [ "$(grep -o 'way:ring/data:raw/size:[^/]*' <<<"$output" | sort -u | wc -l)" -eq 5 ]
  try transport --quick --benchmark_list_tests
  [ "$(grep -o 'way:ring/data:raw/size:[^/]*' <<<"$output" | sort -u | wc -l)" -eq 3 ]
}

@test "transport: only the modes asked for" {
  try transport:size=64B --mode=threads --benchmark_list_tests
  [ "$status" -eq 0 ]
  expect_not grep -qv '^transport/mode:threads/' <<<"$output"
  expect_refusal '^gilbench: transport has none of the modes asked for; it has: sequential, threads, ' \
    transport --mode=gil
}

@test "transport: sizes that are refused" {
  expect_refusal '^gilbench: transport takes sizes that are multiples of 64 B, not 100 B$' \
    transport:size=100B
  expect_refusal "size must be a whole number of B, KiB, MiB or GiB, from 64B to 1024GiB$" \
    transport:size=32B
}

@test "transport: a size that does not fit into memory fails its rows" {
  try transport:size=1024GiB "${BRIEF[@]}" --mode=sequential,processes --out=r.json
  [ "$status" -eq 1 ]
  expect_complaint 'samples failed; their rows give the reasons'
  expect_samples r.json \
    'all(.error_message | test("messages of this size needs [0-9]+ MiB of memory, and [0-9]+ MiB are available"))'
}

@test "transport: a full shared-memory file system fails the rows of the ring only" {
  need_mounts
  try_under unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs /dev/shm && exec "$@"' sh -- \
    transport:size=64KiB "${BRIEF[@]}" --mode=processes --out=r.json
  [ "$status" -eq 1 ]
  expect_samples r.json \
    'map(select(has("error_message"))) | all(.error_message | test("/dev/shm has no room for "))' \
    'all(has("error_message") == (.name | test("way:(ring|memcpy_remote)/")))'
}

# The partner of a sample: a child of the supervised process, which is a child of its supervisor.
stop_partner() {
  local level
  children=("$pid")
  for level in run supervisor leader partner; do
    find_children "${children[0]}"
    [ -n "${children[0]-}" ] || return
  done
  partner=${children[0]}
  stop "$partner"
}

@test "transport: a partner that is killed fails its sample, and nothing hangs" {
  local way
  for way in pipe socket ring; do
    start_until stop_partner transport:size=64B --time=20 --samples=1 --mode=processes --out=r.json \
      "--benchmark_filter=op:stream/way:$way/data:raw"
    kill -KILL "$partner"
    finish
    [ "$status" -eq 1 ]
    expect_complaint '^gilbench: 1 of 1 samples failed'
    expect_matches "$(failures r.json)" "^the $way broke: the (receiver|sender) ended early\$"
  done
}

@test "transport: nothing is left after Ctrl-C" {
  start_until stop_partner transport:size=64B --time=20 --samples=1 --mode=processes --out=r.json \
    --benchmark_filter=op:round_trip/way:ring
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint 'interrupted by SIGINT'
}

@test "transport: CPython beside it" {
  [ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
  try transport:size=64B "${BRIEF[@]}" --mode=real,real-processes --interpreter=/usr/bin/python3 \
    --out=r.json
  [ "$status" -eq 0 ]
  expect_samples r.json \
    'all(.name | test("/runtime:cpython-[0-9.]+/")) and all(.real_time > 0 and .messages > 0)' \
    '[.[].name | capture("way:(?<w>[a-z_]+)/data:(?<d>[a-z]+)/") | "\(.w) \(.d)"] | unique ==
      (["mp_queue flat", "mp_queue nested", "pickle flat", "pickle nested", "pipe flat",
        "pipe nested", "pipe raw", "queue raw", "shared_memory raw", "simple_queue flat",
        "simple_queue nested"])'
}

@test "the program of CPython refuses words that it does not know" {
  [ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
  local program=$BATS_TEST_DIRNAME/../runtimes/programs/gilbench.py words
  for words in "stream pipe raw 100 1" "stream pipe raw 64" "stream queue nested 64 1" "both pipe raw 64 1" \
    "stream pigeon raw 64 1" "stream pipe raw -64 1" "stream pipe raw 64 0"; do
    status=0
    # shellcheck disable=SC2086 # words
    /usr/bin/python3 "$program" transport $words >out 2>err </dev/null || status=$?
    [ "$status" -eq 2 ]
    expect_matches "$(<err)" '^gilbench.py: invalid arguments '
  done
}
