using System.Net;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>What it means that the self-test cannot listen where the proxy will.</summary>
internal static class ProbePort
{
    /// <returns>Null where it listens.</returns>
    public static ProbeResult? Listen(TcpSocket socket, IPEndPoint endpoint)
    {
        var errno = socket.Bind(endpoint);
        if (errno == 0)
            errno = socket.Listen();
        return errno switch
        {
            0 => null,
            Errno.AddressInUse => ProbeResult.Skipped($"{endpoint} is in use: the proxy runs already"),
            Errno.Access => ProbeResult.Skipped($"{endpoint} is a privileged port, and this process may not listen there"),
            Errno.AddressNotAvailable => ProbeResult.Skipped($"{endpoint.Address} is not up in this namespace"),
            _ => ProbeResult.Failed($"{endpoint} should be free for the proxy", Errno.Text(errno)),
        };
    }
}
