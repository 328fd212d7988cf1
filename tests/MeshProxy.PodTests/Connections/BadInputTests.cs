using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>What looks like a protocol and is none is the server's business: it gets every byte.</summary>
[Collection(MeshCollection.Name)]
public sealed class BadInputTests(MeshFixture fixture)
{
    private static readonly byte[] EndlessWord = Encoding.ASCII.GetBytes(new string('a', 65536));

    // A handshake record that promises more bytes than a record may have, and in it a ClientHello that promises more still.
    private static readonly byte[] LyingClientHello =
        [0x16, 0x03, 0x01, 0xff, 0xff, 0x01, 0xff, 0xff, 0xff, 0x03, 0x03, .. RandomNumberGenerator.GetBytes(2000)];

    // Well-formed records, but the extensions say they are longer than the message they stand in.
    private static readonly byte[] LyingExtensions =
    [
        0x16, 0x03, 0x01, 0x00, 0x31, 0x01, 0x00, 0x00, 0x2d, 0x03, 0x03, .. RandomNumberGenerator.GetBytes(32),
        0x00, 0x00, 0x02, 0x13, 0x01, 0x01, 0x00, 0xff, 0xff, 0x00,
    ];

    public static TheoryData<TrafficPath, string> Inputs()
    {
        var rows = new TheoryData<TrafficPath, string>();
        foreach (var path in Enum.GetValues<TrafficPath>())
        {
            foreach (var input in new[] { nameof(EndlessWord), nameof(LyingClientHello), nameof(LyingExtensions) })
                rows.Add(path, input);
        }
        return rows;
    }

    [PodTheory, MemberData(nameof(Inputs))]
    public async Task Every_byte_reaches_the_server(TrafficPath path, string input)
    {
        var bytes = input switch
        {
            nameof(EndlessWord) => EndlessWord,
            nameof(LyingClientHello) => LyingClientHello,
            _ => LyingExtensions,
        };
        var timeouts = await fixture.Mesh.DetectionsAsync(path, "timeout");
        var pod = fixture.Mesh.ServerOf(path);
        using var listener = pod.Namespace.Listen(pod.V4, pod.Namespace.NextPort());
        using var client = await fixture.Mesh.ClientOf(path).ConnectAsync((IPEndPoint)listener.LocalEndPoint!);

        await client.SendAllAsync(bytes);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        Assert.Equal(bytes, await server.ReadAsync(bytes.Length));
        await timeouts.AllGainAsync(0);
    }

    /// <summary>It looks like nothing but a request, so it is not the server's business any more: RFC 9110 §15.5.15.</summary>
    [PodTheory]
    [InlineData(TrafficPath.Inbound)]
    [InlineData(TrafficPath.Outbound)]
    public async Task Request_line_without_end_is_answered_with_414(TrafficPath path)
    {
        var pod = fixture.Mesh.ServerOf(path);
        using var listener = pod.Namespace.Listen(pod.V4, pod.Namespace.NextPort());
        using var client = await fixture.Mesh.ClientOf(path).ConnectAsync((IPEndPoint)listener.LocalEndPoint!);

        await client.SendTextAsync("GET /" + new string('a', 65536));

        const string Answer = "HTTP/1.1 414 ";
        Assert.Equal(Answer, await client.ReadTextAsync(Answer.Length));
    }

    [PodTheory, EveryPath]
    public async Task Reset_while_it_is_undecided_reaches_the_server_as_a_reset(TrafficPath path, IpFamily family)
    {
        var reset = await fixture.Mesh.ClosedAsync(path, "downstream_reset");
        var pod = fixture.Mesh.ServerOf(path);
        using var listener = pod.Namespace.Listen(pod.Address(family), pod.Namespace.NextPort());
        using var client = await fixture.Mesh.ClientOf(path).ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        await client.SendTextAsync("GE");
        client.Reset();

        Assert.Equal(SocketError.ConnectionReset, await server.EndAsync());
        await reset.AllGainAsync(1);
    }
}
