# What gilbench does with interpreters that misbehave while they are probed or measured: each is
# skipped, or fails its own rows, with one line that says why; everything else is measured.

# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # the fake expands the variables
load cli_interpreter.bash

# --- while it is probed --------------------------------------------------------------------------

@test "an interpreter that needs a file that is missing" {
  echo '#!/nonexistent/shell' >no-shell
  chmod +x no-shell
  export PATH=$PATH:$PWD
  local line
  for line in ./no-shell no-shell; do
    skips_command "'$line' could not be started: its interpreter '/nonexistent/shell' .* is missing" \
      "$line"
  done
  skips_command "it ended with exit status 2; it wrote: .*nonexistent.py.*No such file" \
    "/usr/bin/python3 /nonexistent.py"
  expect_faults
}

@test "its program is missing" {
  export GILBENCH_PROGRAMS=$PWD
  skips_command "cannot find its program gilbench.py in $PWD" /usr/bin/python3
  expect_faults
}

@test "an interpreter of an unknown language" {
  skips "unknown language: it printed 'v20' for --version; known are Python" "language=v20"
  skips "unknown language: it printed '' for --version" "language="
  skips "unknown language: it printed '1.2.3' for --version" "language=1.2.3"
  skips "unknown language: it printed 'gilbench-interpreter 2' for" "language=gilbench-interpreter 2"
  # Only the end of the name is that of a known one.
  skips "unknown language: it printed 'MicroPython v1' for" "language=MicroPython v1"
  expect_faults
}

@test "an interpreter that does not describe itself properly" {
  skips "its description lacks the line 'runtime'" "runtime="
  skips "its description lacks the line 'version'" "version="
  skips "its description lacks the line 'clock'" "clock="
  skips "its description lacks the line 'done'" "described="
  skips "it printed 'gilbench 3' instead of 'gilbench 1' or 'gilbench 2'" "greeting=gilbench 3"
  skips "it reported the invalid clock 'wall'; allowed are monotonic, realtime" "clock=clock wall"
  skips "it reported the invalid runtime 'C Python'" "runtime=runtime C Python"
  skips "it reported the invalid version 'new'" "version=version new"
  skips "it reported the invalid version '99999999999999999999'" \
    "version=version 99999999999999999999"
  skips "it reported its version twice" "clock=version 3"
  skips "it printed 'param x' after 'done'" "described=!echo done; echo param x"
  skips "it reported an error: no threads here" "clock=error no threads here"
  expect_faults
}

@test "a version whose model is unknown: its rows stand alone" {
  fake "runtime=runtime ruby" "version=version 2.4.10"
  beside "$command"
  [ "$status" -eq 0 ]
  expect_complaint "no lock model for ruby 2.4; known: .*; it runs without a model beside it"
  [[ $stderr == *"gilbench: interpreter '$command': "* ]]
  expect_models \
    'map(.name) == ["times/kernel:countdown/mode:gil/lock:none/workers:1",
      "times/kernel:countdown/mode:real/runtime:ruby-2.4.10/workers:1"]' \
    'all(has("quanta") | not)'
}

# --- what it prints ------------------------------------------------------------------------------

@test "an interpreter that prints garbage" {
  local garbage='!printf "\\377\\000\\001\\n"'
  skips "unknown language: it printed '\?\?\?' for --version" "language=$garbage"
  skips "it printed '\?\?\?' instead of 'gilbench 1'" "greeting=$garbage"
  fails "it printed '\?\?\?' instead of 'start PID'" "start=$garbage"
  fails "it printed 'done\?' instead of a result or 'done'" 'done=!printf "done\\000\\n"'
  fails "it printed 'nothing' instead of a result or 'done'" "span=nothing"
  fails "it reported an error: \?\[1m\?\?" 'ready=!printf "error \\033[1m\\303\\251\\n"; exit 1'
  expect_faults
}

@test "an interpreter that prints too much" {
  local line='!printf "%010000d" 0'
  skips "it printed a line of more than [0-9]+ characters" "language=$line"
  skips "it printed more than 1048576 bytes" "language=!yes"
  fails "it printed a line of more than [0-9]+ characters" "ready=$line"
  fails "it printed 'done' after 'done'" "done=!yes done"
  expect_faults
}

@test "an interpreter that prints too few numbers" {
  fails "it reported the spans of 0 of 1 workers" "span="
  fails "it ended without 'done'" "done="
  fails "it printed 'ready' after 0 of 1 workers" "process=!echo ready"
  fails "it printed 'span 0 1000' instead of 'span INDEX START END UNITS'" "span=span 0 1000"
  expect_faults
}

