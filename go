#!/usr/bin/env bash
# The one way to build, try and test this project. `./go help` says how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export LC_ALL=C.UTF-8

usage() {
  cat <<'TEXT'
usage: ./go COMMAND

  demo [ARGS]             install what is missing, build, run the main job (onset demo ARGS)
  test [LABEL]            the tests; LABEL: unit, fuzz, e2e, tsan, clang, browser, slow
  build [PRESET]          build/PRESET/onset; PRESET: release (default), dev, asan, tsan, fuzz, clang
  lint                    format, static analysis, layers, headers, globals
  bench [NAME] [ARGS]     benchmarks (all, or build/release/bench_NAME with ARGS)
  fuzz [TARGET] [SECONDS] fuzz every target, or one (default 60 s each)
  install [PREFIX]        binary, man pages and completion below PREFIX (default /usr/local)
  clean                   remove build/
  help                    this text
TEXT
}

# What each job needs: package, and why.
BUILD_NEEDS='gcc:compiler libc6-dev:C_headers cmake:build_system ninja-build:build_tool pkg-config:finds_libraries
  libyaml-dev:YAML libsqlite3-dev:result_store libxxhash-dev:content_ids'
TEST_NEEDS='libcmocka-dev:unit_tests bats:command-line_tests sqlite3:looks_into_the_store mandoc:checks_man_pages'
LINT_NEEDS='clang-format:layout clang-tidy:static_analysis binutils:lists_globals'
CLANG_NEEDS='clang:second_compiler libclang-rt-14-dev:fuzzer_and_sanitizers'
BROWSER_NEEDS='chromium:looks_at_the_report python3:checks_the_page'

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $1"; exit "${2:-2}"; }

is_debian() {
  [ -r /etc/os-release ] || return 1
  (. /etc/os-release; case " ${ID:-} ${ID_LIKE:-} " in *" debian "* | *" ubuntu "*) true ;; *) false ;; esac)
}

has_package() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Elsewhere than on Debian: the commands and libraries that stand for the packages.
has_elsewhere() {
  case $1 in
    gcc | clang | cmake | clang-format | clang-tidy | bats | sqlite3 | mandoc | chromium | python3) command -v "$1" ;;
    libc6-dev | libclang-rt-14-dev | binutils) true ;;
    ninja-build) command -v ninja ;;
    pkg-config) command -v pkg-config ;;
    libyaml-dev) pkg-config --exists yaml-0.1 ;;
    libsqlite3-dev) pkg-config --exists sqlite3 ;;
    libxxhash-dev) pkg-config --exists libxxhash ;;
    libcmocka-dev) pkg-config --exists cmocka ;;
    *) false ;;
  esac >/dev/null 2>&1
}

