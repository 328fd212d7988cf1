using System.Globalization;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

public sealed class RedisServer : PodServer
{
    internal ushort Port { get; private set; }

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        var process = Run(pod, new PodCommand(
            "redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "*", "-::*",
            "--protected-mode", "no", "--save", ""));
        return process.ListeningAsync(pod, Port);
    }
}
