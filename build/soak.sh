#!/usr/bin/env bash
# Runs the endurance test against out/meshproxy and prints its figures: soak.sh DURATION [SEED]. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
report=$(mktemp)
trap 'rm -f "$report"' EXIT
./build/test-packages.sh
dotnet build tests/MeshProxy.PodTests -c Release -v quiet
echo "traffic for $1, then two quiet minutes"
code=0
export TEST_EXECUTABLE="$PWD/out/meshproxy" TEST_SOAK="$1" TEST_SOAK_REPORT="$report"
if [ $# -gt 1 ]; then export TEST_SOAK_SEED="$2"; fi
dotnet test tests/MeshProxy.PodTests -c Release --no-build --filter FullyQualifiedName~SoakTests -v quiet --logger "console;verbosity=minimal" || code=$?
cat "$report"
exit "$code"
