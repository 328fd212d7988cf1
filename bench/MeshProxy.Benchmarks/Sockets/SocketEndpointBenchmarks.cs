using BenchmarkDotNet.Attributes;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Benchmarks.Sockets;

/// <summary>Endpoints are parsed at start, and written where a connection is logged.</summary>
public class SocketEndpointBenchmarks
{
    private const string V4Text = "10.96.0.10:8080";
    private const string V6Text = "[fd00:10:96::a]:8080";

    private SocketEndpoint _v4;
    private SocketEndpoint _v6;

    [GlobalSetup]
    public void Parse()
    {
        _ = SocketEndpoint.TryParse(V4Text, out _v4);
        _ = SocketEndpoint.TryParse(V6Text, out _v6);
    }

    [Benchmark]
    public bool ParseV4() => SocketEndpoint.TryParse(V4Text, out _);

    [Benchmark]
    public bool ParseV6() => SocketEndpoint.TryParse(V6Text, out _);

    [Benchmark]
    public string FormatV4() => _v4.ToString();

    [Benchmark]
    public string FormatV6() => _v6.ToString();
}
