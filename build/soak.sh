#!/usr/bin/env bash
# Runs the endurance test against out/meshproxy and prints its figures: soak.sh DURATION [SEED]. CHAOS=1 disturbs the traffic. Needs root.
# A run of a minute and more writes them into the page that TEST_REPORT names.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
report=$(mktemp)
trap 'rm -f "$report"' EXIT
./build/test-packages.sh
dotnet build tests/MeshProxy.PodTests -c Release -v quiet
case "${CHAOS:-0}" in
  0) test=Long_mixed_traffic ;;
  1) test=Disturbances ;;
  *) echo "CHAOS is 0 or 1, not $CHAOS" >&2; exit 1 ;;
esac
echo "traffic for $1, then quiet"
code=0
export TEST_EXECUTABLE="$PWD/out/meshproxy" TEST_SOAK="$1" TEST_SOAK_REPORT="$report"
if [ $# -gt 1 ]; then export TEST_SOAK_SEED="$2"; fi
dotnet test tests/MeshProxy.PodTests -c Release --no-build --filter "FullyQualifiedName~SoakTests.$test" -v quiet \
  --logger "console;verbosity=minimal" || code=$?
cat "$report"
exit "$code"
