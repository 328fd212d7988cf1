using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>Whatever clients make up, the sidecar's metrics stay small and readable.</summary>
public sealed class HostileValuesTests
{
    /// <summary>Enough for every series this traffic can make, and far less than it tries.</summary>
    private const int SeriesCeiling = 400;

    /// <summary>Of data, at rest. On the smaller scale nothing is given back, for it is not worth a collection.</summary>
    private static readonly double AllowedMiB = FloodScale.Of(16, 4);

    private static readonly int Requests = FloodScale.Of(20_000, 1_000_000);
    private static readonly int Destinations = FloodScale.Of(300, 20_000);

    [PodFact("promtool")]
    [Trait("fault", "C1")]
    [Trait("fault", "C2")]
    public async Task Methods_hosts_paths_and_ports_without_end_make_no_series_and_keep_no_memory()
    {
        using var mesh = await Mesh.StartAsync();
        using var server = new PromptServer(mesh.App);
        await HostileRequests.AskAsync(mesh.Plain, server, Requests / 10, seed: 0);
        await KnockAsync(mesh, Destinations / 5, firstPort: 1);
        var before = await RestedAsync(mesh.Sidecar);
        var counted = await mesh.Sidecar.WatchAsync("meshproxy_http_requests_total", ("status", "200"));

        Assert.Equal(Requests, await HostileRequests.AskAsync(mesh.Plain, server, Requests, seed: 1));
        await counted.GainsAsync(Requests);
        var asked = await ProcessSample.TakeAsync(mesh.Sidecar, 0);
        var answered = await RestedAsync(mesh.Sidecar);
        await KnockAsync(mesh, Destinations, firstPort: 5000);
        var busy = await ProcessSample.TakeAsync(mesh.Sidecar, 0);
        var knocked = await RestedAsync(mesh.Sidecar);

        var text = (await mesh.Sidecar.Admin.MetricsAsync()).Text;
        Assert.True(knocked.Series <= SeriesCeiling, text);
        Assert.DoesNotContain(text.Split('\n'), line => line.Length > 300);
        Tool.Run("promtool", ["check", "metrics"], text);
        Assert.True(answered.Series <= SeriesCeiling, $"{answered.Series} series");
        Assert.InRange(answered.DataMiB - before.DataMiB, -1000, AllowedMiB);
        Assert.InRange(knocked.DataMiB - before.DataMiB, -1000, AllowedMiB);
        Tell("hostile methods, hosts, paths and user agents", $"{Requests:N0} requests", before, asked, answered);
        Tell("connections to addresses and ports where nobody listens", $"{Destinations:N0} destinations", answered, busy, knocked);
    }

    private static Task<ProcessSample> RestedAsync(Sidecar sidecar) =>
        FloodScale.IsFull ? ProcessSample.TakeQuietAsync(sidecar) : ProcessSample.TakeAsync(sidecar, 0);

    private static void Tell(string name, FormattableString done, ProcessSample before, ProcessSample busy, ProcessSample after) =>
        ReliabilityReport.Row(
            "telemetry",
            name,
            done,
            $"{before.Series} → {after.Series} series",
            $"{before.DataMiB:0.0} → {busy.DataMiB:0.0} → {after.DataMiB:0.0} MiB",
            $"{before.CodeMiB:0.0} → {after.CodeMiB:0.0} MiB");

    /// <summary>Addresses and ports outside where nobody listens: every one is a new destination.</summary>
    private static async Task KnockAsync(Mesh mesh, int destinations, int firstPort)
    {
        for (var i = 0; i < destinations; i++)
        {
            var address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"203.0.113.{1 + i % 250}"));
            using var socket = mesh.App.Namespace.OpenSocket(AddressFamily.InterNetwork);
            Assert.NotEqual(SocketError.Success, await socket.ConnectToEndAsync(new IPEndPoint(address, firstPort + i)));
        }
    }
}
