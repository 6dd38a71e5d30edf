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
  run --separate-stderr gilbench "${BESIDE[@]}" "--interpreter=$command" "$@"
}

# alone ARGUMENT...: only the rows of interpreters.
alone() {
  run --separate-stderr gilbench --time=0.005 --out=results.json "$@"
}

# The row of the model is there.
expect_models() {
  expect_samples results.json 'map(select(.name | endswith("mode:gil/lock:none/workers:1"))) |
    length == 1 and all(.real_time > 0 and (has("error_message") | not))'
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

# expect_skipped PATTERN COMMAND: a line of standard error says so.
expect_skipped() {
  grep -Fe "gilbench: interpreter '$2': " <<<"$stderr" >line
  [ "$(wc -l <line)" -eq 1 ]
  grep -Eqe "': $1.*; it is skipped$" line
}

expect_failed() {
  failures results.json | grep -Fe "interpreter '$2': " >reasons
  [ "$(wc -l <reasons)" -eq 2 ]
  [ "$(grep -Ece "': $1" reasons)" -eq 2 ]
}

# Runs gilbench with all of them.
expect_faults() {
  local i all=$((2 * ${#failing[@]}))
  run --separate-stderr gilbench "${BESIDE[@]}" "${skipped[@]/#/--interpreter=}" \
    "${failing[@]/#/--interpreter=}"
  [ "$status" -eq 1 ]
  [ "$(grep -c '^gilbench: ' <<<"$stderr")" -eq $((${#skipped[@]} + (all > 0))) ]
  expect_not grep -q "$(printf '[\001-\011\013-\037\177-\377]')" <<<"$stderr"
  expect_models
  [ "$(samples results.json length)" -eq $((all + 1)) ]
  for i in "${!skipped[@]}"; do
    expect_skipped "${skip_patterns[i]}" "${skipped[i]}"
  done
  for i in "${!failing[@]}"; do
    expect_failed "${fail_patterns[i]}" "${failing[i]}"
  done
}

# --- messages --------------------------------------------------------------------------------------

# One row of the fake, which gets five messages, 10 ms apart.
convoy() {
  fake "$@"
  run --separate-stderr gilbench convoy --time=0.05 --samples=1 --workers=0 "--mode=gil,real" \
    --lock=cpython3 "--interpreter=$command" --out=convoy.json
}

# expect_convoy FILTER: of the fake's row; the model's must be there in any case.
expect_convoy() {
  expect_samples convoy.json 'map(select(.name | contains("mode:gil/lock:cpython3/workers"))) |
    length == 1 and .[0].messages == 5'
  expect_samples convoy.json \
    "map(select(.name | contains(\"mode:real\"))) | length == 1 and (.[0] | $1)"
}
