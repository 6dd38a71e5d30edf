# Helpers for the tests of how gilbench treats its user, in the dialect of bats.
#
# GILBENCH is the path of the program under test. Every test works in a folder of its own, and has
# a mark in the environment, by which all that it started is found again: nothing may be left over.

# One small sample takes a few milliseconds; a test that hangs is ended after this many seconds.
LIMIT_S=60

# Shared by the tests: short regions, few of them.
# shellcheck disable=SC2034
SMALL=(--time=0.005 --samples=2 "--workers=1,2")
# shellcheck disable=SC2034
TINY=(--time=0.005 --samples=1 --workers=1 --mode=gil --lock=cpython3)

setup() {
  # bats would trace every command of the helpers, which takes a tenth of the processor time.
  set +T
  [ -x "${GILBENCH:?has to be the path of the program}" ]
  # No table in place of the listing: Python would be started in every test.
  export GILBENCH_TABLE=
  export GILBENCH GILBENCH_TEST_MARK="$BATS_SUITE_TEST_NUMBER.$$.$RANDOM"
  cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
  if [ -z "$BATS_TEST_COMPLETED" ]; then
    printf '%s\n' "status: ${status-}" "output: ${output-}" "stderr: ${stderr-}"
  fi
  if [ -n "${public-}" ]; then
    rm -rf "$public"
  fi
  expect_nothing_left
}

# --- processes ---------------------------------------------------------------------------------

# The processes that this test has started and that still run: their marks. What searches for them
# must not have the mark itself.
survivors() {
  local mark="^GILBENCH_TEST_MARK=$GILBENCH_TEST_MARK\$"
  GILBENCH_TEST_MARK='' grep -sze "$mark" "$@" /proc/[0-9]*/environ
}

nobody_left() {
  ! survivors -q
}

# Neither processes nor temporary files.
expect_nothing_left() {
  local left pid
  if ! eventually 10 nobody_left; then
    mapfile -t left < <(survivors -l)
    for pid in "${left[@]//[^0-9]/}"; do
      echo "left over: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
      kill -KILL "$pid"
    done
    return 1
  fi
  if compgen -G '*.json*.??????'; then
    echo "a temporary file was left"
    return 1
  fi
}

# eventually SECONDS COMMAND...: waits until the command succeeds.
eventually() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= end)); then
      echo "did not happen: $*"
      return 1
    fi
    # As `sleep 0.03`, without a process: nothing ever comes from there.
    if [ -z "${silence-}" ]; then
      exec {silence}<> <(:)
    fi
    read -rt 0.03 -u "$silence" || :
  done
}

# Sets `children` to the child processes that the first thread of PID has forked. The kernel lists
# them if it was built to; a search through all processes is slow on a loaded machine.
find_children() {
  children=()
  if [ -e "/proc/$$/task/$$/children" ]; then
    read -ra children <"/proc/$1/task/$1/children" || :
  else
    mapfile -t children < <(grep -lse "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | cut -d/ -f3)
  fi 2>/dev/null
}

# Succeeds once PROCESS has stopped; fails if it ended before.
stop() {
  local stat
  kill -STOP "$1" 2>/dev/null || return
  while { read -r stat <"/proc/$1/stat"; } 2>/dev/null; do
    case ${stat##*) } in
      T*) return 0 ;;
      [ZX]*) return 1 ;;
    esac
  done
  return 1
}

# Sets `region` to the process that takes a sample, a child of the process of a run, which is a child
# of `pid`.
find_region() {
  region=
  find_children "$pid"
  if [ -n "${children[0]-}" ]; then
    find_children "${children[0]}"
    region=${children[0]-}
  fi
  [ -n "$region" ]
}

