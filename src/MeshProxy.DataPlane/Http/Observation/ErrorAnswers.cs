using MeshProxy.DataPlane.Http.Http1;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>The proxy's own answers as byte arrays: an error is rare enough for one.</summary>
internal static class ErrorAnswers
{
    public static byte[] Http1(int status, string cause)
    {
        Span<byte> buffer = stackalloc byte[ErrorResponse.MaxLength];
        return buffer[..ErrorResponse.Write(buffer, status, cause)].ToArray();
    }
}
