using System.Net.Sockets;
using System.Text;

namespace MeshProxy.Demo.Traffic;

/// <summary>Speaks first, as mail servers and databases do, then answers every line.</summary>
internal sealed class GreetingServer(Flow flow) : SampleServer(flow.Port)
{
    protected override async Task ServeAsync(NetworkStream client, CancellationToken cancelled)
    {
        await client.WriteAsync(Encoding.ASCII.GetBytes($"220 {flow.Name} is listening\r\n"), cancelled);
        using var lines = new StreamReader(client, Encoding.ASCII);
        while (await lines.ReadLineAsync(cancelled) is { } line)
            await client.WriteAsync(Encoding.ASCII.GetBytes($"250 you said {line}\r\n"), cancelled);
    }
}
