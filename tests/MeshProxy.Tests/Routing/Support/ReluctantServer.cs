using System.Net.Sockets;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Http.Http2;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>
/// An HTTP/2 server that does not process the first request with a body: it says so when it has come whole, or when only its head has. What
/// it processes it answers with the body that it got.
/// </summary>
internal sealed class ReluctantServer : IDisposable
{
    private readonly Socket _listener = Peer.Listen();
    private readonly bool _saysGoAway;
    private readonly bool _atHead;
    private readonly TaskCompletionSource _asksAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _declined;
    private int _processed;

    public ReluctantServer(bool saysGoAway, bool atHead)
    {
        (_saysGoAway, _atHead) = (saysGoAway, atHead);
        _ = AcceptAsync();
    }

    public System.Net.EndPoint EndPoint => _listener.LocalEndPoint!;

    public string Target => EndPoint.ToString()!;

    /// <summary>Requests that came whole and were answered.</summary>
    public int Processed => Volatile.Read(ref _processed);

    /// <summary>Another request has come after the one that was declined.</summary>
    public Task AsksAgain => _asksAgain.Task;

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

    private async Task ServeAsync(Socket connection)
    {
        using var owned = connection;
        await connection.ReadExactlyAsync(Frames.Preface.Length);
        await connection.SendAllAsync(Frames.Settings());
        await connection.SendAllAsync(Frames.Frame(Frames.WindowUpdateType, 0, 0, 0, 0x10, 0, 0));
        var bodies = new Dictionary<int, List<byte>>();
        var declined = 0;
        while (true)
        {
            var header = await connection.ReadExactlyAsync(9);
            var payload = await connection.ReadExactlyAsync(header[0] << 16 | header[1] << 8 | header[2]);
            var (type, ends, stream) = (header[3], (header[4] & Frames.EndStream) != 0, header[8] | header[7] << 8);
            if (type is not (Frames.HeadersType or Frames.DataType) || stream == declined)
                continue;
            if (type == Frames.HeadersType)
            {
                bodies[stream] = [];
                if (Volatile.Read(ref _declined) != 0)
                    _asksAgain.TrySetResult();
            }
            else
                bodies[stream].AddRange(payload);
            if ((ends || _atHead) && Interlocked.CompareExchange(ref _declined, 1, 0) == 0)
                await connection.SendAllAsync(Decline(declined = stream));
            else if (ends)
                await AnswerAsync(connection, stream, [.. bodies[stream]]);
        }
    }

    private byte[] Decline(int stream) => _saysGoAway
        ? Frames.Frame(Frames.GoAwayType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        : Frames.Reset(stream, code: 7);

    private async Task AnswerAsync(Socket connection, int stream, byte[] body)
    {
        Interlocked.Increment(ref _processed);
        await connection.SendAllAsync(Frames.Frame(Frames.HeadersType, Frames.EndHeaders, stream, 0x88));
        foreach (var part in body.Chunk(16_000))
            await connection.SendAllAsync(Frames.Frame(Frames.DataType, 0, stream, part));
        await connection.SendAllAsync(Frames.Frame(Frames.DataType, Frames.EndStream, stream));
    }
}
