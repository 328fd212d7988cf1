using System.Net.Sockets;
using System.Security.Cryptography;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;

namespace MeshProxy.PodTests.RealPeers;

/// <summary>FTP: greets first, opens a connection per file to a port nobody could have marked, and interrupts by urgent data.</summary>
[Collection(MeshCollection.Name)]
public sealed class FtpTests(MeshFixture fixture, ServerPool<FtpServer> servers) : IClassFixture<ServerPool<FtpServer>>, IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodTheory("vsftpd", "curl"), EveryPath]
    public async Task File_is_fetched(TrafficPath path, IpFamily family)
    {
        var server = await servers.InAsync(fixture.Mesh.ServerOf(path));
        var content = RandomNumberGenerator.GetBytes(4 << 20);
        server.Publish("file", content);
        var detected = await fixture.Mesh.DetectionsAsync(path, "server_first");

        await Curl.RunAsync(fixture.Mesh.ClientOf(path), "--output", _scratch.PathOf("file"), Url(path, family, server, "file"));

        Assert.Equal(Hash(content), Hash(File.ReadAllBytes(_scratch.PathOf("file"))));
        // The control connection and the one for the file.
        await detected.AllGainAsync(2);
    }

    [PodTheory("vsftpd", "curl"), EveryPath]
    public async Task File_is_stored(TrafficPath path, IpFamily family)
    {
        var server = await servers.InAsync(fixture.Mesh.ServerOf(path));
        var content = RandomNumberGenerator.GetBytes(4 << 20);
        var name = $"upload-{path}-{family}";
        File.WriteAllBytes(_scratch.PathOf(name), content);

        await Curl.RunAsync(fixture.Mesh.ClientOf(path), "--upload-file", _scratch.PathOf(name), Url(path, family, server, "incoming/"));

        Assert.Equal(Hash(content), Hash(server.Uploaded(name)));
    }

    [PodTheory("vsftpd"), EveryPath]
    [Trait("fault", "T16")]
    public async Task Abort_is_heard_in_the_middle_of_a_transfer(TrafficPath path, IpFamily family)
    {
        var server = await servers.InAsync(fixture.Mesh.ServerOf(path));
        server.Publish("endless", new byte[64 << 20]);
        using var control = await FtpControl.LogInAsync(
            fixture.Mesh.ClientOf(path), fixture.Mesh.ServerOf(path).Endpoint(family, server.Port));
        using var data = await control.OpenDataAsync();

        await control.SendAsync("RETR endless");
        Assert.Equal(150, await control.ReplyAsync());
        // Nobody reads on: the server is stuck in its transfer, and only an urgent byte gets its attention.
        await data.ReadAsync(1);
        await control.AbortAsync();

        await data.EndAsync();
        Assert.Equal(426, await control.ReplyAsync());
        Assert.Equal(226, await control.ReplyAsync());
    }

    public void Dispose() => _scratch.Dispose();

    private string Url(TrafficPath path, IpFamily family, FtpServer server, string file) =>
        $"ftp://{fixture.Mesh.ServerOf(path).Endpoint(family, server.Port)}/{file}";

    private static string Hash(byte[] content) => Convert.ToHexString(SHA256.HashData(content));
}
