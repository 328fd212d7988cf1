using System.Text;
using MeshProxy.DataPlane.Detection;

namespace MeshProxy.DataPlane.Connections;

/// <summary>
/// What the first bytes of a connection that is relayed unobserved tell its log line. It changes nothing about the relay.
/// </summary>
internal static class ConnectionDetail
{
    /// <summary>Server name and offered protocols; both are printable ASCII by construction.</summary>
    public static string OfTls(ReadOnlySpan<byte> bytes)
    {
        ClientHelloReader.Read(bytes, out var hello);
        var name = Encoding.ASCII.GetString(hello.ServerName);
        return hello.Protocols.IsEmpty ? name : $"{name} ({Encoding.ASCII.GetString(hello.Protocols)})";
    }

    public static string OfOpaque(ReadOnlySpan<byte> bytes)
    {
        var signature = ClientFirstSignatures.Of(bytes);
        return signature == ClientFirstSignature.Unknown ? "" : signature.Label();
    }
}
