using System.Collections.Frozen;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>Annotations of Linkerd that have no counterpart here, and why they need none.</summary>
internal static class LinkerdOnly
{
    private const string Image = "it names an image of Linkerd; config.meshproxy.io/proxy-image names ours";
    private const string Never = "detection delays nobody here";
    private const string ControlPlane = "there is no control plane to ask";

    public static readonly FrozenDictionary<string, string> Reasons = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["config.linkerd.io/proxy-image"] = Image,
        ["config.linkerd.io/proxy-version"] = Image,
        ["config.linkerd.io/init-image"] = Image,
        ["config.linkerd.io/init-image-version"] = Image,
        ["config.linkerd.io/debug-image"] = Image,
        ["config.linkerd.io/debug-image-version"] = Image,
        ["config.linkerd.io/debug-image-pull-policy"] = Image,
        ["config.linkerd.io/enable-debug-sidecar"] = "the sidecar's own /metrics and log.level say what it would",
        ["config.linkerd.io/proxy-inbound-connect-timeout"] = "config.meshproxy.io/connect-timeout is for both directions",
        ["config.linkerd.io/proxy-disable-outbound-protocol-detect-timeout"] = Never,
        ["config.linkerd.io/proxy-disable-inbound-protocol-detect-timeout"] = Never,
        ["config.linkerd.io/proxy-outbound-discovery-cache-unused-timeout"] = ControlPlane,
        ["config.linkerd.io/proxy-inbound-discovery-cache-unused-timeout"] = ControlPlane,
        ["config.linkerd.io/enable-external-profiles"] = ControlPlane,
        ["config.linkerd.io/control-port"] = ControlPlane,
        ["config.linkerd.io/pod-inbound-ports"] = "every inbound port is known from the redirect",
        ["config.linkerd.io/proxy-await"] = "the app always starts after the sidecar is ready",
        ["config.linkerd.io/proxy-admin-shutdown"] = "/shutdown is always there, for clients on loopback",
        ["config.linkerd.io/default-inbound-policy"] = "there is no authorization here",
        ["config.linkerd.io/proxy-require-identity-inbound-ports"] = "there is no authorization here",
        ["config.linkerd.io/enable-gateway"] = "there are no gateways here",
        ["config.linkerd.io/proxy-cpu-ratio-limit"] = "config.meshproxy.io/proxy-cpu-limit bounds the CPU",
        ["config.linkerd.io/proxy-ephemeral-storage-request"] = "the sidecar writes no file",
        ["config.linkerd.io/proxy-ephemeral-storage-limit"] = "the sidecar writes no file",
        ["config.linkerd.io/proxy-log-http-headers"] = "headers are never logged",
        ["config.linkerd.io/proxy-metrics-hostname-labels"] = "label values are bounded here",
        ["config.linkerd.io/proxy-additional-env"] = "each setting has an annotation of its own",
        ["config.alpha.linkerd.io/proxy-wait-before-exit-seconds"] = "the sidecar waits for the app by itself",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
