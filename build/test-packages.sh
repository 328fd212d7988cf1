#!/usr/bin/env bash
# What the pod tests need from Debian: tools to make namespaces with, and servers and clients that nobody here wrote.
exec "$(dirname "$0")/packages.sh" \
  ip=iproute2 nft=nftables setpriv=util-linux curl=curl \
  nginx=nginx mariadbd=mariadb-server-core mariadb=mariadb-client-core redis-server=redis-server redis-cli=redis-tools iperf3=iperf3 \
  initdb=postgresql psql=postgresql-client exim4=exim4-daemon-light vsftpd=vsftpd sshd=openssh-server ssh=openssh-client \
  promtool=prometheus slowhttptest=slowhttptest faketime=faketime strace=strace chromium=chromium iptables-legacy=iptables conntrack=conntrack nmap=nmap runc=runc setcap=libcap2-bin \
  /usr/share/containers/seccomp.json=golang-github-containers-common
