# Interpreters that work, and how they are given on the command line: a fake, and python3.

# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2088,SC2154
load cli_interpreter.bash

# --- the command line ----------------------------------------------------------------------------

@test "a command is split as by a shell" {
  mkdir "a folder"
  cp "$FAKE" "a folder/it's"
  local commands=('"a folder/it'\''s"' 'a\ folder/it\'\''s' '~/it\'\''s' '"$HOME"/it\'\''s'
    "taskset -c $(taskset -cp $$ | grep -Eoe '[0-9]+$') env 'a folder'/it\\'s"
    "a\\ folder/it\\'s  'clock=clock realtime' ")
  HOME="$PWD/a folder" alone --mode=real --samples=1 --workers=1 "${commands[@]/#/--interpreter=}"
  [ "$status" -eq 0 ]
  expect_samples results.json "length == ${#commands[@]}" 'all(has("error_message") | not)'
  jq -e '.context | [.["interpreter.cpython-3.11.2" + ("", "#\(range(2; 7))")]] == $ARGS.positional' \
    results.json --args -- "${commands[@]}"
}

# refuses_command PATTERN COMMAND [ARGUMENT...]
refuses_command() {
  expect_refusal "^gilbench: interpreter '.*': $1" "${BESIDE[@]}" "${@:3}" "--interpreter=$2"
  [ ! -e results.json ]
}

@test "a wrong command behind a good one is found before anything is measured" {
  refuses_command "there is no program '/nonexistent/python'$" /nonexistent/python \
    "--interpreter=$FAKE"
}

@test "a malformed command" {
  local line
  for line in 'a | b' 'a; b' 'a & b' 'a > b' 'a < b' '(a)'; do
    refuses_command "unquoted \|, &, .* in the command; it must be one program" "$line"
  done
  refuses_command "unterminated quote or brace in the command" "'a"
  refuses_command "unterminated quote or brace in the command" '"a b'
  refuses_command "command substitution is not allowed" '$(date)'
  refuses_command "the command uses a variable that is not set" 'python3 $GILBENCH_NO_SUCH_VARIABLE'
  export NOTHING=
  refuses_command "the command is empty" '$NOTHING'
  expect_refusal "--interpreter: it takes a command" --interpreter=
  expect_refusal "--interpreter: it takes a command" "--interpreter=  "
}

@test "a command whose program does not exist or may not be executed" {
  echo 'exit 0' >plain
  mkdir folder
  refuses_command "there is no program '/nonexistent/python'$" /nonexistent/python
  refuses_command "there is no program 'nosuchpython'$" "nosuchpython -O"
  refuses_command "there is no program ''$" "''"
  refuses_command "there is no program '\?\[1m\?\?'$" $'\e[1m\303\251'
  refuses_command "cannot execute './plain': Permission denied$" ./plain
  refuses_command "cannot execute './folder': Permission denied$" ./folder
}

@test "an interpreter where it has no meaning is refused" {
  expect_refusal "--interpreter needs --kernel=countdown among the kernels; add it, or omit" \
    --interpreter="$FAKE" --kernel=primes
  expect_refusal "--interpreter needs --mode=real or real-processes among the modes; add it, or" \
    --interpreter="$FAKE" --mode=gil
  expect_refusal "--mode=real needs an --interpreter" --mode=real
  expect_refusal "--mode=real-processes needs an --interpreter" --mode=gil,real-processes
  expect_refusal "--interpreter has no meaning for primitives; omit it" primitives \
    --interpreter="$FAKE"
}

@test "without any interpreter left there is nothing to measure" {
  fake "language=v20"
  try convoy --mode=real "--interpreter=$command"
  [ "$status" -eq 1 ]
  [[ $stderr == *"it is skipped"*"no row is left to measure"* ]]
}

# --- measuring -----------------------------------------------------------------------------------

@test "a fake's numbers are reported as it reports them" {
  alone "--interpreter=$FAKE" --workers=1,2 --samples=2 --mode=real,real-processes
  [ "$status" -eq 0 ]
  expect_no_complaint
  # 10 ns per unit, and all workers start at the same time.
  expect_samples results.json 'length == 8 and all((.turn_s * 1e9 - 10 | fabs) < 1e-6 and
    (.real_time / 1000 / (.units * 1e-8) * .workers - 1 | fabs) < 1e-3 and .start_skew_s == 0 and
    (.units / 500000 - 1 | fabs) < 0.01)'
  # Each process has its own lock, so there are no quanta.
  expect_samples results.json 'all(if .name | test("mode:real/") then
    (.quanta / (.real_time / 5) - 1 | fabs) < 1e-6 else has("quanta") | not end)'
}

