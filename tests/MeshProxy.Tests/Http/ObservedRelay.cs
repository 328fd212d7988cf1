using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Http;

/// <summary>
/// A plain relay with an observer in it, for real clients and servers. Each direction is a thread that blocks; one lock per connection
/// stands for the loop that would own it.
/// </summary>
internal sealed class ObservedRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly bool _isHttp2;

    public ObservedRelay(IPEndPoint server, bool isHttp2)
    {
        _server = server;
        _isHttp2 = isHttp2;
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>One line per exchange that ended, and per refusal.</summary>
    public BlockingCollection<string> Said { get; } = [];

    public void Dispose() => _listener.Stop();

    private void Accept()
    {
        try
        {
            while (true)
                Relay(_listener.AcceptSocket());
        }
        catch (Exception end) when (end is SocketException or InvalidOperationException)
        {
            // The listener was stopped: while it waited, or before it waited again.
        }
    }

    private void Relay(Socket downstream)
    {
        var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp);
        upstream.Connect(_server);
        downstream.NoDelay = upstream.NoDelay = true;
        Observation observation = _isHttp2 ? new Http2Observation(Said) : new Http1Observation(Said);
        new Thread(() => Pump(downstream, upstream, observation, isClient: true)) { IsBackground = true }.Start();
        new Thread(() => Pump(upstream, downstream, observation, isClient: false)) { IsBackground = true }.Start();
    }

    private static void Pump(Socket from, Socket to, Observation observation, bool isClient)
    {
        var held = new byte[256 * 1024];
        var count = 0;
        try
        {
            while (from.Receive(held, count, held.Length - count, SocketFlags.None) is > 0 and var read)
            {
                count += read;
                int passes;
                lock (observation)
                    passes = observation.Observe(held.AsSpan(0, count), isClient);
                // Outside the lock: a peer that does not read must not stop the other direction.
                to.Send(held, passes, SocketFlags.None);
                held.AsSpan(passes, count - passes).CopyTo(held);
                count -= passes;
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // A peer has gone: the other thread sees the same, here or as a socket that this one has closed.
            to.Close();
        }
    }

    private abstract class Observation
    {
        /// <returns>How many of the bytes pass.</returns>
        public abstract int Observe(ReadOnlySpan<byte> input, bool isClient);
    }

    private sealed class Http1Observation(BlockingCollection<string> said) : Observation
    {
        private readonly Http1Observer _observer = new(Http1Limits.Default, FramingPolicy.Refuse);

        public override int Observe(ReadOnlySpan<byte> input, bool isClient)
        {
            var passes = 0;
            while (true)
            {
                var step = isClient ? _observer.NextRequest(input[passes..]) : _observer.NextResponse(input[passes..]);
                passes += step.Bytes;
                if (step.Kind == Http1StepKind.End && !isClient)
                    said.Add($"{_observer.Finished.Method.Label()} {_observer.Finished.Status}");
                if (step.Kind is Http1StepKind.Refused or Http1StepKind.Broken)
                    said.Add($"{step.Kind} {step.Error.Name()}");
                if (step.Kind is Http1StepKind.NeedMore or Http1StepKind.Hold or Http1StepKind.Refused or Http1StepKind.Broken
                    || step.Kind == Http1StepKind.Opaque)
                    return passes;
            }
        }
    }

    private sealed class Http2Observation(BlockingCollection<string> said) : Observation
    {
        private readonly HeaderFields _fields = new();
        private Http2Observer? _observer;

        public override int Observe(ReadOnlySpan<byte> input, bool isClient)
        {
            _observer ??= new Http2Observer(Http2Limits.Default, FramingPolicy.Refuse, _fields);
            var passes = 0;
            while (true)
            {
                var now = Environment.TickCount64;
                var step = isClient ? _observer.NextFromClient(input[passes..], now) : _observer.NextFromServer(input[passes..], now);
                passes += step.Bytes;
                if (step.Kind == Http2StepKind.StreamEnd)
                    said.Add(Describe(_observer.Finished));
                if (step.Kind is Http2StepKind.Refused or Http2StepKind.Opaque)
                    said.Add($"{step.Kind} {step.Error.Name()}");
                if (step.Kind is Http2StepKind.NeedMore or Http2StepKind.Refused or Http2StepKind.Opaque)
                    return passes;
            }
        }

        private static string Describe(in Http2Stream stream)
        {
            var grpc = stream.IsGrpc ? $" grpc {stream.GrpcStatus}" : "";
            return $"{stream.Method.Label()} {stream.Status} {stream.End}{grpc}";
        }
    }
}
