using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>
/// One kept-alive HTTP connection on a blocking socket: the least that asks a question and waits for the answer. It allocates nothing per
/// request.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {Target.Address}\r\n\r\n");

    /// <summary>The servers' answers end with this body, and it occurs nowhere before their end.</summary>
    private static readonly byte[] AnswerEnd = "\r\n\r\nok\n"u8.ToArray();

    private readonly byte[] _answer = new byte[1024];
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>How long an answer may take before the measurement is given up.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private HttpConnection()
    {
        _socket.ReceiveTimeout = (int)AnswerLimit.TotalMilliseconds;
    }

    /// <exception cref="SocketException">Refused or unreachable.</exception>
    public static HttpConnection Open(Target target) => Open(target.EndPoint);

    /// <exception cref="SocketException">Refused or unreachable.</exception>
    public static HttpConnection Open(IPEndPoint server)
    {
        var connection = new HttpConnection();
        try
        {
            connection._socket.Connect(server);
            return connection;
        }
        catch (SocketException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>One request and its whole answer; false where the connection ended instead, or the answer is no "ok".</summary>
    /// <exception cref="SocketException">Reset, or no answer for 5 s.</exception>
    public bool Ask()
    {
        _socket.Send(Request);
        var filled = 0;
        while (filled < _answer.Length)
        {
            var received = _socket.Receive(_answer.AsSpan(filled));
            filled += received;
            if (_answer.AsSpan(0, filled).EndsWith(AnswerEnd))
                return true;
            if (received == 0)
                return false;
        }
        return false;
    }

    public void Dispose() => _socket.Dispose();
}
