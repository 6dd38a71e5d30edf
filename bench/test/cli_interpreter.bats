# What gilbench does with interpreters that are wrong, and with those that are right: by a fake that
# can be told what to do instead of what it should (fakes/interpreter), and by python3.

# Variables go to and come from there:
# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2088,SC2154
load cli_helper

FAKE=$BATS_TEST_DIRNAME/fakes/interpreter

# A model row that has to be there whatever the interpreter does, and the interpreter's own.
BESIDE=(--time=0.005 --samples=1 --workers=1 "--mode=gil,real" --lock=none --out=results.json)

# fake TEXT...: sets `command` to the fake with these arguments. By a short name, since long
# commands are cut in messages.
fake() {
  local text
  ln -sf "$FAKE" fake
  command=./fake
  for text in "$@"; do
    command+=" '$text'"
  done
}

# beside COMMAND ARGUMENT...: runs gilbench with the interpreter, and a model.
beside() {
  command=$1
  shift
  run --separate-stderr gilbench "${BESIDE[@]}" "--interpreter=$command" "$@"
}

# alone ARGUMENT...: the rows of interpreters by themselves.
alone() {
  run --separate-stderr gilbench --time=0.005 --out=results.json "$@"
}

# What is measured of the model in any case.
expect_models() {
  expect_samples results.json 'map(select(.name | endswith("mode:gil/lock:none/workers:1"))) |
    length == 1 and all(.real_time > 0 and (has("error_message") | not))'
  iconv -f utf-8 -t utf-8 results.json >/dev/null
}

# --- faults: those of a test are run at once, so that each has to leave the others alone --------

# is_left_out PATTERN COMMAND: there are to be no rows of this one, and gilbench says why.
is_left_out() {
  left_patterns+=("$1")
  left_out+=("$2")
}

# leaves_out PATTERN TEXT...: the same of the fake.
leaves_out() {
  fake "${@:2}"
  is_left_out "$1" "$command"
}

# fails PATTERN TEXT...: the rows of the fake, and of the model at its pace, say what it did.
fails() {
  fake "${@:2}"
  fail_patterns+=("$1")
  failing+=("$command")
}

# expect_left_out PATTERN COMMAND, for one of them.
expect_left_out() {
  grep -Fe "gilbench: interpreter '$2': " <<<"$stderr" >line
  [ "$(wc -l <line)" -eq 1 ]
  grep -Eqe "': $1.*; it is left out$" line
}

