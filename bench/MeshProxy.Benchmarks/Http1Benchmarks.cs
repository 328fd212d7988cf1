using System.Text;
using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Benchmarks;

/// <summary>One request and its response through the observer, in one read each, on a kept-alive connection.</summary>
[MemoryDiagnoser]
public class Http1Benchmarks
{
    private readonly Http1Observer _observer = new(Http1Limits.Default, FramingPolicy.Refuse);
    private byte[] _request = [];
    private byte[] _response = [];

    [Params("wrk", "browser", "chunked")]
    public string Traffic { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _request = Encoding.Latin1.GetBytes(Traffic switch
        {
            "wrk" => "GET /index.html HTTP/1.1\r\nHost: 10.0.0.1:8080\r\n\r\n",
            "browser" => "GET /api/v1/orders/12345?expand=lines HTTP/1.1\r\nHost: orders.shop.svc.cluster.local:8080\r\n"
                + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
                + "Accept: application/json, */*;q=0.8\r\n"
                + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
                + "Referer: https://shop.example.com/orders\r\n"
                + "Connection: keep-alive\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
                + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nPriority: u=0, i\r\n\r\n",
            _ => "POST /ingest HTTP/1.1\r\nHost: h:8080\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n"
                + new string('x', 128) + "\r\n0\r\n\r\n",
        });
        _response = Encoding.Latin1.GetBytes(
            "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Tue, 03 Jun 2025 10:00:00 GMT\r\nContent-Type: text/html\r\n"
            + "Content-Length: 128\r\nLast-Modified: Tue, 03 Jun 2025 09:00:00 GMT\r\nConnection: keep-alive\r\nETag: \"683ec0f0-80\"\r\n"
            + "Accept-Ranges: bytes\r\n\r\n" + new string('y', 128));
    }

    [Benchmark(Baseline = true)]
    public int ReadOnly() => _request.AsSpan().Count((byte)'\n') + _response.AsSpan().Count((byte)'\n');

    [Benchmark]
    public int Observe()
    {
        var steps = 0;
        for (var rest = _request.AsSpan(); _observer.NextRequest(rest) is { Kind: not Http1StepKind.NeedMore } step; steps++)
            rest = rest[step.Bytes..];
        for (var rest = _response.AsSpan(); _observer.NextResponse(rest) is { Kind: not Http1StepKind.NeedMore } step; steps++)
            rest = rest[step.Bytes..];
        return steps;
    }
}
