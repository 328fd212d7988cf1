#!/usr/bin/env bash
# Stops pods under load in both modes, and Jobs, so many times each: no request may fail, no answer be truncated, and the ends of the
# sidecars meet their bars. Prints the figures, and writes them into docs/lifecycle.md where all is met: stops.sh CYCLES. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
report=$(mktemp)
trap 'rm -f "$report"' EXIT
./build/test-packages.sh
dotnet build tests/MeshProxy.PodTests -c Release -v quiet
code=0
export TEST_EXECUTABLE="$PWD/out/meshproxy" STOP_CYCLES="$1" STOP_REPORT="$report"
dotnet test tests/MeshProxy.PodTests -c Release --no-build --filter FullyQualifiedName~StopCycleTests -v quiet \
  --logger "console;verbosity=normal" || code=$?
cat "$report"
if [ "$code" -ne 0 ]; then exit "$code"; fi

# The rows between the two marks.
sort -o "$report" "$report"
sed -i -e "/<!-- figures of make stops -->/,/<!-- end of figures -->/{
  /^| [a-zA-Z]*, after /d
  /^|---/r $report
}" docs/lifecycle.md