@test "interpreters of the same name are numbered" {
  local other="$FAKE 'x=y'"
  alone --mode=real --workers=1 --samples=1 "--interpreter=$FAKE" "--interpreter=$other" \
    "--interpreter=$FAKE 'version=version 3.11.20'" "--interpreter=$FAKE"
  [ "$status" -eq 0 ]
  expect_samples results.json 'map(.name | capture("runtime:(?<name>[^/]*)").name) ==
    ["cpython-3.11.2", "cpython-3.11.2#2", "cpython-3.11.20", "cpython-3.11.2#3"]'
  jq -e --arg other "$other" '.context."interpreter.cpython-3.11.2#2" == $other' results.json
}

@test "python3 beside its model" {
  local names expected version line
  beside /usr/bin/python3 --workers=1,2 --mode=real-processes
  [ "$status" -eq 0 ]
  expect_no_complaint
  version=$(/usr/bin/python3 -c 'import platform; print(platform.python_version())')
  expected=
  for line in gil/lock:none "gil/lock:cpython3/runtime:cpython-$version" \
    "real/runtime:cpython-$version" "real-processes/runtime:cpython-$version"; do
    line="times/kernel:countdown/mode:$line"
    expected+="$line/workers:1 $line/workers:2 "
  done
  names=$(samples results.json 'map(.name) | .[]' | tr '\n' ' ')
  [ "$names" = "$expected" ]
  # The model computes at the interpreter's pace, and so does the same work.
  expect_samples results.json 'map(select(.name | test("/runtime:"))) | length == 6 and
    (map([.turn_s, .units]) | unique | length == 1)'
}

@test "the model has the settings of python3" {
  beside "env GILBENCH_SWITCHINTERVAL=0.0005 /usr/bin/python3"
  [ "$status" -eq 0 ]
  expect_samples results.json \
    'map(.name | ltrimstr("times/kernel:countdown/mode:")) |
      length == 3 and
      (.[1] | test("^gil/lock:cpython3:interval=500us/runtime:cpython-[^/]*:interval=500us/")) and
      (.[2] | test("^real/runtime:cpython-[^/]*:interval=500us/workers:1$"))' \
    '.[2] | .quanta / (.real_time / 0.5) - 1 | fabs < 1e-6'
}

# Sets `region` to the last of the processes that gilbench has started, each by the one before.
find_program() {
  region=$pid
  find_children "$pid"
  while ((${#children[@]} > 0)); do
    region=${children[0]}
    find_children "$region"
  done
}

# Succeeds while two threads of a python3, besides its main one, are bound, one to each of `pus`.
bound_apart() {
  local tasks task list=()
  find_program
  tasks=(/proc/"$region"/task/[0-9]*)
  ((${#tasks[@]} == 3)) || return
  for task in "${tasks[@]}"; do
    if [ "${task##*/}" != "$region" ]; then
      list+=("$(taskset -cp "${task##*/}" 2>/dev/null)")
    fi
  done
  list=("${list[@]##* }")
  [ "${list[*]}" = "${pus[*]}" ] || [ "${list[*]}" = "${pus[1]} ${pus[0]}" ]
}

@test "the threads of python3 are bound as workers are" {
  need_cores 2
  alone --interpreter=/usr/bin/python3 --mode=real --workers=2 --samples=1
  expect_samples results.json '.[0].label | test("^pu [0-9]+,[0-9]+$")'
  IFS=, read -ra pus < <(samples results.json '.[0].label | ltrimstr("pu ")')
  start_until bound_apart --interpreter=/usr/bin/python3 --mode=real --workers=2 --time=0.2 \
    --samples=2 --out=results.json
  finish
  [ "$status" -eq 0 ]
}

@test "a command that binds its workers itself is left to it" {
  need_cores 2
  alone "--interpreter=taskset -c $(taskset -cp $$ | grep -Eoe '[0-9]+$') /usr/bin/python3" \
    --mode=real --workers=2 --samples=1
  [ "$status" -eq 0 ]
  expect_samples results.json 'all(.label == "bound by its command")'
}

# --- messages ------------------------------------------------------------------------------------

@test "an interpreter that gets messages" {
  convoy "--interpreter=$FAKE" --mode=gil,real --lock=cpython3
  [ "$status" -eq 0 ]
  expect_samples convoy.json 'length == 3 and all(.messages == 5)' \
    '.[2] | .lost == 0 and .duplicated == 0 and .p50_s >= 0.0009 and .p50_s <= 0.0011'
}

@test "messages that are lost, or come twice, are counted" {
  fake 'messages=!convoy | sed -e 2d -e "4p"'
  convoy "--interpreter=$command"
  [ "$status" -eq 0 ]
  expect_samples convoy.json 'length == 1 and
    (.[0] | .messages == 5 and .lost == 1 and .duplicated == 1)'
}

@test "each sample's messages are sent at other times" {
  fake 'messages=!convoy | tee -a received'
  convoy "--interpreter=$command" --samples=2
  [ "$status" -eq 0 ]
  # The distances of the messages from the first one, the same for equal seeds.
  awk '$2 == 0 { first = $3; line++ } { gaps[line] = gaps[line] " " ($3 - first) }
    END { exit !(line == 2 && gaps[1] != gaps[2]) }' received
}
