using System.Net;
using System.Net.Sockets;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Benchmarks.Relay;

/// <summary>
/// Sends back what it gets, a blocking thread per connection: it allocates nothing per message, so that what is allocated is the proxy's.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public EchoServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(AcceptAll) { IsBackground = true }.Start();
    }

    public SocketEndpoint Endpoint => SocketEndpoint.From((IPEndPoint)_listener.LocalEndPoint!);

    public void Dispose() => _listener.Dispose();

    private void AcceptAll()
    {
        try
        {
            while (true)
            {
                var accepted = _listener.Accept();
                new Thread(() => Echo(accepted)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The listener was closed.
        }
    }

    private static void Echo(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            Span<byte> buffer = new byte[64 * 1024];
            while (socket.Receive(buffer) is var received and > 0)
                socket.Send(buffer[..received]);
        }
    }
}
