using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeshProxy.Demo.Traffic;

/// <summary>Connects and waits for the greeting, as a mail program or a database driver does: until then it has nothing to say.</summary>
internal sealed class GreetingClient(Flow flow, params IPAddress[] servers) : SampleClient(flow, servers)
{
    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(50);

    protected override async Task VisitAsync(NetworkStream server, CancellationToken cancelled)
    {
        var connected = TimeProvider.System.GetTimestamp();
        using var lines = new StreamReader(server, Encoding.ASCII, leaveOpen: true);
        var greeting = await LineAsync(lines, cancelled);
        var waited = TimeProvider.System.GetElapsedTime(connected);
        await server.WriteAsync("hello\r\n"u8.ToArray(), cancelled);
        var answer = await LineAsync(lines, cancelled);
        Tally.Visited(waited, greeting.Length + answer.Length);
    }

    private static async Task<string> LineAsync(StreamReader lines, CancellationToken cancelled) =>
        await lines.ReadLineAsync(cancelled) ?? throw new EndOfStreamException();
}
