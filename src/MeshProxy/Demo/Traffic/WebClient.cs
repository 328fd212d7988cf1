using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeshProxy.Demo.Traffic;

/// <summary>A browser's habit: some requests over one connection, then another connection.</summary>
internal sealed class WebClient(params IPAddress[] servers) : SampleClient(Flow.Web, servers)
{
    private const int RequestsPerVisit = 20;
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: web.demo\r\n\r\n");

    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(20);

    protected override async Task VisitAsync(NetworkStream server, CancellationToken cancelled)
    {
        var answer = new byte[16384];
        for (var i = 0; i < RequestsPerVisit; i++)
        {
            var asked = TimeProvider.System.GetTimestamp();
            await server.WriteAsync(Request, cancelled);
            var length = await ReadAnswerAsync(server, answer, cancelled);
            Tally.Visited(TimeProvider.System.GetElapsedTime(asked), length);
            await Task.Delay(BetweenRequests, cancelled);
        }
    }

    private static async Task<int> ReadAnswerAsync(NetworkStream server, byte[] answer, CancellationToken cancelled)
    {
        var filled = 0;
        while (!IsWhole(answer.AsSpan(0, filled)))
        {
            var read = await server.ReadAsync(answer.AsMemory(filled), cancelled);
            filled += read > 0 ? read : throw new EndOfStreamException();
        }
        return filled;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        const string Length = "Content-Length: ";
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var lines = Encoding.ASCII.GetString(answer[..head]).Split("\r\n");
        var length = lines.First(line => line.StartsWith(Length, StringComparison.Ordinal))[Length.Length..];
        return answer.Length >= head + 4 + int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
    }
}
