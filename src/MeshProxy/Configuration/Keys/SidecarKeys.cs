using System.Collections.Immutable;
using MeshProxy.Admin;
using MeshProxy.Configuration.Syntax;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Logging;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Configuration.Keys;

/// <summary>
/// The table of keys. A new key is a row here, a member of the settings it fills (<see cref="SettingsBuilder"/>), and a line in
/// proxy.config.json; parsing, errors, environment variables, the JSON schema and /config follow from the row.
/// </summary>
internal static class SidecarKeys
{
    public static readonly ChoiceSyntax<LogLevel> LogLevels = new(
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information),
        ("warn", LogLevel.Warning), ("error", LogLevel.Error), ("off", LogLevel.None));

    public static readonly DirectionKeys Inbound = new("inbound", Endpoint("0.0.0.0:4143"), Endpoint("[::]:4143"));

    public static readonly DirectionKeys Outbound = new("outbound", Endpoint("127.0.0.1:4140"), Endpoint("[::1]:4140"));

    public static readonly ConfigKey<int> LoopCount = new("loops.count", new IntegerSyntax(0, 256), 0,
        "Event loop threads. 0 takes one per core of the CPU quota, rounded up.", ConfigReload.NeedsRestart);

    public static readonly ConfigKey<ImmutableArray<SocketEndpoint>> AdminListen = new("admin.listen", new EndpointListSyntax(),
        [Endpoint("0.0.0.0:4191"), Endpoint("[::]:4191")],
        "Where probes, metrics and administration are answered. The default IPv6 address is left out where the pod has no IPv6.",
        ConfigReload.NeedsRestart);

    public static readonly ConfigKey<AdminPage> AdminPageFor = new("admin.page",
        new ChoiceSyntax<AdminPage>(("loopback", AdminPage.Loopback), ("all", AdminPage.All)), AdminPage.Loopback,
        "Who may see the page at /: clients on loopback, which is where kubectl port-forward arrives, or all.");

    public static readonly ConfigKey<LogLevel> Level = new("log.level", LogLevels, LogLevel.Information,
        "The least level that is written. debug has a line per connection.");

    public static readonly ConfigKey<LogFormat> Format = new("log.format",
        new ChoiceSyntax<LogFormat>(("text", LogFormat.Text), ("json", LogFormat.Json)), LogFormat.Text,
        "text for people, json for collectors; one line per event in both.");

    public static readonly ConfigKey<int> LogRateLimit = new("log.rateLimit", new IntegerSyntax(0, 1_000_000), 20,
        "Lines of one kind in 10 seconds, from info up; the rest are counted and summed up in one line. 0 is no limit.");

    public static readonly ConfigKey<AccessLogFormat> AccessLog = new("log.access",
        new ChoiceSyntax<AccessLogFormat>(("off", AccessLogFormat.Off), ("json", AccessLogFormat.Json), ("common", AccessLogFormat.Common)),
        AccessLogFormat.Off,
        "A line per HTTP request when it has ended: json with all that is known, common in the Combined Log Format. "
        + "Whatever log.level is.");

    public static readonly ConfigTable Table = new(
        [
            .. Inbound.All, .. Outbound.All, .. EgressKeys.All, .. TracingKeys.All,
            LoopCount, .. ShutdownKeys.All, AdminListen, AdminPageFor, Level, Format, LogRateLimit, AccessLog,
        ],
        [
            ("inbound", "Connections that arrive at the pod's servers."), .. Inbound.Sections,
            ("outbound", "Connections that the pod's clients open."), .. Outbound.Sections,
            ("egress", "Where the pod's clients may connect to."),
            ("tracing", "Spans of routed requests."),
            ("loops", "The threads that carry connections."),
            ("shutdown", "The end of the sidecar."),
            ("admin", "The HTTP port for probes, metrics and people."),
            ("log", "Lines on standard output."),
        ]);

    private static SocketEndpoint Endpoint(string text) =>
        SocketEndpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);
}