need() {
  local have=has_package pair missing=() reasons=()
  is_debian || have=has_elsewhere
  for pair in $*; do
    $have "${pair%%:*}" && continue
    missing+=("${pair%%:*}")
    reasons+=("${pair%%:*} ($(tr _ ' ' <<<"${pair#*:}"))")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local list; list=$(printf ', %s' "${reasons[@]}"); list=${list:2}
  is_debian || die "missing: $list. Install them (names are Debian's) and try again."
  say "installing: $list"
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 || die "apt-get update failed" 4
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${missing[@]}" >&2 || die "apt-get could not install: ${missing[*]}" 4
}

jobs_count() { nproc 2>/dev/null || echo 2; }

# build PRESET [CMake options]: quiet when nothing is to be done, whole log on failure.
build() {
  local preset=$1; shift
  need "$BUILD_NEEDS"
  case $preset in fuzz | clang) need "$CLANG_NEEDS" ;; esac
  mkdir -p build
  local log=build/$preset.log
  local tests=OFF
  if [ "$preset" != release ] || has_package libcmocka-dev || pkg-config --exists cmocka 2>/dev/null; then tests=ON; fi
  { cmake --preset "$preset" -DONS_TESTS=$tests "$@" && cmake --build --preset "$preset" -j "$(jobs_count)"; } >"$log" 2>&1 || {
    cat "$log" >&2
    die "the $preset build failed (log: $log)" 1
  }
  if grep -q 'warning:' "$log"; then grep -A3 'warning:' "$log" >&2; fi
}

# Adds up what the runners of build/PRESET counted: cmocka cases, TAP lines of
# bats, replayed inputs. A program that died without counting is one failure.
count() {
  awk '
    /^\[  PASSED  \] [0-9]+ test/  { pass += $4; counted = 1 }
    /^\[  SKIPPED \] [0-9]+ test/  { skip += $4 }
    /^\[  FAILED  \] [0-9]+ test/  { fail += $4; own = 1 }
    /^ok [0-9]+ .*# skip/          { skip++; counted = 1; next }
    /^ok [0-9]+ /                  { pass++; counted = 1 }
    /^not ok [0-9]+ /              { fail++; own = 1 }
    /^[0-9]+ passed, [0-9]+ failed$/ { pass += $1; fail += $3; counted = 1; if ($3 > 0) own = 1 }
    /^Test (Passed|Failed|timeout)|^Test time|^end time:/ { }
    /^Test Failed\.|^Test timeout/ { if (!own) fail++; own = 0; counted = 0 }
    /^Test Passed\./               { if (!counted) pass++; own = 0; counted = 0 }
    END { printf "%d %d %d\n", pass, fail, skip }' "build/$1/Testing/Temporary/LastTest.log"
}

PASSED=0 FAILED=0 SKIPPED=0
# run_tests PRESET CTEST-ARGS…
run_tests() {
  local preset=$1; shift
  say "== tests, $preset build"
  rm -f "build/$preset/Testing/Temporary/LastTest.log"
  ctest --preset "$preset" "$@" >&2 || true
  [ -f "build/$preset/Testing/Temporary/LastTest.log" ] || die "no test was run in the $preset build" 1
  local p f s
  read -r p f s < <(count "$preset")
  PASSED=$((PASSED + p)) FAILED=$((FAILED + f)) SKIPPED=$((SKIPPED + s))
}

# The closing line; fails if anything failed or nothing ran.
close_tests() {
  local line="$PASSED passed, $FAILED failed"
  [ "$SKIPPED" = 0 ] || line+=", $SKIPPED skipped"
  printf '%s\n' "$line"
  [ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}

run_test_label() {
  need "$BUILD_NEEDS" "$TEST_NEEDS"
  case ${1:-default} in
    default)
      build release
      build asan
      run_tests release -LE 'slow|browser'
      run_tests asan -L 'unit|fuzz' ;;
    unit | fuzz | e2e) build release; run_tests release -L "$1" ;;
    tsan) build tsan; run_tests tsan -L 'tsan' ;;
    clang) need "$CLANG_NEEDS"; build clang; run_tests clang -LE 'slow|browser' ;;
    browser) need "$BROWSER_NEEDS"; build release; run_tests release -L browser ;;
    slow) build release; run_tests release -L slow ;;
    *) die "no test label '$1'; allowed: unit, fuzz, e2e, tsan, clang, browser, slow" ;;
  esac
  close_tests
}

run_lint() {
  need "$BUILD_NEEDS" "$TEST_NEEDS" "$LINT_NEEDS"
  local bad=0
  say "== layout"; git ls-files '*.c' '*.h' | xargs -r clang-format --dry-run -Werror || bad=1
  say "== layers"; tools/check-layers || bad=1
  say "== warnings are errors (GCC)"; build lint
  say "== headers compile alone"; tools/check-headers || bad=1
  say "== no new globals"; tools/check-globals build/lint || bad=1
  say "== clang-tidy"; tools/check-tidy build/lint || bad=1
  [ $bad = 0 ] && say "lint: clean"
  return $bad
}

run_bench() {
  build release
  if [ $# -gt 0 ]; then
    local name=$1; shift
    [ -x "build/release/bench_$name" ] || die "no benchmark '$name'; there are: $(ls build/release | sed -n 's/^bench_//p' | tr '\n' ' ')"
    "build/release/bench_$name" "$@"
    return
  fi
  local b
  for b in build/release/bench_*; do [ -x "$b" ] && "$b"; done
}

run_fuzz() {
  need "$BUILD_NEEDS" "$TEST_NEEDS" "$CLANG_NEEDS"
  build fuzz
  local seconds=60 only='' target name
  for target in "$@"; do case $target in *[!0-9]*) only=$target ;; *) seconds=$target ;; esac; done
  [ -z "$only" ] || [ -x "build/fuzz/fuzz_$only" ] || die "no fuzz target '$only'"
  for target in build/fuzz/fuzz_${only:-*}; do
    name=${target##*/fuzz_}
    mkdir -p "build/fuzz/corpus/$name"
    say "== fuzz $name, $seconds s"
    "$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
      -artifact_prefix="build/fuzz/$name-" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" || die "fuzz $name found something: build/fuzz/$name-*" 1
  done
  say "fuzz: no findings"
}

run_install() {
  local prefix=${1:-/usr/local}
  build release
  cmake --install build/release --prefix "$prefix" >/dev/null || die "cannot install below $prefix (not writable?)" 4
  say "installed below $prefix: bin/onset, man pages, shell completion"
}

command=${1:-help}
[ $# = 0 ] || shift
case $command in
  demo) build release; exec build/release/onset demo "$@" ;;
  test) run_test_label "$@" ;;
  build) build "${1:-release}" ;;
  lint) run_lint ;;
  bench) run_bench "$@" ;;
  fuzz) run_fuzz "$@" ;;
  install) run_install "$@" ;;
  clean) rm -rf build ;;
  help | --help | -h) usage ;;
  *) say "error: no command '$command'"; usage >&2; exit 2 ;;
esac
