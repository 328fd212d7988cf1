using System.Diagnostics;
using System.Net;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>Waits for the probe at the proxy's port. Others may arrive there too, the redirect being in force; they are reset.</summary>
internal static class ProbeArrival
{
    /// <summary>
    /// Over loopback a connection is made within the call that begins it; a second is for a machine that stands still. Only a failing test waits.
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
                if (accepted.Peer.Equals(client))
                    return Judge(accepted.OriginalDestination(), destination);
            }
        }
        return "the connection was made, but to another socket";
    }

    private static string? Judge(IPEndPoint? seen, IPEndPoint destination) =>
        seen is null ? "the connection arrived, but without its original destination"
        : seen.Equals(destination) ? null
        : $"the connection arrived, but its original destination reads {seen}";
}
