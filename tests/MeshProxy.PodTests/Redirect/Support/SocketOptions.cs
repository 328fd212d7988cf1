using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>Linux socket options that .NET has no name for.</summary>
internal static class SocketOptions
{
    private const int SolSocket = 1;
    private const int SoMark = 36;
    private const int OriginalDestinationOption = 80;

    public static void Mark(this Socket socket, uint mark) => socket.SetRawSocketOption(SolSocket, SoMark, BitConverter.GetBytes(mark));

    /// <summary>A listener that TPROXY may hand connections to.</summary>
    public static void MakeTransparent(this Socket socket)
    {
        var v4 = socket.AddressFamily == AddressFamily.InterNetwork;
        socket.SetRawSocketOption(v4 ? 0 : 41, v4 ? 19 : 75, BitConverter.GetBytes(1));
    }

    /// <summary>Where the client meant to go (SO_ORIGINAL_DST), or null where conntrack knows nothing of the connection.</summary>
    public static IPEndPoint? OriginalDestination(this Socket socket)
    {
        var v4 = socket.AddressFamily == AddressFamily.InterNetwork;
        Span<byte> address = stackalloc byte[28];
        try
        {
            socket.GetRawSocketOption(v4 ? 0 : 41, OriginalDestinationOption, address);
        }
        catch (SocketException)
        {
            return null;
        }
        return new IPEndPoint(new IPAddress(v4 ? address[4..8] : address[8..24]), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
    }
}
