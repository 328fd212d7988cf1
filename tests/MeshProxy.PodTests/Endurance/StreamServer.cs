using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// A server of bytes. The first nine of a connection say what it shall do: <c>E</c> sends back what comes until FIN, <c>D</c> sends a
/// payload (its seed and length follow), <c>R</c> resets at once,
/// <c>G</c> is a client that has heard the greeting of a server that speaks first.
/// </summary>
internal sealed class StreamServer : IDisposable
{
    public const int OrderLength = 9;

    private readonly Socket _listener;
    private readonly bool _greets;

    public StreamServer(Pod pod, ushort port, bool greets = false)
    {
        _listener = pod.Namespace.Listen(pod.V4, port);
        _greets = greets;
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public static byte[] Greeting { get; } = "220 at your service\r\n"u8.ToArray();

    public IPEndPoint Endpoint { get; }

    public static byte[] Order(char verb, int seed = 0, int length = 0)
    {
        var order = new byte[OrderLength];
        order[0] = (byte)verb;
        BinaryPrimitives.WriteInt32BigEndian(order.AsSpan(1), seed);
        BinaryPrimitives.WriteInt32BigEndian(order.AsSpan(5), length);
        return order;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using (client)
            {
                if (_greets)
                    await client.SendAllAsync(Greeting);
                await ObeyAsync(client, await client.ReadAsync(OrderLength));
            }
        }
        catch (Exception end) when (end is SocketException or EndOfStreamException or TimeoutException or ObjectDisposedException)
        {
            // Clients that reset or say nothing are part of the traffic; the client's side of a conversation is what is judged.
        }
    }

    private static async Task ObeyAsync(Socket client, byte[] order)
    {
        switch ((char)order[0])
        {
            case 'E':
                await client.SendAllAsync(await client.ReadToEndAsync());
                break;
            case 'D':
                var seed = BinaryPrimitives.ReadInt32BigEndian(order.AsSpan(1));
                var length = BinaryPrimitives.ReadInt32BigEndian(order.AsSpan(5));
                await client.SendAllAsync(Payload.Of(seed, length));
                break;
            case 'R':
                client.Reset();
                break;
        }
    }
}
