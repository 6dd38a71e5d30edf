# Helpers for the tests of interpreters: a fake one that can be told to misbehave
# (../runtimes/test/fake_interpreter), and what is expected of a run with several bad ones.

# Variables are set and read by the tests:
# shellcheck disable=SC2034,SC2154
load cli_helper

FAKE=$BATS_TEST_DIRNAME/../runtimes/test/fake_interpreter

# A row of a model that must be there whatever the interpreter does, and the interpreter's own.
BESIDE=(--time=0.005 --samples=1 --workers=1 "--mode=gil,real" --lock=none --out=results.json)

# fake TEXT...: sets `command` to the fake with these arguments. The name is short, since long
# commands are cut in messages.
fake() {
  local text
  ln -sf "$FAKE" fake
  command=./fake
  for text in "$@"; do
    command+=" '$text'"
  done
}

# beside COMMAND ARGUMENT...: runs gilbench with the interpreter and a model.
beside() {
  command=$1
  shift
  try "${BESIDE[@]}" "--interpreter=$command" "$@"
}

# alone ARGUMENT...: only the rows of interpreters.
alone() {
  try --time=0.005 --out=results.json "$@"
}

# expect_models [FILTER...]: the row of the model is there, and the filters are true.
expect_models() {
  expect_samples results.json 'map(select(.name | endswith("mode:gil/lock:none/workers:1"))) |
    length == 1 and all(.real_time > 0 and (has("error_message") | not))' "$@"
  iconv -f utf-8 -t utf-8 results.json >/dev/null
}

# --- bad ones: those of a test run together, so that each has to leave the others alone ----------

# skips PATTERN TEXT...: gilbench skips the fake with these arguments, and its message matches.
skips() {
  fake "${@:2}"
  skips_command "$1" "$command"
}

skips_command() {
  skip_patterns+=("$1")
  skipped+=("$2")
}

# fails PATTERN TEXT...: the rows of the fake, and of the model at its pace, have this error.
fails() {
  fake "${@:2}"
  fail_patterns+=("$1")
  failing+=("$command")
}

# expect_skipped PATTERN COMMAND: one of the `complaints` says so.
expect_skipped() {
  local line found=()
  for line in "${complaints[@]}"; do
    if [[ $line == "gilbench: interpreter '$2': "* ]]; then
      found+=("$line")
    fi
  done
  [ "${#found[@]}" -eq 1 ]
  expect_matches "${found[0]}" "': $1.*; it is skipped\$"
}

# expect_failed PATTERN COMMAND: two of the `reasons` say so.
expect_failed() {
  local line found=()
  for line in "${reasons[@]}"; do
    if [[ $line == "interpreter '$2': "* ]]; then
      found+=("$line")
      expect_matches "$line" "': $1"
    fi
  done
  [ "${#found[@]}" -eq 2 ]
}

# Runs gilbench with all of them.
expect_faults() {
  local i reasons all=$((2 * ${#failing[@]}))
  try "${BESIDE[@]}" "${skipped[@]/#/--interpreter=}" "${failing[@]/#/--interpreter=}"
  [ "$status" -eq 1 ]
  expect_not grep -q $'[\001-\011\013-\037\177-\377]' <<<"$stderr"
  find_complaints
  [ "${#complaints[@]}" -eq $((${#skipped[@]} + (all > 0))) ]
  expect_models "length == $all + 1"
  mapfile -t reasons < <(failures results.json)
  for i in "${!skipped[@]}"; do
    expect_skipped "${skip_patterns[i]}" "${skipped[i]}"
  done
  for i in "${!failing[@]}"; do
    expect_failed "${fail_patterns[i]}" "${failing[i]}"
  done
}

# --- messages --------------------------------------------------------------------------------------

# convoy [ARGUMENT...]: an experiment in which each row has five messages, 10 ms apart.
convoy() {
  try convoy --time=0.05 --samples=1 --workers=0 --mode=real "$@" --out=convoy.json
}

# expect_convoy_fails PATTERN...: the fakes that `fails` has set up fail their rows, and no others.
expect_convoy_fails() {
  local i reasons
  convoy "--interpreter=$FAKE" "${failing[@]/#/--interpreter=}"
  [ "$status" -eq 1 ]
  mapfile -t reasons < <(failures convoy.json)
  [ "${#reasons[@]}" -eq "${#failing[@]}" ]
  for i in "${!failing[@]}"; do
    expect_matches "$(printf '%s\n' "${reasons[@]}" | grep -Fe "'${failing[i]}'")" \
      "': ${fail_patterns[i]}"
  done
  expect_samples convoy.json \
    'map(select(has("error_message") | not)) | length == 1 and .[0].messages == 5'
}
