using System.Diagnostics;
using System.Net;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>
/// Waits for the probe at the proxy's port. Others may arrive there too, the redirect being in force; they are reset. The probe is known by
/// its original destination, which is nobody else's: NAT may have changed its source port, where conntrack remembers another connection
/// with it.
/// </summary>
internal static class ProbeArrival
{
    /// <summary>
    /// Over loopback a connection is made within the call that begins it; a second is for a machine that stands still. Only a failing test
    /// waits.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>Null where it arrived with that original destination; otherwise what was seen instead.</returns>
    public static string? Await(TcpSocket proxy, IPEndPoint client, IPEndPoint destination)
    {
        var start = Stopwatch.GetTimestamp();
        while (proxy.Accept(Patience - Stopwatch.GetElapsedTime(start)) is { } accepted)
        {
            using (accepted)
            {
                var seen = accepted.OriginalDestination();
                if (destination.Equals(seen))
                    return null;
                if (accepted.Peer.Equals(client))
                    return $"it arrived, but its original destination reads {seen?.ToString() ?? "nothing"}";
            }
        }
        return "it was made, but to another socket";
    }
}
