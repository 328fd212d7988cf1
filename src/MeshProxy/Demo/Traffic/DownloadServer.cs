using System.Net.Sockets;

namespace MeshProxy.Demo.Traffic;

/// <summary>Sends without end, at a pace that leaves the machine to its owner.</summary>
internal sealed class DownloadServer() : SampleServer(Flow.Download.Port)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly byte[] Block = new byte[4 << 20];

    protected override async Task ServeAsync(NetworkStream client, CancellationToken cancelled)
    {
        using var clock = new PeriodicTimer(Pace);
        while (await clock.WaitForNextTickAsync(cancelled))
            await client.WriteAsync(Block, cancelled);
    }
}
