using System.Text;
using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Detection;

namespace MeshProxy.Benchmarks;

/// <summary>One call over a client's first bytes, as they come in one segment.</summary>
[MemoryDiagnoser]
public class DetectionBenchmarks
{
    private byte[] _bytes = [];

    [Params("http1", "http2", "redis", "binary")]
    public string Client { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _bytes = Encoding.Latin1.GetBytes(Client switch
    {
        "http1" => "GET /api/v1/orders/12345?expand=lines HTTP/1.1\r\nHost: orders.shop.svc.cluster.local\r\nUser-Agent: curl/8\r\n\r\n",
        "http2" => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0",
        "redis" => "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n",
        _ => "\0\0\0\x08\x04\xd2\x16\x2f",
    });

    [Benchmark(Baseline = true)]
    public int ReadOnly() => _bytes.AsSpan().IndexOf((byte)'\n');

    [Benchmark]
    public int Detect() => (int)ProtocolDetector.Detect(_bytes);
}