expect_failed() {
  failures results.json | grep -Fe "interpreter '$2': " >reasons
  [ "$(wc -l <reasons)" -eq 2 ]
  [ "$(grep -Ece "': $1" reasons)" -eq 2 ]
}

# Runs gilbench with all that were told of.
expect_faults() {
  run --separate-stderr gilbench "${BESIDE[@]}" "${left_out[@]/#/--interpreter=}" \
    "${failing[@]/#/--interpreter=}"
  expect_said
}

# What it says of all of them.
expect_said() {
  local i all=$((2 * ${#failing[@]}))
  [ "$status" -eq 1 ]
  [ "$(grep -c '^gilbench: ' <<<"$stderr")" -eq $((${#left_out[@]} + (all > 0))) ]
  expect_models
  [ "$(samples results.json length)" -eq $((all + 1)) ]
  for i in "${!left_out[@]}"; do
    expect_left_out "${left_patterns[i]}" "${left_out[i]}"
  done
  for i in "${!failing[@]}"; do
    expect_failed "${fail_patterns[i]}" "${failing[i]}"
  done
}

# --- not to be started -------------------------------------------------------------------------

@test "an interpreter that does not exist" {
  is_left_out "there is no program '/nonexistent/python'" /nonexistent/python
  is_left_out "there is no program 'nosuchpython'" "nosuchpython -O"
  expect_faults
}

@test "an interpreter that is not executable" {
  echo 'exit 0' >plain
  mkdir folder
  is_left_out "'./plain' could not be started: Permission denied" ./plain
  is_left_out "'./folder' could not be started: Permission denied" ./folder
  expect_faults
}

@test "an interpreter that needs a file that is missing" {
  echo '#!/nonexistent/shell' >script
  chmod +x script
  is_left_out "'./script' could not be started: there is no program as its first line" ./script
  is_left_out "it ended with exit status 2; it wrote: .*nonexistent.py.*No such file" \
    "/usr/bin/python3 /nonexistent.py"
  expect_faults
}

@test "its program is missing" {
  export GILBENCH_PROGRAMS=$PWD
  is_left_out "its program gilbench.py is not to be found in $PWD" /usr/bin/python3
  expect_faults
}

# --- not understood ----------------------------------------------------------------------------

@test "an interpreter of an unknown kind" {
  leaves_out "it answers --version with 'v20', which is no language known here; known are Python" \
    "language=v20"
  leaves_out "it answers --version with '', which is no language" "language="
  leaves_out "it answers --version with '1.2.3', which is no language" "language=1.2.3"
  # A name that only ends like one of those known.
  leaves_out "it answers --version with 'MicroPython v1" "language=MicroPython v1"
  expect_faults
}

@test "an interpreter that does not say what it is" {
  leaves_out "it does not say everything about itself: 'runtime' is missing" "runtime="
  leaves_out "it does not say everything about itself: 'version' is missing" "version="
  leaves_out "it does not say everything about itself: 'clock' is missing" "clock="
  leaves_out "it does not say everything about itself: 'done' is missing" "described="
  leaves_out "it printed 'gilbench 2' where 'gilbench 1' was expected" "greeting=gilbench 2"
  leaves_out "it describes its clock as 'wall'; allowed are monotonic, realtime" "clock=clock wall"
  leaves_out "it describes its runtime as 'C Python'" "runtime=runtime C Python"
  leaves_out "it describes its version as 'new'" "version=version new"
  leaves_out "it printed 'param x' after 'done'" "described=!echo done; echo param x"
  leaves_out "it says: no threads here" "clock=error no threads here"
  expect_faults
}

@test "an interpreter that prints garbage" {
  local garbage='!printf "\\377\\000\\001\\n"'
  leaves_out "it answers --version with '\?\?\?', which is" "language=$garbage"
  leaves_out "it printed '\?\?\?' where 'gilbench 1' was expected" "greeting=$garbage"
  fails "it printed '\?\?\?' where 'start PROCESS' was expected" "start=$garbage"
  fails "it printed 'done\?' where a number" 'done=!printf "done\\000\\n"'
  fails "it printed 'nothing' where a number that was measured, or 'done'" "span=nothing"
  expect_faults
}

@test "an interpreter that prints a line without end" {
  local line='!printf "%010000d" 0'
  leaves_out "it printed a line of more than [0-9]+ characters" "language=$line"
  fails "it printed a line of more than [0-9]+ characters" "ready=$line"
  expect_faults
}

@test "a version whose model is unknown: its rows stand alone" {
  fake "runtime=runtime ruby" "version=version 2.4.10"
  beside "$command"
  [ "$status" -eq 0 ]
  expect_complaint "no lock model stands for ruby 2.4; known are .*; it runs without one beside it"
  grep -Fqe "gilbench: interpreter '$command': " <<<"$stderr"
  expect_models
  expect_samples results.json 'map(.name) == ["times/kernel:countdown/mode:gil/lock:none/workers:1",
    "times/kernel:countdown/mode:real/runtime:ruby-2.4.10/workers:1"]'
  expect_samples results.json 'all(has("quanta") | not)'
}

# --- failing -----------------------------------------------------------------------------------

@test "an interpreter that crashes" {
  local crash='!kill -SEGV $$'
  leaves_out "it was killed by signal 11 " "language=$crash"
  leaves_out "it was killed by signal 11 " "clock=$crash"
  fails "it was killed by signal 11 " "ready=$crash"
  fails "it was killed by signal 11 .*; it wrote: last words$" \
    "span=!echo last words >&2; kill -SEGV \$\$"
  fails "it ended with exit status 3$" "done=!echo done; exit 3"
  fails "it says: no memory left$" "ready=!echo error no memory left; exit 1"
  expect_faults
}

@test "an interpreter that prints too few numbers" {
  fails "it told the times of 0 of 1 workers" "span="
  fails "it ended without the word 'done'" "done="
  fails "it is ready with 0 of 1 workers" "process=!echo ready"
  fails "it printed 'span 0 1000' where 'span WORKER START END UNITS' was" "span=span 0 1000"
  expect_faults
}

@test "an interpreter that prints too many or wrong numbers" {
  local span='echo span $worker 1000000000000'
  fails "it told twice of worker 0" "span=!$span 1000009000000 \$part; $span 1000009000000 \$part"
  fails "it counted down 7 turns, and not 100000" "span=!$span 1000009000000 7"
  fails "it printed 'span 0 .*' where 'span WORKER" "span=!$span 999999999999 \$part"
  fails "it says that it counted down 100000 turns in 0 s, which cannot be" \
    "span=!$span 1000000000000 \$part"
  # However much work it gets, it says that it took a microsecond.
  fails "it says that it counted down [0-9]+ turns in 1e-06 s, which cannot" \
    "span=!$span 1000000001000 \$part"
  fails "it printed 'done' where nothing more was expected" "done=!echo done; echo done"
  expect_faults
}

@test "an interpreter that writes to standard error" {
  leaves_out "it wrote to standard error: a warning" "clock=!echo a warning >&2"
  fails "it wrote to standard error: a warning" "span=!echo a warning >&2; unset fake_span; tell 0"
  expect_faults
}

@test "an interpreter that speaks of processes and threads it does not have" {
  fails "it speaks of process 1, which is not one of its own" "start=start 1"
  fails "it speaks of process [0-9]+, which .* or was given a process group of its own" \
    'start=!exec timeout 60 sh -c "echo start \$\$; sleep 60"'
  fails "it speaks of process 1, which is not one of its own" "process=process 0 1"
  fails "it speaks of process -1, which is not one of its own" "process=process 0 -1"
  fails "it speaks of worker 0, but has no thread more than before" 'process=!echo thread 0 $$'
  fails "it printed 'process 1 .*' where the next worker, or 'ready', was" 'more=!echo process 1 $$'
  fails "it printed 'process 7 .*' where the next worker, or 'ready', was" \
    'process=!echo process 7 $$'
  expect_faults
}

# --- not ending --------------------------------------------------------------------------------

# It would take these their deadline each, one after the other.
@test "an interpreter that never ends" {
  local fault line pids=()
  leaves_out "asked --version, it did not end within its deadline of 10 s" 'language=!trap "" TERM INT HUP; sleep 100'
  leaves_out "did not end within its deadline of 10 s" 'described=!sleep 100'
  leaves_out "did not end within its deadline of 10 s" \
    'described=!echo done; exec >/dev/null 2>&1; sleep 100'
  for fault in "${!left_out[@]}"; do
    gilbench "${BESIDE[@]}" "--out=$fault.json" "--interpreter=${left_out[fault]}" 2>"$fault" \
      >/dev/null 3>&- &
    pids+=($!)
  done
  for fault in "${!left_out[@]}"; do
    status=0
    wait "${pids[fault]}" || status=$?
    [ "$status" -eq 1 ]
    stderr=$(<"$fault")
    mv "$fault.json" results.json
    expect_models
    expect_left_out "${left_patterns[fault]}" "${left_out[fault]}"
  done
}

@test "an interpreter that leaves processes behind" {
  leaves_out "it ended, but a process that it has started goes on" "language=!sleep 100 & exit"
  fails "it ended, but a process that it has started goes on" "done=!sleep 100 & echo done"
  fails "it ended, but a process that it has started goes on" \
    "done=!sleep 100 >/dev/null 2>&1 & echo done"
  fails "it was killed by signal 6 " 'ready=!sleep 100 & kill -ABRT $$'
  expect_faults
}

waits_in_run() {
  [ -e waiting ]
}

@test "Ctrl-C while an interpreter ignores all signals" {
  fake 'ready=!trap "" INT TERM HUP; : >waiting; sleep 100'
  start_until waits_in_run "${BESIDE[@]}" "--interpreter=$command"
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint '^gilbench: interrupted by SIGINT; 0 of 3 samples were measured'
}

@test "Ctrl-C while an interpreter is asked for its version" {
  fake 'language=!trap "" INT TERM HUP; : >waiting; sleep 100'
  start_until waits_in_run "${BESIDE[@]}" "--interpreter=$command"
  kill -INT "$pid"
  finish
  [ "$status" -eq 1 ]
  expect_complaint "interrupted by SIGINT"
  [ ! -e results.json ]
}

@test "gilbench is killed: the interpreter ends too" {
  fake 'ready=!trap "" INT TERM HUP; : >waiting; exec sleep 100'
  start_until waits_in_run "${BESIDE[@]}" "--interpreter=$command"
  kill -KILL "$pid"
  finish
  eventually 10 nobody_left
  rm -f results.json.??????
}

# --- the command -------------------------------------------------------------------------------

@test "a command is split as by a shell" {
  mkdir "a folder"
  cp "$FAKE" "a folder/it's"
  local line
  for line in '"a folder/it'\''s"' 'a\ folder/it\'\''s' '~/it\'\''s' '"$HOME"/it\'\''s' \
    "taskset -c $(taskset -cp $$ | grep -Eoe '[0-9]+$') env 'a folder'/it\\'s" \
    "a\\ folder/it\\'s  'clock=clock realtime' "; do
    HOME="$PWD/a folder" beside "$line"
    [ "$status" -eq 0 ]
    expect_samples results.json 'length == 3 and all(has("error_message") | not)'
    [ "$(jq -r '.context."interpreter.cpython-3.11.2"' results.json)" = "$line" ]
  done
}

@test "a command that is none" {
  local line
  for line in 'a | b' 'a; b' 'a & b' 'a > b' 'a < b' '(a)'; do
    is_left_out "one of \| & .* stands unquoted in it; " "$line"
  done
  is_left_out "a quote or bracket is not closed in it" "'a"
  is_left_out "a quote or bracket is not closed in it" '"a b'
  is_left_out "it has a command within the command" '$(date)'
  is_left_out "it names a variable that is not set" 'python3 $GILBENCH_NO_SUCH_VARIABLE'
  is_left_out "there is no program ''" "''"
  is_left_out "it is empty" '$NOTHING'
  export NOTHING=
  expect_faults
  expect_refusal "--interpreter: it takes a command" --interpreter=
  expect_refusal "--interpreter: it takes a command" "--interpreter=  "
}

@test "an interpreter where it has no meaning is refused" {
  expect_refusal "--interpreter runs the kernel countdown; add it, or leave --interpreter out" \
    --interpreter="$FAKE" --kernel=primes
  expect_refusal "--interpreter runs in the modes real and real-processes; add it, or leave" \
    --interpreter="$FAKE" --mode=gil
  expect_refusal "--mode=real needs an --interpreter" --mode=real
  expect_refusal "--mode=real-processes needs an --interpreter" --mode=gil,real-processes
  expect_refusal "--interpreter has no meaning for primitives; leave it out" primitives \
    --interpreter="$FAKE"
}

# --- good ones ---------------------------------------------------------------------------------

@test "a fake's numbers are reported as it says them" {
  alone "--interpreter=$FAKE" --workers=1,2 --samples=2 --mode=real,real-processes
  [ "$status" -eq 0 ]
  expect_not grep '^gilbench: ' <<<"$stderr"
  # 10 ns per turn, for workers that are all started at once.
  expect_samples results.json 'length == 8 and all((.turn_s * 1e9 - 10 | fabs) < 1e-6 and
    (.real_time / (.units * 1e-8) * .workers - 1 | fabs) < 1e-3 and .start_skew_s == 0 and
    (.units / 500000 - 1 | fabs) < 0.01)'
  # Processes have a lock each, so that there are no quanta of one.
  expect_samples results.json 'all(if .name | test("mode:real/") then
    (.quanta / (.real_time / 0.005) - 1 | fabs) < 1e-6 else has("quanta") | not end)'
}

@test "interpreters of the same name are numbered" {
  local other="$FAKE 'clock=clock realtime'"
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
  expect_not grep '^gilbench: ' <<<"$stderr"
  version=$(/usr/bin/python3 -c 'import platform; print(platform.python_version())')
  expected=
  for line in gil/lock:none "gil/lock:cpython3/runtime:cpython-$version" \
    "real/runtime:cpython-$version" "real-processes/runtime:cpython-$version"; do
    line="times/kernel:countdown/mode:$line"
    expected+="$line/workers:1 $line/workers:2 "
  done
  names=$(samples results.json 'map(.name) | .[]' | tr '\n' ' ')
  [ "$names" = "$expected" ]
  # The pace, and with it the work, is the interpreter's.
  expect_samples results.json 'map(select(.name | test("/runtime:"))) | length == 6 and
    (map([.turn_s, .units]) | unique | length == 1)'
}

@test "the knobs of python3 are the model's" {
  beside "env GILBENCH_SWITCHINTERVAL=0.0005 /usr/bin/python3"
  [ "$status" -eq 0 ]
  expect_samples results.json 'map(.name | ltrimstr("times/kernel:countdown/mode:")) |
    length == 3 and
    (.[1] | test("^gil/lock:cpython3:interval=500us/runtime:cpython-[^/]*:interval=500us/")) and
    (.[2] | test("^real/runtime:cpython-[^/]*:interval=500us/workers:1$"))'
  expect_samples results.json '.[2] | .quanta / (.real_time / 0.0005) - 1 | fabs < 1e-6'
}

# Succeeds while the two threads of a python3 are bound, one to each of `pus`.
bound_apart() {
  local pu
  find_children "$pid"
  find_children "${children[0]-none}"
  region=${children[0]-none}
  for pu in "${pus[@]}"; do
    [ -n "$(thread_on "$pu")" ] || return
  done
}

# The thread of `region`, but for its first, that is bound to PU.
thread_on() {
  grep -lse "^Cpus_allowed_list:[[:space:]]*$1\$" /proc/"$region"/task/*/status |
    grep -ve "/task/$region/"
}

@test "the threads of python3 are bound as workers are" {
  need_cores 2
  alone --interpreter=/usr/bin/python3 --mode=real --workers=2 --samples=1
  expect_samples results.json '.[0].label | test("^pu [0-9]+,[0-9]+$")'
  IFS=, read -ra pus < <(samples results.json '.[0].label | ltrimstr("pu ")')
  start_until bound_apart --interpreter=/usr/bin/python3 --mode=real --workers=2 --time=0.3 \
    --samples=4 --out=results.json
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

# With one row of the fake; five messages, 10 ms apart.
convoy() {
  fake "$@"
  run --separate-stderr gilbench convoy --time=0.05 --samples=1 --workers=0 "--mode=gil,real" \
    --lock=cpython3 "--interpreter=$command" --out=convoy.json
}

# Of the real row; the models beside it have to be there in any case.
expect_convoy() {
  expect_samples convoy.json 'map(select(.name | contains("mode:gil/lock:cpython3/workers"))) |
    length == 1 and .[0].messages == 5'
  expect_samples convoy.json "map(select(.name | contains(\"mode:real\"))) | length == 1 and (.[0] | $1)"
}

@test "an interpreter that gets messages" {
  convoy
  [ "$status" -eq 0 ]
  expect_convoy '.messages == 5 and .lost == 0 and .duplicated == 0 and .p50_s >= 0.0009 and .p50_s <= 0.0011'
}

@test "messages that are lost, or come twice, are counted" {
  convoy 'messages=!receive | sed -e 2d -e "4p"'
  [ "$status" -eq 0 ]
  expect_convoy '.messages == 5 and .lost == 1 and .duplicated == 1'
}

@test "an interpreter that gets messages and goes wrong" {
  local fault
  for fault in 'messages=!receive; kill -SEGV $$' 'messages=!receive; echo nonsense' \
    'messages=!receive; echo message 7 1' 'messages=!receive; echo message 1 -5' 'done=' \
    'messages=!receive; echo oh >&2' 'messages=message 99999999999999999999 1'; do
    convoy "$fault"
    [ "$status" -ne 0 ]
    expect_convoy '.error_message | contains("interpreter")'
  done
  expect_convoy '.error_message | contains("message")'
}

@test "an interpreter that says it is done without that word" {
  convoy 'done='
  expect_convoy ".error_message | contains(\"without the word 'done'\")"
}

# --- processes that leave their group ------------------------------------------------------------

@test "an interpreter in a process group of its own does not outlive its deadline" {
  fake 'language=!sleep 100'
  run --separate-stderr gilbench "${BESIDE[@]}" "--interpreter=setsid -w $command"
  [ "$status" -ne 0 ]
  [[ $stderr == *"did not end within its deadline"* ]]
  nobody_left
}

# --- options that nothing heeds ------------------------------------------------------------------

@test "--every and --over are for convoy" {
  local option
  for option in --every=1ms --over=udp; do
    run --separate-stderr gilbench bandwidth "$option"
    [ "$status" -ne 0 ]
    [[ $stderr == *"${option%=*} has no meaning without convoy"* ]]
    gilbench convoy bandwidth "$option" --benchmark_list_tests >/dev/null
  done
}

@test "without any interpreter left there is nothing to be measured" {
  run --separate-stderr gilbench convoy --mode=real --interpreter=/nonexistent
  [ "$status" -ne 0 ]
  [[ $stderr == *"there is no program"*"nothing is left to be measured"* ]]
}