@test "an interpreter that prints too many or wrong numbers" {
  local span='echo span $worker $opened'
  fails "it reported worker 0 twice" "span=!$span \$(now) \$part; $span \$(now) \$part"
  fails "it counted down 7 units instead of 100000" "span=!$span \$(now) 7"
  fails "it reported that worker 0 ran from .* not between the opening of the gate and now" \
    "span=!$span \$((opened - 1)) \$part"
  fails "it reported that worker 0 ran from 0 to 9223372036854775807 ns" \
    "span=span 0 0 9223372036854775807 1"
  fails "it reported that worker 0 did 100000 units in 0 s, which is impossible" \
    "span=!$span \$opened \$part"
  # It reports a microsecond, however much work it gets.
  fails "it reported that worker 0 did [0-9]+ units in 1e-06 s, which is impossible" \
    "span=!$span \$((opened + 1000)) \$part"
  fails "it printed 'span 0 .* -5' instead of 'span INDEX" "span=!$span \$opened -5"
  expect_faults
}

@test "an interpreter that writes to standard error" {
  skips "it wrote to standard error: a warning" "clock=!echo a warning >&2"
  fails "it wrote to standard error: a warning" \
    "span=!echo a warning >&2; unset fake_span; report_span 0"
  expect_faults
}

@test "an interpreter that reports processes and threads it does not have" {
  fails "it reported process 1, which is not one of its own" "start=start 1"
  fails "it reported process [0-9]+, which .*, or has left its process group" \
    'start=!exec timeout 60 sh -c "echo start \$\$; sleep 60"'
  fails "it reported process 1, which is not one of its own" "process=process 0 1"
  fails "it printed 'process 0 -1' instead of the next worker or 'ready'" "process=process 0 -1"
  fails "it reported worker 0, but has no new thread" 'process=!echo thread 0 $$'
  fails "it printed 'process 1 .*' instead of the next worker or 'ready'" 'more=!echo process 1 $$'
  fails "it printed 'process 7 .*' instead of the next worker or 'ready'" \
    'process=!echo process 7 $$'
  expect_faults
}

# --- how it ends ---------------------------------------------------------------------------------

@test "an interpreter that crashes" {
  local crash='!kill -SEGV $$'
  skips "it was killed by signal 11 " "language=$crash"
  skips "it was killed by signal 11 " "clock=$crash"
  fails "it was killed by signal 11 " "ready=$crash"
  fails "it was killed by signal 11 .*; it wrote: last words$" \
    "span=!echo last words >&2; kill -SEGV \$\$"
  fails "it ended with exit status 3$" "done=!echo done; exit 3"
  fails "it reported an error: no memory left$" "ready=!echo error no memory left; exit 1"
  expect_faults
}

# Each of these takes its whole deadline, so they run at the same time.
@test "an interpreter that never ends" {
  local fault pids=()
  skips "run with --version, it did not end within its deadline of 10 s" \
    'language=!trap "" TERM INT HUP; sleep 100'
  skips "did not end within its deadline of 10 s" 'described=!sleep 100'
  skips "did not end within its deadline of 10 s" \
    'described=!echo done; exec >/dev/null 2>&1; sleep 100'
  fake 'language=!sleep 100'
  skips_command "run with --version, it did not end within its deadline of 10 s" \
    "setsid -w $command"
  for fault in "${!skipped[@]}"; do
    gilbench "${BESIDE[@]}" "--out=$fault.json" "--interpreter=${skipped[fault]}" 2>"$fault" \
      >/dev/null 3>&- &
    pids+=($!)
  done
  for fault in "${!skipped[@]}"; do
    status=0
    wait "${pids[fault]}" || status=$?
    [ "$status" -eq 1 ]
    read_output /dev/null "$fault"
    mv "$fault.json" results.json
    expect_models
    find_complaints
    expect_skipped "${skip_patterns[fault]}" "${skipped[fault]}"
  done
  # Not even what is in a process group of its own outlives the deadline.
  nobody_left
}

@test "an interpreter that leaves processes behind" {
  skips "it ended, but a process that it started is still running" "language=!sleep 100 & exit"
  fails "it ended, but a process that it started is still running" "done=!sleep 100 & echo done"
  fails "it ended, but a process that it started is still running" \
    "done=!sleep 100 >/dev/null 2>&1 & echo done"
  fails "the process that read its output was killed by signal 9" \
    'ready=!setsid sleep 100 >/dev/null 2>&1 3>&- 4>&- 5>&- & kill -KILL $PPID; sleep 100'
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

# --- messages and echoes -------------------------------------------------------------------------

@test "an interpreter that gets messages and fails" {
  fails "it was killed by signal 11 " 'messages=!convoy; kill -SEGV $$'
  fails "it printed 'nonsense' instead of a result or 'done'" 'messages=!convoy; echo nonsense'
  fails "it reported message 7, but only 5 were sent" 'messages=!convoy; echo message 7 1'
  fails "it printed 'message 1 -5' instead of" 'messages=!convoy; echo message 1 -5'
  fails "it wrote to standard error: oh" 'messages=!convoy; echo oh >&2'
  fails "it printed 'message 99999999999999999999 1' instead of" \
    'messages=message 99999999999999999999 1'
  fails "it ended without 'done'" 'done='
  expect_convoy_fails
}
