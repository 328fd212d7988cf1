using System.Collections.Concurrent;
using System.Globalization;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using Xunit.Abstractions;

namespace MeshProxy.PodTests.Faults;

/// <summary>
/// A network that loses every twentieth packet each way, and is slow for a tenth of the conversations. LOSS_CONVERSATIONS says how many
/// are held (100), LOSS_SEED repeats a run.
/// </summary>
public sealed class LossTests(ITestOutputHelper output)
{
    private const int AtATime = 50;
    private const int LossPercent = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly int Count = Setting("LOSS_CONVERSATIONS", 100);
    private static readonly int Seed = Setting("LOSS_SEED", Random.Shared.Next());

    private readonly ConcurrentQueue<int> _waiting = new(Enumerable.Range(0, Count));
    private readonly ConcurrentQueue<string> _failures = [];

    [PodFact("nft", "tc")]
    public async Task Every_byte_arrives_in_order_and_every_end_arrives_as_it_was_sent()
    {
        output.WriteLine($"LOSS_SEED={Seed} LOSS_CONVERSATIONS={Count}");
        using var mesh = await StartAsync();
        var began = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(() => HoldAllAsync(mesh))));

        Assert.True(_failures.IsEmpty, $"LOSS_SEED={Seed}, {_failures.Count} of {Count} failed:\n{string.Join('\n', _failures)}");
        foreach (var sidecar in mesh.Sidecars)
            await NothingIsLeftAsync(sidecar);
        ReliabilityReport.Row(
            "network", $"{LossPercent} % of packets lost each way, a tenth of the conversations at 20 Mbit/s",
            $"{Count:N0} conversations through one sidecar or two, in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s",
            $"every byte in order; FIN where FIN was sent, RST where RST was sent");
    }

    private static async Task<Mesh> StartAsync()
    {
        var options = new SidecarOptions { Settings = Settings("inbound").Concat(Settings("outbound")).ToDictionary() };
        var mesh = await Mesh.StartAsync(options);
        try
        {
            await mesh.MeshAnotherAsync(options);
            mesh.Network.Lose(LossPercent);
            mesh.Network.Slow(mesh.External, "20mbit");
            return mesh;
        }
        catch
        {
            mesh.Dispose();
            throw;
        }
    }

    // As out of the box, but with probes fast enough to find a lost RST, and patience for a SYN that is lost four times in a row.
    private static Dictionary<string, string> Settings(string direction) => new()
    {
        [$"{direction}.opaquePorts"] = OpaqueRange.Ports,
        [$"{direction}.tcp.connectTimeout"] = "1m",
        [$"{direction}.tcp.keepalive.idle"] = "1s",
        [$"{direction}.tcp.keepalive.interval"] = "1s",
        [$"{direction}.tcp.keepalive.count"] = "20",
        [$"{direction}.detection.rememberFor"] = "0",
    };

    // One pair of ports per worker: the next conversation begins when the last has ended.
    private async Task HoldAllAsync(Mesh mesh)
    {
        var ports = (Opaque: OpaqueRange.NextPort(), Detected: mesh.App.Namespace.NextPort());
        while (_waiting.TryDequeue(out var number))
        {
            var conversation = Conversation.Plan(new Random(unchecked(Seed + number)));
            try
            {
                await HoldAsync(mesh, conversation, conversation.IsOpaque ? ports.Opaque : ports.Detected).WaitAsync(Longest);
            }
            catch (Exception failure)
            {
                _failures.Enqueue($"{number}: {conversation}: {failure.Message}");
            }
        }
    }

    private static async Task HoldAsync(Mesh mesh, Conversation conversation, ushort port)
    {
        var destination = mesh.ServerOf(conversation.Path).Endpoint(conversation.Family, port);
        using var listener = mesh.ServerOf(conversation.Path).Namespace.Listen(destination.Address, port);
        using var client = mesh.ClientOf(conversation.Path).Namespace.OpenSocket(destination.AddressFamily);
        await client.ConnectAsync(destination);
        using var server = await listener.AcceptAsync();
        await conversation.HoldAsync(client, server);
    }

    private static async Task NothingIsLeftAsync(Sidecar sidecar)
    {
        double open = 0;
        await Bound.UntilAsync(
            async () => (open = (await sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_open")) == 0,
            Bound.Work,
            () => $"{open} connections are still open");
        Assert.Equal(0, (await sidecar.Admin.MetricsAsync()).Sum("meshproxy_connections_closed_total", ("reason", "internal_error")));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
