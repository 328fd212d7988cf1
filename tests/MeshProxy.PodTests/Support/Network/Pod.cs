using System.Net;
using System.Net.Sockets;

namespace MeshProxy.PodTests.Support.Network;

/// <summary>A network namespace on the <see cref="PodNetwork"/>, with an address of each family.</summary>
internal sealed record Pod(NetworkNamespace Namespace, IPAddress V4, IPAddress V6)
{
    public IPAddress Address(IpFamily family) => family == IpFamily.V4 ? V4 : V6;

    public IPEndPoint Endpoint(IpFamily family, ushort port) => new(Address(family), port);

    /// <summary>A socket of this pod, connected. Owned by root, so redirected unless the rules skip its destination.</summary>
    public async Task<Socket> ConnectAsync(IPEndPoint destination)
    {
        var socket = Namespace.OpenSocket(destination.AddressFamily);
        try
        {
            await socket.ConnectAsync(destination).WaitAsync(Bound.Exchange);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
