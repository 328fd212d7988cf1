#!/usr/bin/env bash
# Benchmarks. With no argument: the hot pieces, then MeshProxy beside HAProxy and nginx. With arguments: the comparison alone, with these
# options (--help lists them); or 'micro' and BenchmarkDotNet's own options for the hot pieces alone.
# The comparison measures out/meshproxy as 'make build' left it, and needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

run() {
  local project=$1 program=$2
  shift 2
  dotnet msbuild "bench/$project" -restore -nologo -v:quiet -p:Configuration=Release
  "bench/$project/bin/Release/net10.0/$program" "$@"
}

case ${1:-} in
  "")
    echo "measuring the hot pieces (about half a minute)"
    run MeshProxy.Benchmarks MeshProxy.Benchmarks
    echo
    echo "comparing with HAProxy and nginx (about eight minutes)"
    run compare MeshProxy.Compare
    ;;
  micro) run MeshProxy.Benchmarks MeshProxy.Benchmarks "${@:2}" ;;
  *) run compare MeshProxy.Compare "$@" ;;
esac
