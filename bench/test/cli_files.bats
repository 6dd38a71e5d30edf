# Where the results and the table go, and what is said when they cannot.

# Variables go to and come from there:
# shellcheck disable=SC2016,SC2034,SC2154
load cli_helper

# The folder holds these files and no others.
expect_files() {
  local found
  shopt -s nullglob
  found=(*)
  [ "${found[*]}" = "$*" ]
}

whole() {
  jq -e '.benchmarks | length >= 1' "$1"
}

# --- --out -------------------------------------------------------------------------------------

@test "--out in a folder that is not there" {
  expect_refusal "cannot write 'nosuch/r.json' .its folder has to exist.*No such file" \
    "${TINY[@]}" --out=nosuch/r.json
  touch file
  expect_refusal "cannot write 'file/r.json' .*Not a directory" "${TINY[@]}" --out=file/r.json
  expect_files file
}

@test "--out that is a folder" {
  mkdir folder
  expect_refusal "cannot write 'folder': it is a folder, not a plain file" \
    "${TINY[@]}" --out=folder
  expect_refusal "cannot write 'folder/'" "${TINY[@]}" --out=folder/
  expect_files folder
}

@test "--out that is a device stays one" {
  expect_refusal "cannot write '/dev/full': it is a character device, not a plain file" \
    "${TINY[@]}" --out=/dev/full
  [ -c /dev/full ]
  mkfifo pipe
  expect_refusal "cannot write 'pipe': it is a FIFO" "${TINY[@]}" --out=pipe
  [ -p pipe ]
}

@test "--out that is an open file" {
  local path
  for path in /dev/stdout /dev/stderr /dev/fd/1 /proc/self/fd/2; do
    expect_refusal "cannot write '$path'.*: it is an open file of a process" \
      "${TINY[@]}" "--out=$path"
  done
  expect_files
}

@test "--out that is a link: its target is replaced, and the link stays" {
  mkdir folder
  echo older >folder/r.json
  ln -s folder/r.json latest.json
  gilbench "${TINY[@]}" --out=latest.json
  [ -L latest.json ]
  whole folder/r.json
  ln -sf nosuch/r.json latest.json
  expect_refusal "cannot write 'latest.json', a link to 'nosuch/r.json' .its folder has to exist" \
    "${TINY[@]}" --out=latest.json
  expect_files folder latest.json
}

@test "--out that is read-only" {
  echo older >r.json
  chmod 444 r.json
  expect_refusal "cannot write 'r.json': it is read-only" "${TINY[@]}" --out=r.json
  [ "$(<r.json)" = older ]
  expect_files r.json
}

@test "--out with a name that is too long" {
  local name
  name=$(printf '%0300d' 0)
  expect_refusal "cannot write '0000.*name" "${TINY[@]}" "--out=$name"
  name=$(printf '%05000d' 0)
  expect_refusal "cannot write '0000.*name is too long" "${TINY[@]}" "--out=$name"
}

@test "--out in a folder that may not be written to" {
  need_other_user
  program=$public/gilbench
  try_under "${other[@]}" -- "${TINY[@]}" "--out=$public/r.json"
  expect_refused "cannot write '.*r.json' .*to be writable.*Permission denied"
  [ ! -e "$public/r.json" ]
}

@test "--out on a medium that is read-only" {
  need_mounts
  mkdir disk
  try_under unshare -m bash -c 'mount -t tmpfs -o ro none disk && exec "$@"' _ -- \
    "${TINY[@]}" --out=disk/r.json
  expect_refused "cannot write 'disk/r.json' .*Read-only file system"
}

@test "a disk that fills: an older file stays as it was" {
  need_mounts
  mkdir disk
  try_under unshare -m bash -c '
    mount -t tmpfs -o size=64k none disk || exit 99
    echo older >disk/r.json
    cat /dev/zero >disk/filler 2>/dev/null
    "$@"
    status=$?
    cp disk/r.json . && ls disk >files
    exit $status' _ -- "${TINY[@]}" --out=disk/r.json
  [ "$status" -eq 1 ]
  expect_complaint "cannot write 'disk/r.json', which will need about [0-9]+ KiB: No space left on device"
  [ "$(<r.json)" = older ]
  [ "$(paste -sd' ' files)" = "filler r.json" ]
}

@test "a limit on the size of files: an older file stays as it was" {
  echo older >r.json
  try_under prlimit --fsize=4096 -- "${SMALL[@]}" --mode=gil --out=r.json
  [ "$status" -eq 1 ]
  expect_complaint "cannot write 'r.json', which will need about [0-9]+ KiB: File too large"
  [ "$(<r.json)" = older ]
  expect_files r.json
}

@test "an older file is replaced by a whole one" {
  echo older >r.json
  gilbench "${TINY[@]}" --out=r.json
  whole r.json
  expect_files r.json
}

# --- standard output and its relatives ---------------------------------------------------------

@test "standard output is closed" {
  output=
  status=0
  stderr=$(gilbench "${TINY[@]}" --out=r.json 2>&1 >&-) || status=$?
  expect_refused "standard output is closed"
  [ ! -e r.json ]
}

@test "standard output is full: the file is whole" {
  status=0
  stderr=$(gilbench "${TINY[@]}" --out=r.json 2>&1 >/dev/full) || status=$?
  [ "$status" -eq 1 ]
  expect_complaint "could not write to standard output; the results are in r.json"
  whole r.json

  status=0
  stderr=$(gilbench "${TINY[@]}" 2>&1 >/dev/full) || status=$?
  [ "$status" -eq 1 ]
  expect_complaint "could not write to standard output: "
}

@test "nobody reads standard output: the file is whole" {
  # A pipe that has lost its reader; `| true` might still have one.
  mkfifo pipe
  exec 7<>pipe
  exec 8>pipe 7>&-
  rm pipe
  status=0
  stderr=$(gilbench "${TINY[@]}" --out=r.json 2>&1 >&8) || status=$?
  exec 8>&-
  [ "$status" -eq 1 ]
  expect_complaint "could not write to standard output; the results are in r.json"
  whole r.json
}

@test "the reader of standard output leaves early: the file is whole" {
  gilbench "${TINY[@]}" --out=r.json 2>err | true
  whole r.json
  gilbench "${SMALL[@]}" --out=q.json 2>err | head -1
  whole q.json
}

@test "standard error is closed, or full: the file is whole" {
  gilbench "${TINY[@]}" --out=r.json 2>&- >table
  whole r.json
  grep -q '^times/' table
  gilbench "${TINY[@]}" --out=q.json 2>/dev/full >table
  whole q.json
  grep -q '^times/' table
}

@test "standard input is closed" {
  gilbench "${TINY[@]}" --out=r.json <&- >table 2>err
  whole r.json
}
