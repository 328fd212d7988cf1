#!/usr/bin/env bash
# What the pod tests need from Debian: tools to make namespaces with, and servers and clients that nobody here wrote.
exec "$(dirname "$0")/packages.sh" \
  ip=iproute2 nft=nftables setpriv=util-linux curl=curl \
  nginx=nginx h2load=nghttp2-client mariadbd=mariadb-server-core mariadb=mariadb-client-core redis-server=redis-server redis-cli=redis-tools iperf3=iperf3 \
  initdb=postgresql psql=postgresql-client exim4=exim4-daemon-light vsftpd=vsftpd sshd=openssh-server ssh=openssh-client \
  apache2=apache2-bin node=nodejs npm=npm wrk=wrk slowhttptest=slowhttptest tc=iproute2 \
  /usr/share/nodejs/ws/package.json=node-ws /usr/lib/python3/dist-packages/grpc/__init__.py=python3-grpcio \
  promtool=prometheus chromium=chromium iptables-legacy=iptables conntrack=conntrack nmap=nmap runc=runc strace=strace time=time faketime=faketime \
  /usr/lib/cni/ptp=containernetworking-plugins containerd=containerd podman=podman buildah=buildah conmon=conmon catatonit=catatonit setcap=libcap2-bin \
  /usr/share/containers/seccomp.json=golang-github-containers-common
