using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using MeshProxy.Configuration;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Kubernetes.Webhook;
using MeshProxy.Lifecycle;
using MeshProxy.Logging;
using MeshProxy.Values;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Commands;

/// <summary>The admission webhook, from its options to SIGTERM.</summary>
internal sealed class WebhookCommand : MeshCommand
{
    private const string Tls = "/etc/meshproxy/tls/";

    /// <summary>Endpoints of the Service are gone everywhere by then.</summary>
    private static readonly TimeSpan DefaultLameDuck = TimeSpan.FromSeconds(5);

    internal readonly InjectSettingsOptions Settings = new();
    private readonly Option<string> _listen = Value("--listen", "[::]:8443", "Where reviews come in, over HTTPS; [::] is IPv4 too",
        "IP:PORT");
    private readonly Option<string> _admin = Value("--admin", "[::]:4191", "Where /ready, /live and /metrics are answered, over HTTP",
        "IP:PORT");
    private readonly Option<string> _certificate = Value("--certificate", Tls + "tls.crt",
        "The server's certificate, PEM; replaced at will", "FILE");
    private readonly Option<string> _key = Value("--key", Tls + "tls.key", "Its key, PEM", "FILE");

    private readonly Option<string> _account = Value("--service-account", ServiceAccount.Folder,
        "The token, ca.crt and namespace by which the API server is asked", "DIR");

    private readonly DurationOption _lameDuck = new(
        "--lame-duck", "How long reviews are answered after SIGTERM, while /ready says no and the API server goes elsewhere.",
        DefaultLameDuck);

    private readonly Option<bool> _controller = new("--controller")
    {
        Description = "Give each meshed namespace its egress networks, as a ConfigMap that sidecars mount; one replica does",
    };

    public WebhookCommand(params ImmutableArray<MeshCommand> commands)
        : base("webhook", "Be the admission webhook that puts sidecars into new pods.")
    {
        Settings.AddTo(this);
        Add(_controller);
        foreach (var command in commands)
            Add(command);
        foreach (var option in new[] { _listen, _admin, _certificate, _key, _account })
            Add(option);
        Add(_lameDuck);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy webhook", "in a pod, with its service account and a mounted certificate"),
        new("meshproxy webhook --controller", "and give each meshed namespace its egress networks"),
        new("meshproxy webhook --cni --set proxy-image=registry/meshproxy:1", "with a CNI plugin, and an image of one's own"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        if (!Settings.TryRead(line, "webhook", out var settings, out var errors))
            return Fail(line, ExitCode.BadConfig, errors);
        if (!IPEndPoint.TryParse(line.GetValue(_listen)!, out var listen) || !IPEndPoint.TryParse(line.GetValue(_admin)!, out var admin))
            return Fail(line, ExitCode.Usage, "--listen and --admin take an IP address with a port, such as 0.0.0.0:8443 or [::]:8443");
        using var log = SidecarLog.ToConsole(new LogSettings(LogLevel.Information, LogFormat.Text, RateLimit: 100));
        var events = new WebhookEvents(log.CreateLogger<WebhookCommand>());
        var certificate = new CertificateFiles(line.GetValue(_certificate)!, line.GetValue(_key)!, events.CertificateRefused);
        if (!certificate.TryLoad(out var cause))
            return Fail(line, ExitCode.BadConfig, cause);
        using var stop = new StopRequest();
        using var signals = new SignalHandlers(stop);
        await using var cluster = new WebhookCluster(events, line.GetValue(_account)!, Settings.IsVersionGiven(line));
        if (line.GetValue(_controller) && cluster.StartController() is { } refusal)
            return Fail(line, ExitCode.BadConfig, $"--controller: {refusal}");
        var listeners = new[] { AnyAddress.Listener(listen), AnyAddress.Listener(admin) };
        return await ServeAsync(line, listeners, certificate, cluster, settings, (log, events, stop));
    }

    private async Task<ExitCode> ServeAsync(
        ParseResult line, IPEndPoint[] listen, CertificateFiles certificate, WebhookCluster cluster, InjectionSettings settings,
        (SidecarLog Log, WebhookEvents Events, StopRequest Stop) run)
    {
        var metrics = new WebhookMetrics();
        var page = new WebhookMetricsPage(metrics, certificate, cluster.Watch, cluster.Controller);
        var handler = new AdmissionHandler(
            cluster.Namespaces,
            () => cluster.Version is { } version ? settings with { SupportsNative = version.HasNativeSidecars } : settings);
        var gate = new WebhookGate(() => cluster.IsSettled);
        var endpoint = new WebhookEndpoint(handler, metrics, gate, page.WriteTo, run.Log);
        await using var server = new WebhookServer(listen[0], listen[1], certificate, endpoint, run.Log);
        try
        {
            await server.StartAsync();
        }
        catch (IOException refused)
        {
            return Fail(line, ExitCode.OperatingSystem, refused.Message);
        }
        run.Events.Serving(string.Join(" and ", server.Addresses), settings.Cni ? "a CNI plugin" : "init containers");
        var (cause, lameDuck) = (await run.Stop.Asked, _lameDuck.Read(line) ?? DefaultLameDuck);
        run.Events.Stopping(cause, DurationText.Format(lameDuck));
        gate.Close();
        // A second signal ends it.
        await Task.Delay(lameDuck, run.Stop.Now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Ok;
    }

    private static Option<string> Value(string name, string @default, string description, string help) => new(name)
    {
        Description = description,
        HelpName = help,
        DefaultValueFactory = _ => @default,
    };
}
