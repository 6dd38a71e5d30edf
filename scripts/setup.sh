# Shell functions shared by scripts/bench, scripts/check and .ci/run: they install missing packages
# and set up build folders. Source this file from the root of the source tree.
#
#   need PACKAGE COMMAND...    mark Debian's PACKAGE as missing unless COMMAND succeeds
#   install_needed             install the missing packages; if that is impossible, name them and fail
#   configure FOLDER OPTION... create a build folder, or change the options of an existing one
#   compile FOLDER TARGET...   build there; the compiler's output is shown only if it fails
#   prepare_bench              everything that scripts/bench needs, as build/bench/gilbench
# shellcheck shell=sh

needed=

say() {
  printf '%s\n' "$*" >&2
}

need() {
  package=$1
  shift
  "$@" >/dev/null 2>&1 || needed="$needed $package"
}

need_python() {
  need python3 /usr/bin/python3 --version
}

need_to_build() {
  need gcc cc --version
  need g++ c++ --version
  need libc6-dev test -e /usr/include/stdio.h
  need meson meson --version
  need ninja-build ninja --version
  need pkg-config pkg-config --version
  need libbenchmark-dev pkg-config --exists benchmark
  need libhwloc-dev pkg-config --exists hwloc
  need libcbor-dev pkg-config --exists libcbor
}

need_for_pictures() {
  need_python
  need python3-scipy /usr/bin/python3 -c 'import scipy.stats'
  need gnuplot-nox gnuplot --version
  need fonts-dejavu-core test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
}

need_to_test() {
  need_to_build
  need_for_pictures
  need libcmocka-dev pkg-config --exists cmocka
  need bats bats --version
  need jq jq --version
  need procps ps --version
  need util-linux setpriv --version
  need bsdutils script --version
}

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# What is installed must be readable by everybody, whatever the caller's umask. Another apt-get may
# be at work, as on a machine that has just started: wait for it.
apt_install() (
  umask 022
  as_root apt-get update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      -o DPkg::Lock::Timeout=120 "$@"
)

install_needed() {
  [ -n "$needed" ] || return 0
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; }; then
    say "missing packages (Debian's names):$needed; install them and try again"
    return 1
  fi
  say "installing:$needed"
  log=$(mktemp) || return
  # shellcheck disable=SC2086 # a list of words
  if apt_install $needed >"$log" 2>&1; then
    rm -f "$log"
    needed=
  else
    tail -n 20 "$log" >&2
    say "could not install:$needed (full output: $log)"
    return 1
  fi
}

configure() {
  build_folder=$1
  shift
  if [ ! -f "$build_folder/build.ninja" ]; then
    set -- setup "$build_folder" "$@"
  elif [ $# != 0 ]; then
    set -- configure "$build_folder" "$@"
  else
    return 0
  fi
  run_logged "$build_folder.log" meson "$@"
}

compile() {
  build_folder=$1
  shift
  run_logged "$build_folder.log" ninja -C "$build_folder" "$@"
}

# run_logged LOG COMMAND...: the output is kept in LOG and shown only if the command fails.
run_logged() {
  log=$1
  shift
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    say "$1 failed (full output: $log); if $build_folder/ is from another machine or folder, remove it"
    return 1
  fi
}

prepare_bench() {
  need_to_build
  need_for_pictures
  install_needed && configure build && compile build bench/gilbench
}
