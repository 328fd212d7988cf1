using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.Benchmarks;

/// <summary>Header values as clients and servers code them (RFC 7541 C.4 and C.6): 102 symbols.</summary>
public class HuffmanBenchmarks
{
    private static readonly byte[][] Values =
    [
        Convert.FromHexString("f1e3c2e5f23a6ba0ab90f4ff"),                         // www.example.com
        Convert.FromHexString("9d29ad171863c78f0b97c8e9ae82ae43d3"),               // https://www.example.com
        Convert.FromHexString("d07abe941054d444a8200595040b8166e082a62d1bff"),     // Mon, 21 Oct 2013 20:13:21 GMT
        Convert.FromHexString("94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"), // a cookie
    ];

    private readonly byte[] _text = new byte[256];

    [Benchmark]
    public int Decode()
    {
        var total = 0;
        foreach (var value in Values)
        {
            HuffmanDecoder.TryDecode(value, _text, out var length);
            total += length;
        }
        return total;
    }
}
