using System.Globalization;
using System.Text;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.RealPeers;

[Collection(MeshCollection.Name)]
public sealed class RedisTests(MeshFixture fixture, ServerPool<RedisServer> servers) : IClassFixture<ServerPool<RedisServer>>
{
    private const int Commands = 10_000;

    [PodTheory("redis-server", "redis-cli"), EveryPath]
    public async Task Pipelined_commands_are_all_answered(TrafficPath path, IpFamily family)
    {
        await ClientAsync(path, family, new PodCommand("redis-cli", "FLUSHALL"));
        var detected = await fixture.Mesh.DetectionsAsync(path, "not_http");

        var answer = await ClientAsync(path, family, new PodCommand("redis-cli", "--pipe") { Input = Sets() });

        Assert.Contains($"errors: 0, replies: {Commands}", answer, StringComparison.Ordinal);
        await detected.AllGainAsync(1);
        Assert.Equal($"{Commands}\n", await ClientAsync(path, family, new PodCommand("redis-cli", "DBSIZE")));
    }

    private async Task<string> ClientAsync(TrafficPath path, IpFamily family, PodCommand command)
    {
        var destination = fixture.Mesh.ServerOf(path);
        var server = await servers.InAsync(destination);
        string[] where = ["-h", destination.Address(family).ToString(), "-p", server.Port.ToString(CultureInfo.InvariantCulture)];
        var (exitCode, output) = await PodProcess.RunAsync(
            fixture.Mesh.ClientOf(path).Namespace, command with { Arguments = [.. where, .. command.Arguments] });
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static string Sets()
    {
        var commands = new StringBuilder();
        for (var i = 0; i < Commands; i++)
            commands.Append(CultureInfo.InvariantCulture, $"SET key:{i} value\r\n");
        return commands.ToString();
    }
}
