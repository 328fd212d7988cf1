using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>An API server on a node's loopback that knows the redirect of some pods, and of no other pod anything.</summary>
internal sealed class AnnotationServer : IDisposable
{
    private readonly Socket _listener;
    private readonly IReadOnlyDictionary<string, string> _redirects;

    public AnnotationServer(NetworkNamespace node, IReadOnlyDictionary<string, string> redirects)
    {
        (_listener, _redirects) = (node.Listen(IPAddress.Loopback, node.NextPort()), redirects);
        _ = ServeAsync();
    }

    /// <summary>As the plugin's entry in a list has it.</summary>
    public JsonObject Entry(string tokenFile) => new() { ["server"] = $"http://{_listener.LocalEndPoint}", ["tokenFile"] = tokenFile };

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync();
                await AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        var (head, buffer) = ("", new byte[4096]);
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
            head += Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer));
        var pod = head.Split(' ')[1].Split('/')[^1];
        var body = "{}";
        if (_redirects.TryGetValue(pod, out var redirect))
        {
            var annotations = new JsonObject { ["meshproxy.io/redirect"] = redirect };
            body = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }.ToJsonString();
        }
        var status = _redirects.ContainsKey(pod) ? "200 OK" : "404 Not Found";
        await client.SendAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
    }
}
