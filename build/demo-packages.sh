#!/usr/bin/env bash
# What 'meshproxy demo' needs from Debian: ip to make namespaces, nft for the rules in them, curl for whoever looks further.
exec "$(dirname "$0")/packages.sh" ip=iproute2 nft=nftables setpriv=util-linux curl=curl
