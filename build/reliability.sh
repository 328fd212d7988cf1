#!/usr/bin/env bash
# Runs every test whose figures are in the page of figures, at full scale, and writes them there: reliability.sh PAGE. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
./build/test-packages.sh
dotnet build tests/MeshProxy.PodTests -c Release -v quiet
# Floods full: 2,000 attackers, a million hostile requests, 1,000 reloads and 100 bad files.
export TEST_EXECUTABLE="$PWD/out/meshproxy" TEST_REPORT="$1" TEST_FLOODS=full LOSS_CONVERSATIONS=1000 TEST_SOAK=10m
tests=$(printf '|FullyQualifiedName~PodTests.%s' Floods. Endurance. Privileges. Faults. Connections.ConntrackLoss \
  Lifecycle.MemoryFamine Lifecycle.DescriptorFamine Lifecycle.PortFamine)
exec dotnet test tests/MeshProxy.PodTests -c Release --no-build -v quiet --filter "${tests:1}" --logger "console;verbosity=normal"
