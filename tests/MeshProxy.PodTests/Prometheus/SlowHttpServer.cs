using System.Net.Sockets;
using System.Text;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Prometheus;

/// <summary>Answers every request after the same time: /broken with 503, anything else with 200.</summary>
internal sealed class SlowHttpServer : IDisposable
{
    private readonly Socket _listener;
    private readonly TimeSpan _delay;

    public SlowHttpServer(Pod pod, TimeSpan delay)
    {
        Port = pod.Namespace.NextPort();
        _delay = delay;
        _listener = pod.Namespace.Listen(pod.V4, Port);
        _ = AcceptAsync();
    }

    public ushort Port { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            var block = new byte[4096];
            try
            {
                // A client waits for its answer before it asks again, so what arrives is one request.
                while (await client.ReceiveAsync(block) is var read and > 0)
                {
                    await Task.Delay(_delay);
                    var request = Encoding.ASCII.GetString(block, 0, read);
                    var status = request.StartsWith("GET /broken ", StringComparison.Ordinal) ? "503 No" : "200 OK";
                    await client.SendAllAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok"));
                }
            }
            catch (SocketException)
            {
                // The client went away.
            }
        }
    }
}
