using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>HTTP from inside a pod.</summary>
internal static class PodHttp
{
    /// <summary>Connects to the address in the URL, in that namespace.</summary>
    public static SocketsHttpHandler HandlerFor(NetworkNamespace space) => new()
    {
        // A socket that stays open in a pod would pass for one of its app.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (context, stop) =>
        {
            var address = IPAddress.Parse(context.DnsEndPoint.Host);
            var socket = space.OpenSocket(address.AddressFamily);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
