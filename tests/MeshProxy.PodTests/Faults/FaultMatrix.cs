using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Faults;

/// <summary>Runs every conversation of <see cref="FaultTable"/>, all at the same time, because most of them wait for a timeout.</summary>
public sealed class FaultMatrix : IAsyncLifetime
{
    private readonly Dictionary<FaultTable, Outcome> _outcomes = [];

    /// <summary>What a sidecar has counted: closed connections by direction, protocol and reason, and open ones.</summary>
    internal Metrics Metrics { get; private set; } = new("");

    internal Outcome Of(FaultTable row) => _outcomes[row];

    public async Task InitializeAsync()
    {
        if (PodRequirements.Missing("nft") is not null)
            return;
        var settings = Settings("inbound").Concat(Settings("outbound")).Concat(Log).ToDictionary();
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = settings });
        var firewalls = new Dictionary<TrafficPath, Firewall>
        {
            [TrafficPath.Inbound] = new(mesh.App.Namespace),
            [TrafficPath.Outbound] = new(mesh.Plain.Namespace),
        };
        var outcomes = await Task.WhenAll(FaultTable.All.Select(row => Task.Run(() => RunAsync(mesh, row, firewalls[row.Path]))));
        foreach (var (row, outcome) in FaultTable.All.Zip(outcomes))
            _outcomes.Add(row, outcome);
        Metrics = await mesh.Sidecar.Admin.MetricsAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static Dictionary<string, string> Log => new() { ["log.level"] = "debug", ["log.rateLimit"] = "0" };

    // A client has all the time it needs to speak before the upstream is dialled, so that no answer depends on how busy the machine is.
    private static Dictionary<string, string> Settings(string direction) => new()
    {
        [$"{direction}.opaquePorts"] = OpaqueRange.Ports,
        [$"{direction}.detection.dialDelay"] = "30s",
        [$"{direction}.tcp.connectTimeout"] = $"{FaultTable.ConnectTimeout}ms",
        [$"{direction}.tcp.idleTimeout"] = $"{FaultTable.IdleTimeout}ms",
        [$"{direction}.tcp.userTimeout"] = $"{FaultTable.UserTimeout}ms",
        [$"{direction}.tcp.keepalive.idle"] = "1s",
        [$"{direction}.tcp.keepalive.interval"] = "1s",
        [$"{direction}.tcp.keepalive.count"] = "2",
        [$"{direction}.http.timeouts.request"] = $"{FaultTable.RequestTimeout}ms",
        [$"{direction}.http.timeouts.streamIdle"] = $"{FaultTable.RequestTimeout}ms",
    };

    private static async Task<Outcome> RunAsync(Mesh mesh, FaultTable row, Firewall firewall)
    {
        var port = row.Speech == Speech.Opaque ? OpaqueRange.NextPort() : mesh.ServerOf(row.Path).Namespace.NextPort();
        var destination = mesh.ServerOf(row.Path).Endpoint(IpFamily.V4, port);
        using var listener = mesh.ServerOf(row.Path).Namespace.Listen(destination.Address, port);
        await firewall.ObstructAsync(row.Fault, port);
        using var server = new FaultServer(row.Fault, Words.Of(row.Speech), () => firewall.CutOffAsync(port));
        var serving = server.ServeAsync(listener);
        var (seen, after) = await ConverseAsync(mesh.ClientOf(row.Path), destination, server);
        if (serving.IsFaulted)
            await serving;
        return new Outcome(seen, await ReasonAsync(mesh.Sidecar, destination), after);
    }

    private static async Task<(string Seen, TimeSpan After)> ConverseAsync(Pod pod, IPEndPoint destination, FaultServer server)
    {
        using var client = pod.Namespace.OpenSocket(destination.AddressFamily);
        using var received = new MemoryStream();
        var started = TimeProvider.System.GetTimestamp();
        var isReset = false;
        try
        {
            await client.ConnectAsync(destination);
            var sending = client.SendAllAsync(server.Asked);
            await client.ReadIntoAsync(received);
            await sending;
        }
        catch (SocketException end) when (end.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            isReset = true;
        }
        return (Outcome.Describe(received.ToArray(), server.Says, isReset), TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>By the line that tells of this connection's end; its destination is nobody else's.</summary>
    private static async Task<string> ReasonAsync(Sidecar sidecar, IPEndPoint destination)
    {
        Match line = Match.Empty;
        var words = new Regex($@"(\w+ \w+) connection to {Regex.Escape(destination.ToString())}\b.* ended .*\(by [^,]+, (\w+), errno");
        await Bound.UntilAsync(
            () => Task.FromResult((line = words.Match(sidecar.Process.Output)).Success),
            Bound.Exchange,
            () => $"no end of {destination} was told");
        return $"{line.Groups[1]} {line.Groups[2]}";
    }
}
