using System.Net.Sockets;
using System.Text;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>Reads a request and closes without an answer, after so many that it has answered on the same connection.</summary>
internal sealed class RudeServer : IDisposable
{
    private readonly Socket _listener = Peer.Listen();
    private readonly int _answersBefore;
    private int _arrived;

    public RudeServer(int answersBefore)
    {
        _answersBefore = answersBefore;
        _ = AcceptAsync();
    }

    public System.Net.EndPoint EndPoint => _listener.LocalEndPoint!;

    public string Target => EndPoint.ToString()!;

    public int Arrived => Volatile.Read(ref _arrived);

    public void Forget() => Volatile.Write(ref _arrived, 0);

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
        using (connection)
        {
            for (var answers = 0; await HasRequestAsync(connection); answers++)
            {
                Interlocked.Increment(ref _arrived);
                if (answers == _answersBefore)
                    return;
                await connection.SendAllAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }
    }

    /// <summary>Head and body: closing with unread bytes would be a reset.</summary>
    private static async Task<bool> HasRequestAsync(Socket connection)
    {
        var text = "";
        var buffer = new byte[65536];
        while (!text.Contains("\r\n\r\n")
            || text.Contains("Content-Length: 4", StringComparison.OrdinalIgnoreCase) && !text.EndsWith("body"))
        {
            if (await connection.ReceiveAsync(buffer) is var read && read == 0)
                return false;
            text += Encoding.Latin1.GetString(buffer, 0, read);
        }
        return true;
    }
}
