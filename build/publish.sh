#!/usr/bin/env bash
# Publishes the executable into the folder given: self-contained, ReadyToRun, trimmed, a single file. publish.sh [FOLDER [ARCHITECTURE]];
# the architecture, as uname(1) or a container image names it, is this machine's unless it is given.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-out}
case ${2:-$(uname -m)} in
  x86_64 | amd64) rid=linux-x64 ;;
  aarch64 | arm64) rid=linux-arm64 ;;
  *) echo "meshproxy builds for x86_64 and aarch64, not for ${2:-$(uname -m)}" >&2; exit 69 ;;
esac
if ! command -v dotnet >/dev/null; then
  echo "meshproxy builds with the .NET 10 SDK; 'dotnet' was not found on PATH" >&2
  exit 69
fi
echo "publishing $out/meshproxy for $rid (about half a minute the first time)"
dotnet publish src/MeshProxy -c Release -r "$rid" --self-contained -o "$out" -v quiet --nologo \
  -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true -p:DebugType=none
