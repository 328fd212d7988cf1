namespace MeshProxy.DataPlane.Detection;

/// <summary>The connection preface of RFC 9113 §3.4, which a client with prior knowledge sends first.</summary>
internal static class Http2Preface
{
    public static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static DetectionResult Match(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Bytes.Length)
            return bytes.StartsWith(Bytes) ? DetectionResult.Http2 : DetectionResult.NotHttp;
        return Bytes.StartsWith(bytes) ? DetectionResult.NeedMore : DetectionResult.NotHttp;
    }
}
