using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Demo.Traffic;

/// <summary>Accepts connections on every address, IPv4 and IPv6, and serves each until one side ends it.</summary>
internal abstract class SampleServer(ushort port)
{
    /// <summary>Listens when it returns; serves until cancelled.</summary>
    public void Start(CancellationToken cancelled)
    {
        var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen();
        _ = AcceptAsync(listener, cancelled);
    }

    protected abstract Task ServeAsync(NetworkStream client, CancellationToken cancelled);

    private async Task AcceptAsync(Socket listener, CancellationToken cancelled)
    {
        using (listener)
        {
            while (!cancelled.IsCancellationRequested)
                _ = ServeAsync(await listener.AcceptAsync(cancelled), cancelled);
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancelled)
    {
        client.NoDelay = true;
        using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            await ServeAsync(stream, cancelled);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client left, or the demo ends.
        }
    }
}
