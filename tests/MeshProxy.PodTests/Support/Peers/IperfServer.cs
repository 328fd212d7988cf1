using System.Globalization;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

public sealed class IperfServer : PodServer
{
    internal ushort Port { get; private set; }

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        var process = Run(pod, new PodCommand("iperf3", "--server", "--forceflush", "--port", Port.ToString(CultureInfo.InvariantCulture)));
        // A connection that says nothing would be taken for a client, and spoil the next one: so its own word is waited for.
        return process.SeeAsync("Server listening", Bound.Start);
    }
}
