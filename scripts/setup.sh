# What scripts/bench, scripts/check and .ci/run have in common; to be sourced, from the project's root.
#
# need PACKAGE COMMAND...   asks for Debian's PACKAGE unless COMMAND succeeds
# install_needed            installs what was asked for, or says what is missing and fails
# configure FOLDER OPTION.. makes a build folder, or sets the options of one that is there
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

need_to_build() {
  need gcc cc --version
  need g++ c++ --version
  need libc6-dev test -e /usr/include/stdio.h
  need meson meson --version
  need ninja-build ninja --version
  need pkg-config pkg-config --version
  need libbenchmark-dev pkg-config --exists benchmark
  need libhwloc-dev pkg-config --exists hwloc
}

need_for_pictures() {
  need python3 /usr/bin/python3 --version
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
}

# Runs a command as root: as it is, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

install_needed() {
  [ -n "$needed" ] || return 0
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; }; then
    say "missing:$needed (Debian's names); install them and try again"
    return 1
  fi
  say "installing:$needed"
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of words
  if as_root apt-get update >"$log" 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends $needed >>"$log" 2>&1; then
    rm -f "$log"
    needed=
  else
    tail -n 20 "$log" >&2
    say "could not install:$needed (the whole output is in $log)"
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
  meson "$@" >"$build_folder.log" 2>&1 || {
    cat "$build_folder.log" >&2
    return 1
  }
  rm -f "$build_folder.log"
}
