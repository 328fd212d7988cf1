using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeshProxy.PodTests.Support.Network;

/// <summary>What tests do with a socket in their own hands; each step fails rather than waits for ever.</summary>
internal static class SocketExchange
{
    public static async Task<SocketError> TryConnectAsync(this Socket socket, EndPoint destination)
    {
        try
        {
            await socket.ConnectAsync(destination).WaitAsync(Bound.Exchange);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>
    /// How an attempt ends that nobody serves: by the connect itself, or by what follows it. A reset may be faster than either.
    /// </summary>
    public static async Task<SocketError> ConnectToEndAsync(this Socket socket, EndPoint destination) =>
        await socket.TryConnectAsync(destination) is var error && error == SocketError.Success ? await socket.EndAsync() : error;

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes).AsTask().WaitAsync(Bound.Exchange)..];
    }

    public static Task SendTextAsync(this Socket socket, string text) => socket.SendAllAsync(Encoding.ASCII.GetBytes(text));

    public static async Task<byte[]> ReadAsync(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(filled)).AsTask().WaitAsync(Bound.Exchange);
            if (read == 0)
                throw new EndOfStreamException($"ended after {filled} of {length} bytes");
            filled += read;
        }
        return bytes;
    }

    public static async Task<string> ReadTextAsync(this Socket socket, int length) =>
        Encoding.ASCII.GetString(await socket.ReadAsync(length));

    /// <summary>Everything up to the peer's FIN.</summary>
    public static async Task<byte[]> ReadToEndAsync(this Socket socket)
    {
        using var all = new MemoryStream();
        await socket.ReadIntoAsync(all);
        return all.ToArray();
    }

    /// <summary>As <see cref="ReadToEndAsync"/>, for who needs what came before a reset too.</summary>
    public static async Task ReadIntoAsync(this Socket socket, Stream received)
    {
        var block = new byte[65536];
        while (await socket.ReceiveAsync(block.AsMemory()).AsTask().WaitAsync(Bound.Exchange) is var read and > 0)
            received.Write(block, 0, read);
    }

    /// <summary>How the peer's side ends: Success for FIN, ConnectionReset for RST. Bytes that come before are passed over.</summary>
    public static async Task<SocketError> EndAsync(this Socket socket)
    {
        try
        {
            await socket.ReadToEndAsync();
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Closes with RST instead of FIN.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
