using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;

namespace MeshProxy.PodTests.RealPeers;

/// <summary>curl and nginx through the sidecars.</summary>
[Collection(MeshCollection.Name)]
public sealed class HttpTests(MeshFixture fixture, ServerPool<NginxServer> servers) : IClassFixture<ServerPool<NginxServer>>, IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodTheory("nginx", "curl"), EveryPath]
    public async Task Requests_share_one_kept_alive_connection(TrafficPath path, IpFamily family)
    {
        var mesh = fixture.Mesh;
        var server = await servers.InAsync(mesh.ServerOf(path));
        server.Publish("small", 512);
        var url = $"http://{mesh.ServerOf(path).Endpoint(family, server.Port)}/small";
        var detected = await mesh.DetectionsAsync(path, "http1");

        var connects = await Curl.RunAsync(
            mesh.ClientOf(path), "--write-out", "%{num_connects}\n",
            "--output", "/dev/null", url, "--output", "/dev/null", url, "--output", "/dev/null", url);

        Assert.Equal("1\n0\n0\n", connects);
        await detected.AllGainAsync(1);
    }

    [PodTheory("nginx", "curl"), EveryPath]
    public async Task A_big_file_arrives_whole(TrafficPath path, IpFamily family)
    {
        var mesh = fixture.Mesh;
        var server = await servers.InAsync(mesh.ServerOf(path));
        var sent = server.Publish("big", 64 << 20);

        await Curl.RunAsync(
            mesh.ClientOf(path), "--output", _scratch.PathOf("big"), $"http://{mesh.ServerOf(path).Endpoint(family, server.Port)}/big");

        Assert.True(File.ReadAllBytes(_scratch.PathOf("big")).AsSpan().SequenceEqual(sent), "the file differs");
    }

    [PodTheory("nginx", "curl"), EveryPath]
    public async Task An_upload_arrives_whole(TrafficPath path, IpFamily family)
    {
        var mesh = fixture.Mesh;
        var server = await servers.InAsync(mesh.ServerOf(path));
        var sent = WriteUpload(8 << 20);

        await Curl.RunAsync(
            mesh.ClientOf(path), "--upload-file", _scratch.PathOf("upload"),
            $"http://{mesh.ServerOf(path).Endpoint(family, server.Port)}/uploads/");

        Assert.True(server.Uploaded("upload").AsSpan().SequenceEqual(sent), "the upload differs");
    }

    // Above 1 MiB curl waits for '100 Continue' before it sends a form.
    [PodTheory("nginx", "curl"), EveryPath]
    public async Task A_posted_form_is_answered(TrafficPath path, IpFamily family)
    {
        var mesh = fixture.Mesh;
        var server = await servers.InAsync(mesh.ServerOf(path));
        var sent = WriteUpload(2 << 20);

        var answer = await Curl.RunAsync(
            mesh.ClientOf(path), "--data-binary", "@" + _scratch.PathOf("upload"),
            $"http://{mesh.ServerOf(path).Endpoint(family, server.Port)}/form");

        Assert.Equal($"received {sent.Length}\n", answer);
    }

    [PodTheory("nginx", "curl"), EveryPath]
    public async Task Tls_passes_untouched_and_is_recognised(TrafficPath path, IpFamily family)
    {
        var mesh = fixture.Mesh;
        var server = await servers.InAsync(mesh.ServerOf(path));
        server.Publish("small", 512);
        var endpoint = mesh.ServerOf(path).Endpoint(family, server.TlsPort);
        var detected = await mesh.DetectionsAsync(path, "tls");

        await Curl.RunAsync(mesh.ClientOf(path), "--cacert", server.CertificateFile, "--output", "/dev/null", $"https://{endpoint}/small");

        await detected.AllGainAsync(1);
    }

    public void Dispose() => _scratch.Dispose();

    private byte[] WriteUpload(int length)
    {
        var content = new byte[length];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(_scratch.PathOf("upload"), content);
        return content;
    }
}
