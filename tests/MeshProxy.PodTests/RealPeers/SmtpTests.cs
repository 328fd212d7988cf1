using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;

namespace MeshProxy.PodTests.RealPeers;

[Collection(MeshCollection.Name)]
public sealed class SmtpTests(MeshFixture fixture, ServerPool<MailServer> servers) : IClassFixture<ServerPool<MailServer>>, IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [PodTheory("exim4", "curl"), EveryPath]
    public async Task Letter_is_delivered_on_an_unmarked_port(TrafficPath path, IpFamily family)
    {
        var server = await servers.InAsync(fixture.Mesh.ServerOf(path));
        var detected = await fixture.Mesh.DetectionsAsync(path, "server_first");
        var subject = $"letter {Guid.NewGuid()}";
        File.WriteAllText(_scratch.PathOf("letter"), $"Subject: {subject}\r\n\r\nHello\r\n");

        await Curl.RunAsync(
            fixture.Mesh.ClientOf(path),
            $"smtp://{fixture.Mesh.ServerOf(path).Endpoint(family, server.Port)}",
            "--mail-from", "app@pod.test",
            "--mail-rcpt", "box@mail.test",
            "--upload-file", _scratch.PathOf("letter"));

        await detected.AllGainAsync(1);
        await Bound.UntilAsync(
            () => Task.FromResult(server.Letters.Contains(subject, StringComparison.Ordinal)),
            Bound.Exchange,
            () => "the letter is not in the box");
    }

    public void Dispose() => _scratch.Dispose();
}
