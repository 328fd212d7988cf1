using System.Net;
using System.Net.Sockets;

namespace MeshProxy.PodTests.Support.Network;

internal static class PortProbe
{
    public static async Task<bool> AnswersAsync(NetworkNamespace space, ushort port)
    {
        using var socket = space.OpenSocket(AddressFamily.InterNetwork);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
