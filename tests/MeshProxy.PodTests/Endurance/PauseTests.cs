using System.Diagnostics;
using System.Net.Sockets;
using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>A sidecar that did not run for a while, as when its machine was paused, takes up where it stopped.</summary>
public sealed class PauseTests : IDisposable
{
    /// <summary>Longer than the bound of a request's head, and of detection.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(11);

    private readonly List<TcpSession> _opaque = [];
    private readonly List<Socket> _halfHeads = [];

    [PodFact]
    [Trait("fault", "T22")]
    public async Task Nobody_is_timed_out_who_spoke_during_the_pause()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings });
        using var server = new PromptServer(mesh.App);
        await using var side = await SoakSide.StartAsync(mesh.Plain, mesh.App);
        using var http1 = side.Web1.NewClient();
        using var http2 = side.Web2.NewClient();
        await Task.WhenAll(http1.AskAsync(0, 1000), http2.AskAsync(0, 1000));
        for (var i = 0; i < 50; i++)
        {
            _opaque.Add(await TcpSession.OpenAsync(mesh, TrafficPath.Inbound, IpFamily.V4));
            _halfHeads.Add(await mesh.Plain.ConnectAsync(server.Endpoint));
            await _halfHeads[^1].SendTextAsync("GET / HTTP/1.1\r\nHost: h\r\n");
        }
        var detected = (await mesh.Sidecar.Admin.MetricsAsync()).Sum("meshproxy_detections_total", ("result", "http1"));
        Assert.InRange(detected, 1, 51);
        var began = Stopwatch.GetTimestamp();

        mesh.Sidecar.Process.Send(Signal.Stop);
        foreach (var head in _halfHeads)
            await head.SendTextAsync("\r\n");
        foreach (var session in _opaque)
            await session.Client.SendTextAsync("?");
        var asked = Task.WhenAll(http1.AskAsync(1, 1000), http2.AskAsync(1, 1000));
        await Task.Delay(Pause);
        mesh.Sidecar.Process.Send(Signal.Continue);

        foreach (var head in _halfHeads)
            Assert.StartsWith("HTTP/1.1 200 OK", await head.ReadTextAsync(PromptServer.AnswerLength), StringComparison.Ordinal);
        foreach (var session in _opaque)
            Assert.Equal("?", await session.Server.ReadTextAsync(1));
        foreach (var session in _opaque)
            await session.ExchangeAsync();
        await asked.WaitAsync(Bound.Exchange);
        Assert.Equal((1, 1), (http1.Dials, http2.Dials));
        Assert.Equal(0, (await mesh.Sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_closed_total"));
        await Figures.MakeSenseAsync(mesh.Sidecar, Stopwatch.GetElapsedTime(began).TotalSeconds + 60);
        ReliabilityReport.Row(
            "clock", "SIGSTOP for 11 s",
            $"102 connections, half of them in the middle of a request's head", $"none closed, every one went on");
    }

    public void Dispose()
    {
        _opaque.ForEach(session => session.Dispose());
        _halfHeads.ForEach(head => head.Dispose());
    }
}
