#!/usr/bin/env bash
# Installs the Debian packages of the programs named on the command line that are missing, and says which: packages.sh PROGRAM=PACKAGE…
# What is no program is named by its path.
# Asks for nothing, starts no service, and does nothing when nothing is missing.
set -euo pipefail
missing=()
for pair in "$@"; do
  program=${pair%%=*}
  if ! [ -e "$program" ] && ! PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null && ! compgen -G "/usr/lib/postgresql/*/bin/$program" >/dev/null; then
    missing+=("${pair##*=}")
  fi
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "not installed, because that takes root: ${missing[*]}" >&2
  exit 0
fi
echo "installing from Debian: ${missing[*]}"
# Servers are installed for their programs: none of them is to start by itself.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  rm -f "$log"
  exit 1
fi
rm -f "$log"
