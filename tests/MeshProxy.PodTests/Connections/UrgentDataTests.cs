using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>TCP urgent data, as FTP's ABOR and telnet's interrupt send it, stays urgent.</summary>
[Collection(MeshCollection.Name)]
public sealed class UrgentDataTests(MeshFixture fixture)
{
    [PodTheory, EveryPath]
    [Trait("fault", "T16")]
    public async Task Urgent_byte_of_the_client_arrives_as_urgent_in_its_place(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await UrgentAsync(session.Client, session.Server);
    }

    [PodTheory, EveryPath]
    [Trait("fault", "T16")]
    public async Task Urgent_byte_of_the_server_arrives_as_urgent_in_its_place(TrafficPath path, IpFamily family)
    {
        using var session = await TcpSession.OpenAsync(fixture.Mesh, path, family);
        await UrgentAsync(session.Server, session.Client);
    }

    private static async Task UrgentAsync(Socket from, Socket to)
    {
        await from.SendTextAsync("before");
        Assert.Equal(1, from.Send("!"u8, SocketFlags.OutOfBand));
        await from.SendTextAsync("after");

        await Bound.UntilAsync(() => Task.FromResult(to.Poll(0, SelectMode.SelectError)), Bound.Exchange, () => "no urgent data came");
        var urgent = new byte[1];
        Assert.Equal(1, to.Receive(urgent, SocketFlags.OutOfBand));
        Assert.Equal((byte)'!', urgent[0]);
        Assert.Equal("before", await ReadToMarkAsync(to));
        Assert.Equal("after", await to.ReadTextAsync("after".Length));
    }

    // A read never crosses the urgent mark (tcp(7)): so one that asks for more ends there.
    private static async Task<string> ReadToMarkAsync(Socket socket)
    {
        var text = new byte[64];
        var filled = 0;
        while (filled < "before".Length)
            filled += await socket.ReceiveAsync(text.AsMemory(filled)).AsTask().WaitAsync(Bound.Exchange);
        return System.Text.Encoding.ASCII.GetString(text, 0, filled);
    }
}
