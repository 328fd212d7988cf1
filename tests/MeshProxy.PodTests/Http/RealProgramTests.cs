using MeshProxy.PodTests.Http.Backends;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;

namespace MeshProxy.PodTests.Http;

/// <summary>Clients and servers nobody here wrote say the same to each other through the sidecars as without them, byte for byte.</summary>
[Collection(MeshCollection.Name)]
public sealed class RealProgramTests(
    MeshFixture fixture,
    ServerPool<NginxServer> nginx,
    ServerPool<ApacheBackend> apache,
    ServerPool<NodeBackend> node,
    ServerPool<KestrelBackend> kestrel,
    ServerPool<PythonBackend> python)
    : IClassFixture<ServerPool<NginxServer>>, IClassFixture<ServerPool<ApacheBackend>>, IClassFixture<ServerPool<NodeBackend>>,
        IClassFixture<ServerPool<KestrelBackend>>, IClassFixture<ServerPool<PythonBackend>>, IDisposable
{
    private const int UploadSize = (1 << 20) + 1000;

    private static readonly string[] Servers = ["nginx", "apache2", "node", "kestrel", "python"];

    private readonly ScratchDirectory _scratch = new();

    /// <summary>curl with everything it can do each way; the others, which do one thing often, through two sidecars at once.</summary>
    public static TheoryData<string, string, TrafficPath> Rows()
    {
        var rows = new TheoryData<string, string, TrafficPath>();
        foreach (var (name, client) in ClientProgram.All)
        {
            foreach (var server in Servers.Where(server => server != "python" || !client.IsHttp2))
            {
                foreach (var path in client.Program == "curl" ? new[] { TrafficPath.Inbound, TrafficPath.Outbound } : [TrafficPath.Both])
                    rows.Add(name, server, path);
            }
        }
        return rows;
    }

    [PodTheory("curl", "wrk", "h2load", "nghttp", "nginx", "apache2", "node", "/usr/bin/python3"), MemberData(nameof(Rows))]
    public async Task Exchange_is_the_direct_one_byte_for_byte(string client, string server, TrafficPath path)
    {
        var (program, pod) = (ClientProgram.All[client], fixture.Mesh.ServerOf(path));
        var backend = await StartAsync(server, pod);
        var exchange = new TappedExchange(pod, program.IsHttp2 ? backend.Http2Port : backend.Port);
        var commands = program.Commands(exchange.Authority, Upload()).ToList();
        var observed = await fixture.Mesh.DetectionsAsync(path, program.IsHttp2 ? "http2" : "http1");

        var direct = await exchange.RunDirectlyAsync(commands);
        var relayed = await exchange.RunFromAsync(fixture.Mesh.ClientOf(path), commands);

        relayed.AssertUnchanged();
        // As one text, so that a failure shows the line.
        Assert.Equal(string.Join("\n--\n", program.ResultsOf(direct.Printed)), string.Join("\n--\n", program.ResultsOf(relayed.Printed)));
        if (program.IsExact)
        {
            Assert.Equal(
                direct.AtClient.Select(connection => connection.WithoutDates()),
                relayed.AtClient.Select(connection => connection.WithoutDates()));
        }
        // wrk tries whether somebody answers first.
        await observed.AllReachAsync(relayed.AtClient.Count(connection => connection.Request.Length > 0));
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<HttpBackend> StartAsync(string server, Pod pod) => server switch
    {
        "nginx" => await nginx.InAsync(pod),
        "apache2" => await apache.InAsync(pod),
        "node" => await node.InAsync(pod),
        "kestrel" => await kestrel.InAsync(pod),
        _ => await python.InAsync(pod),
    };

    private string Upload()
    {
        File.WriteAllText(_scratch.PathOf("upload"), new string('u', UploadSize) + "\n");
        return _scratch.PathOf("upload");
    }
}