# The same if it has two threads besides its first, or two children, in `workers`. So it takes a
# sample of two workers; one that calibrates has a single worker.
find_threads() {
  local tasks
  find_region
  tasks=(/proc/"${region:-none}"/task/[0-9]*)
  ((${#tasks[@]} == 3))
}

find_processes() {
  find_region || return
  find_children "$region"
  workers=("${children[@]}")
  ((${#workers[@]} == 2))
}

# The same, and stops the region process, or the first of the forked workers.
stop_threads() {
  find_threads && stop "$region"
}

stop_processes() {
  find_processes && stop "${workers[0]}"
}

# --- runs --------------------------------------------------------------------------------------

# What every run gets, before its own arguments.
ALWAYS=(--runs=1)

# gilbench_under WORD... -- ARGUMENT...: runs gilbench by another command, such as taskset.
gilbench_under() {
  local words=()
  while [ "$1" != -- ]; do
    words+=("$1")
    shift
  done
  timeout --kill-after=5 "$LIMIT_S" "${words[@]}" "${program:-$GILBENCH}" "${ALWAYS[@]}" "${@:2}"
}

gilbench() {
  gilbench_under -- "$@"
}

# try ARGUMENT...: runs gilbench; then there are `status`, `output` and `stderr`. The same as
# `run --separate-stderr gilbench`, but that takes five processes more.
try() {
  try_under -- "$@"
}

try_under() {
  status=0
  gilbench_under "$@" >"$BATS_TEST_TMPDIR.out" 2>"$BATS_TEST_TMPDIR.err" || status=$?
  read_output "$BATS_TEST_TMPDIR.out" "$BATS_TEST_TMPDIR.err"
}

# read_output OUT ERR: sets `output` and `stderr` to what is in the files, without the last newline.
read_output() {
  IFS= read -rd '' output <"$1" || :
  IFS= read -rd '' stderr <"$2" || :
  output=${output%$'\n'}
  stderr=${stderr%$'\n'}
}

# Starts gilbench as `pid`, with its output in the files out and err, and signals as by default or
# as `signals` has it.
start() {
  env "${signals:---default-signal=INT,TERM,HUP,QUIT}" "$GILBENCH" "${ALWAYS[@]}" "$@" \
    >out 2>err 3>&- 4>&- &
  pid=$!
}

# start_until COMMAND ARGUMENT...: starts gilbench, and waits until the command succeeds. Starts
# anew if the run ended before, as one may in which the command looks for something short.
start_until() {
  local command=$1
  shift
  for _ in {1..5}; do
    start "$@"
    eventually "$LIMIT_S" succeeds_or_ended "$command"
    if [ -n "$succeeded" ]; then
      return 0
    fi
  done
  return 1
}

succeeds_or_ended() {
  succeeded=
  if "$1"; then
    succeeded=yes
  else
    ended
  fi
}

ended() {
  ! kill -0 "$pid" 2>/dev/null
}

# Waits for `pid`; then there are `status`, `output` and `stderr`.
finish() {
  eventually "$LIMIT_S" ended
  status=0
  wait "$pid" || status=$?
  read_output out err
}

# --- what a run left ---------------------------------------------------------------------------

expect_not() {
  if "$@"; then
    echo "unexpected: $*"
    return 1
  fi
}

# expect_matches TEXT PATTERN: the text matches the extended regular expression.
expect_matches() {
  if ! [[ $1 =~ $2 ]]; then
    printf '%s\n' "does not match: $2" "the text: $1"
    return 1
  fi
}

# Sets `complaints` to the lines by which gilbench complained.
find_complaints() {
  local line
  complaints=()
  while IFS= read -r line; do
    if [[ $line == "gilbench: "* ]]; then
      complaints+=("$line")
    fi
  done <<<"$stderr"
}

# One line of complaint, which matches the extended regular expression.
expect_complaint() {
  find_complaints
  [ "${#complaints[@]}" -eq 1 ]
  expect_matches "${complaints[0]}" "$1"
}

expect_no_complaint() {
  find_complaints
  [ "${#complaints[@]}" -eq 0 ]
}

# expect_refusal PATTERN ARGUMENT...: gilbench says that one line, and does nothing.
expect_refusal() {
  try "${@:2}"
  expect_refused "$1"
}

expect_refused() {
  [ "$status" -eq 1 ]
  [ -z "$output" ]
  [[ $stderr != *$'\n'* ]]
  expect_complaint "$1"
}

# The list of samples in a file; their names without what Google Benchmark appends.
SAMPLES='[.benchmarks[] | select(.run_type == "iteration") | .name |= split("/iterations:")[0]]'

# samples FILE FILTER: what jq makes of it.
samples() {
  jq -r "$SAMPLES | $2" "$1"
}

# expect_samples FILE FILTER...: jq filters that have to yield true for it.
expect_samples() {
  local filters wrong
  printf -v filters ', (%s)' "${@:2}"
  wrong=$(samples "$1" "[${filters#, }] | to_entries[] | select(.value != true) | .key")
  if [ -n "$wrong" ]; then
    for wrong in $wrong; do
      echo "not true for the samples of $1: ${*:wrong + 2:1}"
    done
    return 1
  fi
}

failures() {
  samples "$1" 'map(.error_message // empty) | .[]'
}

# --- what a test needs -------------------------------------------------------------------------

need_cores() {
  if (($(nproc) < $1)); then
    skip "needs $1 cores"
  fi
}

need_mounts() {
  if ! unshare -m true 2>/dev/null; then
    skip "needs the right to mount"
  fi
}

need_plain_build() {
  if grep -Eqe '__(asan|tsan|msan)_init' "$GILBENCH"; then
    skip "needs a build without sanitizers"
  fi
}

# Another user, in `other`, who owns no process; and a copy of gilbench that they can reach.
need_other_user() {
  local uid=$((200000 + BASHPID % 100000))
  other=(setpriv "--reuid=$uid" "--regid=$uid" --clear-groups)
  public=$(mktemp -d)
  chmod 755 "$public"
  cp "$GILBENCH" "$public/gilbench"
  if ! "${other[@]}" test -x "$public/gilbench" 2>/dev/null; then
    skip "needs root, setpriv and a temporary folder for all"
  fi
}
