using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Demo.Traffic;

/// <summary>Visits a server again and again, with a pause between visits, and tallies what it notices.</summary>
internal abstract class SampleClient(Flow flow, params IPAddress[] servers)
{
    private int _visits;

    public VisitTally Tally { get; } = new(flow.Name);

    public async Task RunAsync(CancellationToken cancelled)
    {
        while (!cancelled.IsCancellationRequested)
        {
            try
            {
                await VisitAsync(cancelled);
            }
            catch (Exception failed) when (failed is IOException or SocketException)
            {
                Tally.Failed();
            }
            await Task.Delay(Pause, cancelled);
        }
    }

    protected abstract TimeSpan Pause { get; }

    protected abstract Task VisitAsync(NetworkStream server, CancellationToken cancelled);

    /// <summary>By each of the server's addresses in turn.</summary>
    private async Task VisitAsync(CancellationToken cancelled)
    {
        var address = servers[_visits++ % servers.Length];
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(address, flow.Port), cancelled);
        using var stream = new NetworkStream(socket);
        await VisitAsync(stream, cancelled);
    }
}
