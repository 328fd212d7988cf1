using System.Collections.Frozen;
using System.Collections.Immutable;
using MeshProxy.Netfilter;
using static MeshProxy.Kubernetes.Annotations.LinkerdAlias;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>
/// Every annotation that is a setting. A new one is a row here: parsing, inheritance from the namespace, suggestions, <c>check pod</c>, the
/// variables of the sidecar and the documentation follow from the row. Bounds are those of the sidecar's configuration keys.
/// </summary>
internal static class AnnotationTable
{
    public const string Auto = "auto", Enabled = "enabled", Disabled = "disabled";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestKeepalive = TimeSpan.FromSeconds(32767);

    public static readonly AnnotationKey NativeSidecar = new("native-sidecar",
        AnnotationSyntax.Choice((Auto, Auto), (Enabled, Enabled), (Disabled, Disabled), ("true", Enabled), ("false", Disabled)), Auto,
        "Run the sidecar as an init container that restarts, which ends after the app: auto does so from Kubernetes 1.29 on.")
    {
        Aliases =
        [
            Config("proxy-enable-native-sidecar"),
            new("config.beta.linkerd.io/proxy-enable-native-sidecar"), new("config.alpha.linkerd.io/proxy-enable-native-sidecar"),
        ],
    };

    public static readonly AnnotationKey Image = new("proxy-image", AnnotationSyntax.Image, "",
        "The image of the sidecar and of its init container.");

    public static readonly AnnotationKey PullPolicy = new("image-pull-policy",
        AnnotationSyntax.Words("IfNotPresent", "Always", "Never"), "IfNotPresent",
        "When a node pulls that image.")
    { Aliases = [Config("image-pull-policy")] };

    public static readonly AnnotationKey CpuRequest = Resource("proxy-cpu-request", AnnotationSyntax.CpuQuantity, "20m",
        "CPU set aside for the sidecar.");

    public static readonly AnnotationKey CpuLimit = Resource("proxy-cpu-limit", AnnotationSyntax.CpuQuantity, "",
        "CPU that the sidecar may use; it runs one event loop per whole or begun core. Empty is the node's.");

    public static readonly AnnotationKey MemoryRequest = Resource("proxy-memory-request", AnnotationSyntax.MemoryQuantity, "64Mi",
        "Memory set aside for the sidecar.");

    public static readonly AnnotationKey MemoryLimit = Resource("proxy-memory-limit", AnnotationSyntax.MemoryQuantity, "",
        "Memory that the sidecar may use. Empty is the node's.");

    public static readonly AnnotationKey GracePeriod = new("shutdown-grace-period", AnnotationSyntax.Duration(TimeSpan.FromDays(7)), "",
        "How long after the pod's deletion open connections may go on. Empty, and at most, the pod's terminationGracePeriodSeconds.")
    {
        Aliases = [Config("shutdown-grace-period")],
    };

    public static readonly AnnotationKey OpaquePorts = new("opaque-ports", AnnotationSyntax.NamedPorts,
        "25,587,3306,4444,5432,6379,9300,11211",
        "Ports relayed with no detection, inbound and outbound, for every address. A list given here replaces the default one.")
    {
        Aliases = [Config("opaque-ports")],
        Variables = ["MESHPROXY_INBOUND__OPAQUEPORTS", "MESHPROXY_OUTBOUND__OPAQUEPORTS"],
    };

    public static readonly AnnotationKey InboundPort = Of(RedirectKey.InboundPort, AnnotationSyntax.Port, "4143");
    public static readonly AnnotationKey OutboundPort = Of(RedirectKey.OutboundPort, AnnotationSyntax.Port, "4140");
    public static readonly AnnotationKey AdminPort = Of(RedirectKey.AdminPort, AnnotationSyntax.Port, "4191");
    public static readonly AnnotationKey ProxyUid = Of(RedirectKey.ProxyUid, AnnotationSyntax.Id, "2102");
    public static readonly AnnotationKey ProxyGid = Of(RedirectKey.ProxyGid, AnnotationSyntax.Id, "");
    public static readonly AnnotationKey Ipv6 = Of(RedirectKey.Ipv6, AnnotationSyntax.Words("auto", "off", "required"), "auto");

