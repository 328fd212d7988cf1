using System.Net.Security;
using System.Text;
using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Detection;

namespace MeshProxy.Benchmarks.Detection;

/// <summary>
/// One call over a client's first bytes, as they come in one segment: once per connection whose port is not marked opaque, and again for
/// each packet while first bytes dribble in.
/// </summary>
public class DetectionBenchmarks
{
    private byte[] _bytes = [];

    [Params("http1", "http2", "tls", "redis", "binary")]
    public string Client { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _bytes = Client == "tls" ? ClientHelloOfDotNet() : Encoding.Latin1.GetBytes(Client switch
    {
        "http1" => "GET /api/v1/orders/12345?expand=lines HTTP/1.1\r\nHost: orders.shop.svc.cluster.local\r\nUser-Agent: curl/8\r\n\r\n",
        "http2" => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0",
        "redis" => "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n",
        _ => "\0\0\0\x08\x04\xd2\x16\x2f",
    });

    [Benchmark]
    public int Detect() => (int)ProtocolDetector.Detect(_bytes);

    /// <summary>The client writes it, finds no answer, and gives up.</summary>
    private static byte[] ClientHelloOfDotNet()
    {
        using var wire = new MemoryStream();
        using var tls = new SslStream(wire);
        try
        {
            tls.AuthenticateAsClient("orders.shop.svc.cluster.local");
        }
        catch (IOException)
        {
        }
        return wire.ToArray();
    }
}
