using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Endurance;

/// <summary>Configuration that changes all the time, and is wrong at times, under load.</summary>
public sealed class ReloadStormTests : IDisposable
{
    private static readonly int Good = FloodScale.Of(20, 1000);
    private static readonly int Bad = FloodScale.Of(5, 100);

    /// <summary>Of data, from a tenth of the reloads on.</summary>
    private static readonly double AllowedMiB = FloodScale.Of(16, 2);

    private readonly ScratchDirectory _scratch = new();

    [PodFact]
    [Trait("fault", "T21")]
    public async Task Reloads_and_bad_files_fail_no_request_and_close_no_connection()
    {
        _scratch.Replace(FileName, Config(0));
        using var mesh = await Mesh.StartAsync(new SidecarOptions { ConfigFile = ConfigFile });
        await using var side = await SoakSide.StartAsync(mesh.Plain, mesh.App);
        using var kept = await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4, OpaquePort);
        await using var good = new GoodTraffic(side);
        var accepted = await mesh.Sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", "ok"));
        var rejected = await mesh.Sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", "rejected"));
        var closed = await ClosedConnections.WatchAsync(mesh.Sidecar);
        var before = await ProcessSample.TakeAsync(mesh.Sidecar, 0);
        var early = before;

        for (var i = 1; i <= Good; i++)
        {
            await ReplaceAsync(Config(i), accepted, i);
            await kept.ExchangeAsync();
            if (i % (Good / Bad) == 0)
                await ReplaceAsync(BadConfig(i), rejected, i * Bad / Good);
            if (i == Good / 10)
                early = await ProcessSample.TakeAsync(mesh.Sidecar, 0);
        }

        await good.StopAsync();
        await kept.ExchangeAsync();
        await closed.AllCompletedAsync();
        var after = FloodScale.IsFull ? await ProcessSample.TakeQuietAsync(mesh.Sidecar) : await ProcessSample.TakeAsync(mesh.Sidecar, 0);
        Assert.InRange(after.DataMiB - early.DataMiB, -1000, AllowedMiB);
        ReliabilityReport.Row(
            "reload", "reloads under load", $"{Good:N0} taken over, {Bad} bad files refused",
            $"{good.Done:N0} of {good.Done:N0}", $"{good.Slowest.TotalMilliseconds:0} ms",
            $"{before.DataMiB:0.0} → {early.DataMiB:0.0} → {after.DataMiB:0.0} MiB",
            $"{before.CodeMiB:0.0} → {after.CodeMiB:0.0} MiB");
    }

    public void Dispose() => _scratch.Dispose();

    private const ushort OpaquePort = 28123;

    private const string FileName = "proxy.config.json";

    private string ConfigFile => _scratch.PathOf(FileName);

    private async Task ReplaceAsync(string config, CounterWatch counted, int times)
    {
        _scratch.Replace(FileName, config);
        await counted.ReachesAsync(times);
    }

    /// <summary>Every one differs, in what is planned, detected and waited for.</summary>
    private static string Config(int i) => $$"""
        { "inbound": { "opaquePorts": "28000-{{28200 + i % 700}}", "tcp": { "connectTimeout": "{{5 + i % 10}}s" } },
          "outbound": { "detection": { "timeout": "{{1 + i % 9}}s" } }, "log": { "rateLimit": {{20 + i % 30}} } }
        """;

    private static string BadConfig(int i) => (i % 4) switch
    {
        0 => """{ "inbound": { "opaquePort": "80" } }""",
        1 => """{ "inbound": { "tcp": { "connectTimeout": "soon" } } }""",
        2 => """{ "inbound": """,
        _ => """{ "outbound": { "opaquePorts": "70000" }, "loops": { "count": -1 } }""",
    };
}