    /// <summary>In the order in which they are documented. A mark and TPROXY are left out: both take NET_ADMIN in the sidecar.</summary>
    public static readonly ImmutableArray<AnnotationKey> All =
    [
        NativeSidecar, Image, PullPolicy, CpuRequest, CpuLimit, MemoryRequest, MemoryLimit, GracePeriod,
        OpaquePorts,
        Of(RedirectKey.SkipInboundPorts, AnnotationSyntax.Ports, "") with { Aliases = [Config("skip-inbound-ports")] },
        Of(RedirectKey.SkipOutboundPorts, AnnotationSyntax.Ports, "") with { Aliases = [Config("skip-outbound-ports")] },
        Of(RedirectKey.SkipInboundSubnets, AnnotationSyntax.Networks, "") with { Aliases = [Config("skip-subnets")] },
        Of(RedirectKey.SkipOutboundSubnets, AnnotationSyntax.Networks, ""),
        InboundPort, OutboundPort, AdminPort, ProxyUid, ProxyGid, Ipv6,
        Of(RedirectKey.Redirect, AnnotationSyntax.Words("listening", "all"), "listening"),
        Of(RedirectKey.OwnPod, AnnotationSyntax.Words("direct", "redirect"), "direct"),
        Of(RedirectKey.DropInvalid, AnnotationSyntax.Truth, "true"),
        Conntrack(RedirectKey.CloseWaitTimeout, "1h") with { Aliases = [Config("close-wait-timeout")] },
        Conntrack(RedirectKey.EstablishedTimeout, ""), Conntrack(RedirectKey.FinWaitTimeout, ""),
        Conntrack(RedirectKey.TimeWaitTimeout, ""),
        Of(RedirectKey.ForceTimeouts, AnnotationSyntax.Truth, "false"),
        Both("keepalive-idle", "TCP__KEEPALIVE__IDLE", AnnotationSyntax.Duration(LongestKeepalive, wholeSeconds: true), "30s",
            "Silence before the first keepalive probe. 0 turns probes off."),
        Both("keepalive-interval", "TCP__KEEPALIVE__INTERVAL",
            AnnotationSyntax.Duration(LongestKeepalive, TimeSpan.FromSeconds(1), wholeSeconds: true), "10s",
            "Between two keepalive probes."),
        Both("keepalive-count", "TCP__KEEPALIVE__COUNT", AnnotationSyntax.Integer(1, 127), "3",
            "Unanswered probes before a connection is given up."),
        Both("tcp-user-timeout", "TCP__USERTIMEOUT", AnnotationSyntax.Duration(TimeSpan.FromDays(24)), "1m",
            "How long sent bytes may stay unacknowledged (TCP_USER_TIMEOUT). 0 leaves it to the kernel."),
        Both("tcp-idle-timeout", "TCP__IDLETIMEOUT", AnnotationSyntax.Duration(Year), "5d",
            "No byte in either direction for so long ends a connection. 0 is never."),
        Both("half-close-timeout", "TCP__HALFCLOSETIMEOUT", AnnotationSyntax.Duration(Year), "1h",
            "One side has ended and the other is silent for so long. 0 is never."),
        Both("connect-timeout", "TCP__CONNECTTIMEOUT", AnnotationSyntax.Duration(Hour), "10s",
            "To the end of the TCP handshake. 0 leaves it to the kernel.")
            with { Aliases = [Config("proxy-outbound-connect-timeout")] },
        Both("detection-timeout", "DETECTION__TIMEOUT", AnnotationSyntax.Duration(Hour), "10s",
            "Undecided for so long is opaque, or HTTP where a request line has begun; nobody waits for it. 0 makes everything opaque."),
        Sidecar("egress-policy", "EGRESS__DEFAULT", AnnotationSyntax.Words("allow", "deny"), "allow",
            "Outbound connections to addresses that no EgressNetwork holds."),
        Sidecar("proxy-log-level", "LOG__LEVEL", AnnotationSyntax.Words("trace", "debug", "info", "warn", "error", "off"), "info",
            "The least level that is written.")
            with { Aliases = [Config("proxy-log-level", LevelOf)] },
        Sidecar("proxy-log-format", "LOG__FORMAT", AnnotationSyntax.Words("text", "json"), "text", "Lines for people or for collectors.")
            with { Aliases = [Config("proxy-log-format", text => text == "plain" ? "text" : text)] },
        Sidecar("access-log", "LOG__ACCESS", AnnotationSyntax.Words("off", "json", "common"), "off", "A line per request.")
            with { Aliases = [Config("access-log", text => text == "apache" ? "common" : text is "" or "none" ? "off" : text)] },
    ];

    public static readonly FrozenDictionary<string, AnnotationKey> ByName = All.ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, (AnnotationKey Key, LinkerdAlias Alias)> ByAlias = All
        .SelectMany(key => key.Aliases.Select(alias => (key, alias)))
        .ToFrozenDictionary(pair => pair.alias.Name, pair => (pair.key, pair.alias), StringComparer.Ordinal);

    private static AnnotationKey Of(RedirectKey key, AnnotationSyntax syntax, string @default) =>
        new(key.Name, syntax, @default, key.Help + ".")
        {
            Redirect = key,
            Aliases = syntax == AnnotationSyntax.Port || syntax == AnnotationSyntax.Id ? [Config(key.Name)] : [],
        };

    private static AnnotationKey Conntrack(RedirectKey key, string @default) =>
        Of(key, AnnotationSyntax.Duration(ConntrackTimeouts.Longest, wholeSeconds: true), @default);

    private static AnnotationKey Resource(string name, AnnotationSyntax syntax, string @default, string help) =>
        new(name, syntax, @default, help) { Aliases = [Config(name)] };

    private static AnnotationKey Sidecar(string name, string variable, AnnotationSyntax syntax, string @default, string help) =>
        new(name, syntax, @default, help) { Variables = ["MESHPROXY_" + variable] };

    private static AnnotationKey Both(string name, string variable, AnnotationSyntax syntax, string @default, string help) =>
        new(name, syntax, @default, help) { Variables = ["MESHPROXY_INBOUND__" + variable, "MESHPROXY_OUTBOUND__" + variable] };
}
