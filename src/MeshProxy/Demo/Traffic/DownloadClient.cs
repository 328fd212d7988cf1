using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Demo.Traffic;

internal sealed class DownloadClient(params IPAddress[] servers) : SampleClient(Flow.Download, servers)
{
    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    protected override async Task VisitAsync(NetworkStream server, CancellationToken cancelled)
    {
        var block = new byte[1 << 20];
        while (await server.ReadAsync(block, cancelled) is var read and > 0)
            Tally.Received(read);
        throw new EndOfStreamException();
    }
}
