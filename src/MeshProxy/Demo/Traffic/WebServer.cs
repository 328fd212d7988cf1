using System.Net.Sockets;
using System.Text;

namespace MeshProxy.Demo.Traffic;

/// <summary>HTTP/1.1 as far as the demo's client needs it: whatever is asked for, the same page.</summary>
internal sealed class WebServer() : SampleServer(Flow.Web.Port)
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n\r\n{new string('.', 4000)}");

    protected override async Task ServeAsync(NetworkStream client, CancellationToken cancelled)
    {
        using var requests = new StreamReader(client, Encoding.ASCII);
        while (await requests.ReadLineAsync(cancelled) is { } line)
        {
            // A request without a body ends with an empty line.
            if (line.Length == 0)
                await client.WriteAsync(Answer, cancelled);
        }
    }
}
