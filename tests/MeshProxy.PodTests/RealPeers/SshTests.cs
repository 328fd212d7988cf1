using System.Globalization;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.RealPeers;

/// <summary>SSH, where both sides speak at once and neither waits for the other.</summary>
[Collection(MeshCollection.Name)]
public sealed class SshTests(MeshFixture fixture, ServerPool<SshServer> servers) : IClassFixture<ServerPool<SshServer>>
{
    [PodTheory("sshd", "ssh", "ssh-keygen"), EveryPath]
    public async Task Session_on_an_unmarked_port_returns_what_was_sent(TrafficPath path, IpFamily family)
    {
        var destination = fixture.Mesh.ServerOf(path);
        var server = await servers.InAsync(destination);
        var timeouts = await fixture.Mesh.DetectionsAsync(path, "timeout");
        var sent = string.Concat(Enumerable.Range(0, 200_000).Select(number => $"{number}\n"));

        var (exitCode, output) = await PodProcess.RunAsync(fixture.Mesh.ClientOf(path).Namespace, new PodCommand(
            "ssh",
            "-F", "none",
            "-q",
            "-i", server.ClientKey,
            "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null",
            "-o", "BatchMode=yes",
            "-p", server.Port.ToString(CultureInfo.InvariantCulture),
            $"root@{destination.Address(family)}")
        { User = null, Input = sent });

        Assert.True(exitCode == 0, output);
        Assert.Equal(sent, output);
        await timeouts.AllGainAsync(0);
    }
}
