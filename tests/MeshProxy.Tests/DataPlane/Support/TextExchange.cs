using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace MeshProxy.Tests.DataPlane.Support;

/// <summary>Words between a client and a server through a proxy that is to change nothing.</summary>
internal static class TextExchange
{
    /// <summary>In a spelling that only bytes passed unchanged keep.</summary>
    public const string Get = "GET /a?b=c HTTP/1.1\r\nHOST: Example\r\nx-MiXed: yes\r\n\r\n";

    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Case: Kept\r\n\r\nhi";

    /// <summary>The request arrives as it was sent, and so does the response.</summary>
    public static async Task ExchangeAsync(Socket client, Socket server, string request, string response)
    {
        await SendAsync(client, request);
        Assert.Equal(request, await TextAsync(server, request.Length));
        await SendAsync(server, response);
        Assert.Equal(response, await TextAsync(client, response.Length));
    }

    public static async Task PassAsync(Socket from, Socket to, byte[] data)
    {
        var reading = to.ReadExactlyAsync(data.Length);
        await from.SendAllAsync(data);
        Assert.Equal(SHA256.HashData(data), SHA256.HashData(await reading));
    }

    public static Task SendAsync(Socket socket, string text) => socket.SendAllAsync(Bytes(text));

    public static async Task<string> TextAsync(Socket socket, int length) =>
        Encoding.Latin1.GetString(await socket.ReadExactlyAsync(length));

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
