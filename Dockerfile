# The sidecar's image: two copies of one executable, on a base without shell or package manager. See docs/image.md.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag REGISTRY/meshproxy .
#   buildah bud --tag REGISTRY/meshproxy .

# On the machine's own architecture, also for the other one: the compiler crosses, so nothing is emulated.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
ARG VERSION=0.1.0
ARG REVISION
WORKDIR /source
RUN command -v setcap >/dev/null || { apt-get update && apt-get install -y --no-install-recommends libcap2-bin; }
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY build/publish.sh build/
COPY src src
# MSBuild takes properties from the environment too. No server of the compiler is to outlive the step.
RUN Version=$VERSION SourceRevisionId=$REVISION UseSharedCompilation=false MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1 \
    ./build/publish.sh /published $TARGETARCH
# A user other than root keeps a capability through exec by the file alone; and a file that asks for one does not start where it is dropped,
# as in the sidecar. So init has a file of its own.
RUN mkdir -p /image/usr/local/bin /image/etc/meshproxy \
 && install -m 0755 /published/meshproxy /image/usr/local/bin/meshproxy \
 && install -m 0755 /published/meshproxy /image/usr/local/bin/meshproxy-init \
 && setcap cap_net_admin+ep /image/usr/local/bin/meshproxy-init

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
ARG VERSION=0.1.0
ARG REVISION
LABEL org.opencontainers.image.title="MeshProxy" \
      org.opencontainers.image.description="A transparent sidecar proxy for Kubernetes pods" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /image /
COPY LICENSE /licenses/meshproxy
# A mounted proxy.config.json is found in the working directory.
WORKDIR /etc/meshproxy
# The runtime's diagnostic socket would want a writable /tmp; /metrics has what it would tell.
ENV DOTNET_EnableDiagnostics=0
# By number, so that a kubelet can tell that it is not root.
USER 2102:2102
# Inbound, outbound, admin.
EXPOSE 4143 4140 4191
ENTRYPOINT ["/usr/local/bin/meshproxy"]
CMD ["run"]
