using System.Net;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.SelfTest;

/// <summary>What it means that the self-test cannot listen where the proxy will.</summary>
internal static class ProbePort
{
    public static (ProbeVerdict Verdict, string Detail) Unavailable(IPEndPoint endpoint, int errno) => errno switch
    {
        Errno.AddressInUse => (ProbeVerdict.Skipped, $"{endpoint} is in use: the proxy runs already"),
        Errno.Access => (ProbeVerdict.Skipped, $"{endpoint} is a privileged port, and this process may not listen there"),
        Errno.AddressNotAvailable => (ProbeVerdict.Skipped, $"{endpoint.Address} is not up in this namespace"),
        _ => (ProbeVerdict.Failed, $"{endpoint} cannot be listened on: {Errno.Text(errno)}"),
    };
}
