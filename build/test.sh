#!/usr/bin/env bash
# Runs every test: unit tests, then pod tests (network namespaces, real rules, real servers), which take root and programs from Debian.
# Ends with one plain line, 'N passed, N failed', and ', N skipped' where some were; fails where any failed.
# REQUIRE_PODS=1 fails also where pod tests were skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
failures="$results/failures"
touch "$failures"

# What failed and why, once more: the end of a long log is what people read. names REPORT
names() {
  awk '
    /<UnitTestResult / {
      failed = /outcome="Failed"/
      if (failed) { match($0, /testName="[^"]*"/); print "failed: " substr($0, RSTART + 10, RLENGTH - 11); lines = 0 }
    }
    failed && /<Message>/ { lines = 6 }
    failed && lines > 0 { sub(/^ *<Message>/, ""); lines--; if (sub(/<\/Message>.*/, "")) lines = 0; print "  " $0 }
  ' "$1" | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#xD;//g; s/&amp;/\&/g'
}

# The last line, whatever happened.
finish() {
  cat "$failures"
  local summary="$passed passed, $failed failed"
  if [ "$skipped" -gt 0 ]; then
    summary="$summary, $skipped skipped"
  fi
  echo "$summary"
  if [ "$failed" -eq 0 ]; then exit 0; else exit 1; fi
}

# Adds up a suite's results: run SUITE PROJECT
run() {
  local suite=$1 project=$2 report="$results/$1.trx" code=0
  dotnet test "$project" -c Release --no-build --logger "trx;LogFileName=$report" --logger "console;verbosity=minimal" -v quiet </dev/null || code=$?
  local counters
  counters=$(grep -o '<Counters [^>]*>' "$report" 2>/dev/null || true)
  if [ -z "$counters" ]; then
    echo "$suite: did not run to the end (exit code $code)"
    failed=$((failed + 1))
    return
  fi
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  local total executed ok
  total=$(count total) executed=$(count executed) ok=$(count passed)
  echo "$suite: $ok passed, $((executed - ok)) failed, $((total - executed)) skipped"
  names "$report" >>"$failures"
  passed=$((passed + ok)) failed=$((failed + executed - ok)) skipped=$((skipped + total - executed))
  # A crash after the last result is no success either.
  if [ "$code" -ne 0 ] && [ "$executed" -eq "$ok" ]; then
    echo "$suite: dotnet test ended with $code"
    failed=$((failed + 1))
  fi
}

./build/test-packages.sh
echo "building"
if ! dotnet build MeshProxy.sln -c Release -v quiet </dev/null || ! ./build/publish.sh out; then
  echo "the build failed"
  failed=1
  finish
fi
run "unit tests" tests/MeshProxy.Tests
TEST_EXECUTABLE="$PWD/out/meshproxy" run "pod tests" tests/MeshProxy.PodTests
if [ "${REQUIRE_PODS:-0}" = 1 ] && [ "$skipped" -gt 0 ]; then
  echo "tests were skipped where all are required"
  failed=$((failed + 1))
fi
finish
