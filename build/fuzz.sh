#!/usr/bin/env bash
# Feeds the parsers mutated inputs: fuzz.sh DURATION-PER-TARGET [TARGET [SEED]]. No target means all; without a seed it is another one each time.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build tests/MeshProxy.Tests -c Release -v quiet
export TEST_FUZZ_FOR="$1" TEST_FUZZ_TARGET="${2:-}" TEST_FUZZ_SEED="${3:-$RANDOM}"
echo "seed $TEST_FUZZ_SEED, $1 per target"
exec dotnet test tests/MeshProxy.Tests -c Release --no-build -v quiet --logger "console;verbosity=normal" \
  --filter "FullyQualifiedName~FuzzTests.No_input_makes_a_parser_fail"
