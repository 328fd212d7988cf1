using System.Net;
using System.Net.Sockets;
using MeshProxy.Tests.Http.Http2;

namespace MeshProxy.Tests.DataPlane.Support;

/// <summary>What tests do with sockets: listen on a port of the kernel's choice, read to an end, be reset.</summary>
internal static class Peer
{
    public static Socket Listen(IPAddress? address = null, int backlog = 128)
    {
        var at = address ?? IPAddress.Loopback;
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(at, 0));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>A port of loopback that nobody listens on: bound, and so nobody else's, but never listened on.</summary>
    public static Socket ClosedPort()
    {
        var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return bound;
    }

    /// <summary>
    /// A client whose window does not grow. Its segments are smaller than loopback's: into a window of two of those of 64 KiB a sender
    /// dribbles by its timer.
    /// </summary>
    public static Socket WithSmallWindow()
    {
        const int SolTcp = 6, MaxSegment = 2;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024 };
        socket.SetRawSocketOption(SolTcp, MaxSegment, BitConverter.GetBytes(8192));
        return socket;
    }

    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
            data = data[await socket.SendAsync(data)..];
    }

    /// <summary>Until it fails: whatever the kernels on the way have room for, and receive buffers alone may grow to 32 MiB.</summary>
    public static async Task SendWithoutEndAsync(this Socket socket)
    {
        for (var part = new byte[1_000_000]; true;)
            await socket.SendAllAsync(part);
    }

    public static async Task<byte[]> ReadExactlyAsync(this Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at)).WaitAsync(Patience);
            Assert.NotEqual(0, read);
            at += read;
        }
        return bytes;
    }

    /// <summary>The next frame of HTTP/2 that the other side has sent.</summary>
    public static async Task<(byte Type, int Stream, byte[] Payload)> ReadFrameAsync(this Socket socket)
    {
        var header = await socket.ReadExactlyAsync(9);
        return Frames.Parse([.. header, .. await socket.ReadExactlyAsync(header[0] << 16 | header[1] << 8 | header[2])]).Single();
    }

    public static async Task<byte[]> ReadToEndAsync(this Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[65536];
        while (await socket.ReceiveAsync(buffer).WaitAsync(Patience) is var read and > 0)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }

    /// <summary>Reads until the reset, which must come; returns what came before it.</summary>
    public static async Task<byte[]> ReadToResetAsync(this Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[65536];
        var end = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(Patience) is var read and > 0)
                all.Write(buffer, 0, read);
        });
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        return all.ToArray();
    }

    /// <summary>Ten times what any of these steps takes on a busy machine; only a broken proxy comes near it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    private static ValueTask<int> WaitAsync(this ValueTask<int> reading, TimeSpan patience) => new(reading.AsTask().WaitAsync(patience));
}
