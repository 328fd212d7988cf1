using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Benchmarks;

/// <summary>One stream through the observer: a request with indexed and Huffman-coded fields, its answer, content of 128 bytes.</summary>
[MemoryDiagnoser]
public class Http2Benchmarks
{
    private readonly Http2Observer _observer = new(Http2Limits.Default, FramingPolicy.Refuse, new HeaderFields());
    private readonly byte[] _data = new byte[9 + 128];
    private byte[] _request = [];
    private byte[] _response = [];
    private int _streamId = 1;

    [GlobalSetup]
    public void Setup()
    {
        // A GET as curl repeats it (RFC 7541 C.4, with a Huffman-coded path that is not indexed), and an answer with three literals.
        _request = Frame(1, 5, Convert.FromHexString("8286" + "048762bab4cb0a84d7" + "418cf1e3c2e5f23a6ba0ab90f4ff" + "5886a8eb10649cbf"));
        _response = Frame(1, 4, Convert.FromHexString(
            "88" + "0f0d03313238" + "0f128765786163746c79" + "6196d07abe941054d444a8200595040b8166e084a62d1bff"));
        Frame(0, 1, new byte[128]).CopyTo(_data, 0);
        Feed(client: [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, [], streamId: 0)], server: Frame(4, 0, [], streamId: 0));
    }

    [Benchmark(Baseline = true)]
    public int ReadOnly() => _request.AsSpan().Count((byte)0x88) + _response.AsSpan().Count((byte)0x88) + _data.AsSpan().Count((byte)0x88);

    [Benchmark]
    public int Observe()
    {
        _streamId = _streamId + 2 & int.MaxValue;
        foreach (var frame in (ReadOnlySpan<byte[]>)[_request, _response, _data])
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), _streamId);
        return Feed(_request, _response) + Feed([], _data);
    }

    private int Feed(ReadOnlySpan<byte> client, ReadOnlySpan<byte> server)
    {
        var steps = 0;
        for (; _observer.NextFromClient(client, 0) is { Kind: not Http2StepKind.NeedMore } step; steps++)
            client = client[step.Bytes..];
        for (; _observer.NextFromServer(server, 0) is { Kind: not Http2StepKind.NeedMore } step; steps++)
            server = server[step.Bytes..];
        return steps;
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload, int streamId = 1) =>
        [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, (byte)streamId, .. payload];
}
