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
internal sealed class StreamServer : IUpstream, IDisposable
{
    public const int OrderLength = 9;

    private readonly Pod _pod;
    private readonly bool _greets;
    private readonly HashSet<Socket> _clients = [];
    private Socket? _listener;

    public StreamServer(Pod pod, ushort port, bool greets = false)
    {
        (_pod, _greets, Endpoint) = (pod, greets, new IPEndPoint(pod.V4, port));
        Listen();
    }

    public static byte[] Greeting { get; } = "220 at your service\r\n"u8.ToArray();

    public IPEndPoint Endpoint { get; }

    public Generation Generation { get; } = new();

    public static byte[] Order(char verb, int seed = 0, int length = 0)
    {
        var order = new byte[OrderLength];
        order[0] = (byte)verb;
        BinaryPrimitives.WriteInt32BigEndian(order.AsSpan(1), seed);
        BinaryPrimitives.WriteInt32BigEndian(order.AsSpan(5), length);
        return order;
    }

    /// <summary>Every connection is reset, none ends by FIN: a client that sees a clean end saw a forged one.</summary>
    public Task RestartAsync() => Generation.InterruptAsync(() =>
    {
        Close();
        Listen();
        return Task.CompletedTask;
    });

    public void Dispose() => Close();

    private void Listen()
    {
        var listener = _pod.Namespace.Listen(IPAddress.Any, (ushort)Endpoint.Port);
        lock (_clients)
            _listener = listener;
        _ = AcceptAsync(listener);
    }

    private void Close()
    {
        lock (_clients)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var client in _clients)
                Reset(client);
            _clients.Clear();
        }
    }

    private static void Reset(Socket client)
    {
        try
        {
            client.Reset();
        }
        catch (ObjectDisposedException)
        {
            // It was being reset, as it had been told to.
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The server is gone.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        if (!TryKeep(client))
            return;
        try
        {
            if (_greets)
                await client.SendAllAsync(Greeting);
            await ObeyAsync(client, await client.ReadAsync(OrderLength));
        }
        catch (Exception end) when (end is SocketException or EndOfStreamException or TimeoutException or ObjectDisposedException)
        {
            // Clients that reset or say nothing are part of the traffic; the client's side of a conversation is what is judged.
        }
        lock (_clients)
        {
            if (_clients.Remove(client))
                client.Dispose();
        }
    }

    /// <summary>One that was accepted when the server was going goes with it.</summary>
    private bool TryKeep(Socket client)
    {
        lock (_clients)
        {
            if (_listener is not null)
                return _clients.Add(client);
            client.Reset();
            return false;
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
