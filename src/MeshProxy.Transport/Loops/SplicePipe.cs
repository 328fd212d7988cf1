using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Loops;

/// <summary>A pipe through which one direction of one connection passes pages. Empty whenever it lies in the pool.</summary>
internal sealed class SplicePipe
{
    /// <summary>As much as a pipe may hold without privilege (pipe-max-size, pipe(7)).</summary>
    public const int WantedSize = 1024 * 1024;

    private readonly int _readEnd;
    private readonly int _writeEnd;

    private SplicePipe(int readEnd, int writeEnd) => (_readEnd, _writeEnd) = (readEnd, writeEnd);

    /// <summary>Bytes inside.</summary>
    public int Held { get; private set; }

    /// <summary>Null where descriptors have run out: the direction goes on copying.</summary>
    public static SplicePipe? TryCreate()
    {
        if (PipeCalls.Create(out var readEnd, out var writeEnd).Failed)
            return null;
        _ = PipeCalls.Resize(writeEnd, WantedSize);
        return new SplicePipe(readEnd, writeEnd);
    }

    /// <summary>Takes from the socket. Only into an empty pipe: EAGAIN then speaks of the socket, never of the pipe being full.</summary>
    public IoResult Fill(int socket, int atMost)
    {
        var moved = PipeCalls.Splice(socket, _writeEnd, atMost);
        if (!moved.Failed)
            Held = moved.Value;
        return moved;
    }

    public IoResult Empty(int socket)
    {
        var moved = PipeCalls.Splice(_readEnd, socket, Held);
        if (!moved.Failed)
            Held -= moved.Value;
        return moved;
    }

    public void Close()
    {
        SocketCalls.Close(_readEnd);
        SocketCalls.Close(_writeEnd);
    }
}
