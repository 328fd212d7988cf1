using System.Buffers;

namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// Recognises HTTP/1, HTTP/2 and TLS by the first bytes of a client, however they were split on the way. A pure function over all bytes
/// seen so far: a decision is final (more bytes never change it), falls on the first impossible byte, and the deadline is the caller's.
/// </summary>
/// <remarks>
/// Policy. HTTP/1 is decided when <c>METHOD SP target SP HTTP/1.</c> has been seen: no other protocol in use begins so, and what is wrong
/// after it is for the HTTP parser to answer. HTTP/2 is its whole preface of 24 bytes. TLS is a whole ClientHello, so that its names can be
/// logged, or a ClientHello that contradicts itself. A doubtful beginning is <see cref="DetectionResult.NotHttp"/>:
/// it is relayed untouched.
/// Cost. Nothing is kept between calls, so a client that sends one byte per packet is looked at from its beginning each time; the searches
/// are vectorised and the 64 KiB bound holds. A typical request is decided in a single call of some 20 ns.
/// </remarks>
internal static class ProtocolDetector
{
    /// <summary>
    /// What is undecided after so many bytes is decided by <see cref="AtDeadline"/>; also the most that a caller need keep.
    /// </summary>
    public const int MaxBytes = 64 * 1024;

    private const byte HandshakeRecord = 0x16;

    public static DetectionResult Detect(ReadOnlySpan<byte> bytes)
    {
        var window = bytes.Length > MaxBytes ? bytes[..MaxBytes] : bytes;
        var result = DetectWithin(window);
        return result == DetectionResult.NeedMore && window.Length == MaxBytes ? AtDeadline(window, speaksHttp: false) : result;
    }

    /// <summary>
    /// What bytes are taken for that are undecided when the time is over. A request line that somebody lets dribble must not escape the
    /// checks of HTTP by being slow, nor its timeouts.
    /// </summary>
    /// <param name="bytes">Those of which <see cref="Detect(ReadOnlySpan{byte})"/> says <see cref="DetectionResult.NeedMore"/>; at least
    /// one.</param>
    /// <param name="speaksHttp">The destination is known for HTTP, so every beginning of a request or preface is one.</param>
    public static DetectionResult AtDeadline(ReadOnlySpan<byte> bytes, bool speaksHttp)
    {
        if (bytes[0] == HandshakeRecord)
            return DetectionResult.NotHttp;
        // What PRI begins may still become another method.
        if (bytes.Length > "PRI"u8.Length && Http2Preface.Match(bytes) == DetectionResult.NeedMore)
            return speaksHttp ? DetectionResult.Http2 : DetectionResult.NotHttp;
        return speaksHttp || RequestLinePrefix.LooksLikeRequest(bytes) ? DetectionResult.Http1 : DetectionResult.NotHttp;
    }

    /// <summary>As the other overload; bytes in several segments are first copied together into a rented array.</summary>
    public static DetectionResult Detect(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return Detect(bytes.FirstSpan);
        var length = (int)Math.Min(bytes.Length, MaxBytes);
        var joined = ArrayPool<byte>.Shared.Rent(length);
        bytes.Slice(0, length).CopyTo(joined);
        var result = Detect(joined.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(joined);
        return result;
    }

    private static DetectionResult DetectWithin(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return DetectionResult.NeedMore;
        if (bytes[0] == HandshakeRecord)
            return DetectTls(bytes);
        var preface = Http2Preface.Match(bytes);
        return preface == DetectionResult.NotHttp ? RequestLinePrefix.Match(bytes) : preface;
    }

    private static DetectionResult DetectTls(ReadOnlySpan<byte> bytes) => ClientHelloReader.Read(bytes, out _) switch
    {
        ClientHelloStatus.NeedMore => DetectionResult.NeedMore,
        ClientHelloStatus.NotTls => DetectionResult.NotHttp,
        _ => DetectionResult.Tls,
    };
}
