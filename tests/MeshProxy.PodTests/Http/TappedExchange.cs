using System.Net;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http;

/// <summary>
/// A client program and a server program with a tap beside each. The client always speaks to its own loopback, which nobody redirects, so
/// that it says the same whether sidecars are between the taps or not.
/// </summary>
internal sealed class TappedExchange(Pod server, ushort serverPort)
{
    private static int _lastPort = 29000;

    private readonly ushort _clientPort = NextPort();
    private readonly ushort _tapPort = NextPort();

    /// <summary>What the client program calls.</summary>
    public string Authority => $"127.0.0.1:{_clientPort}";

    /// <summary>Beside the server: no packet leaves the pod.</summary>
    public Task<ExchangeRecord> RunDirectlyAsync(IEnumerable<PodCommand> clients) => RunAsync(server, IPAddress.Loopback, clients);

    public Task<ExchangeRecord> RunFromAsync(Pod client, IEnumerable<PodCommand> clients) => RunAsync(client, server.V4, clients);

    private async Task<ExchangeRecord> RunAsync(Pod client, IPAddress serverAddress, IEnumerable<PodCommand> clients)
    {
        using var atServer = new Tap(
            server.Namespace, new IPEndPoint(IPAddress.Any, _tapPort), new IPEndPoint(IPAddress.Loopback, serverPort));
        using var atClient = new Tap(
            client.Namespace, new IPEndPoint(IPAddress.Loopback, _clientPort), new IPEndPoint(serverAddress, _tapPort));
        var printed = new List<string>();
        foreach (var command in clients)
        {
            var (exitCode, output) = await PodProcess.RunAsync(client.Namespace, command);
            Assert.True(exitCode == 0, $"{command.Program} ended with {exitCode}: {output}");
            printed.Add(output);
        }
        return new ExchangeRecord(await atClient.ConnectionsAsync(), await atServer.ConnectionsAsync(), printed);
    }

    // Above the opaque range, below what the kernel takes for outgoing connections.
    private static ushort NextPort() => (ushort)Interlocked.Increment(ref _lastPort);
}
