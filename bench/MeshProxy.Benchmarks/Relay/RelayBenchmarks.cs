using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeshProxy.Benchmarks.Relay;

/// <summary>
/// A message to an echo server and back, over loopback sockets, with the data plane in between and without. The column that counts is
/// Allocated, which covers all threads: a relayed connection allocates nothing. The times are mostly the kernel's wake-ups.
/// </summary>
public class RelayBenchmarks
{
    private readonly byte[] _message = new byte[128];
    private EchoServer _server = null!;
    private ProxyServer _proxy = null!;
    private Socket _direct = null!;
    private Socket _relayed = null!;

    [GlobalSetup]
    public void Connect()
    {
        _server = new EchoServer();
        _proxy = new ProxyServer(RelaySettings.Loopback, NullLoggerFactory.Instance, originalDestination: Redirected);
        _proxy.Start();
        _direct = ConnectTo(_server.Endpoint);
        _relayed = ConnectTo(_proxy.Endpoints(Direction.Outbound)[0]);
    }

    [GlobalCleanup]
    public async Task Close()
    {
        _direct.Dispose();
        _relayed.Dispose();
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    [Benchmark]
    public int Direct() => RoundTrip(_direct);

    [Benchmark]
    public int Relayed() => RoundTrip(_relayed);

    private int RoundTrip(Socket socket)
    {
        socket.Send(_message);
        var received = 0;
        while (received < _message.Length)
            received += socket.Receive(_message.AsSpan(received));
        return received;
    }

    /// <summary>What the kernel's redirect would have remembered.</summary>
    private bool Redirected(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint destination)
    {
        destination = _server.Endpoint;
        return true;
    }

    private static Socket ConnectTo(SocketEndpoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(endpoint.ToIPEndPoint());
        return socket;
    }
}
