using System.Net.Sockets;
using System.Security.Cryptography;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane;

/// <summary>Many connections of a loop ready at once: small sends are put off to the end of the turn, and nobody may notice.</summary>
public sealed class CrowdedTurnTests : IDisposable
{
    /// <summary>Twice what the loop posts before it sends, and some.</summary>
    private const int Connections = 40;

    /// <summary>What is posted at most is 4 KiB.</summary>
    private static readonly int[] Sizes = [1, 100, 4095, 4096, 4097, 65_536, 100_000];

    private readonly Socket _listener = Peer.Listen();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Messages_of_all_arrive_whole_both_ways()
    {
        await using var loop = new HeldLoop(_listener.LocalEndPoint!);
        using var pairs = await Pairs.OpenAsync(loop, _listener);
        var messages = Enumerable.Range(0, Connections).Select(i => RandomNumberGenerator.GetBytes(Sizes[i % Sizes.Length])).ToArray();
        await loop.InOneTurnAsync(async () =>
        {
            for (var i = 0; i < Connections; i++)
            {
                await pairs[i].Client.SendAllAsync(messages[i]);
                await pairs[i].Server.SendAllAsync(messages[^(i + 1)]);
            }
        });
        for (var i = 0; i < Connections; i++)
        {
            Assert.Equal(messages[i], await pairs[i].Server.ReadExactlyAsync(messages[i].Length));
            Assert.Equal(messages[^(i + 1)], await pairs[i].Client.ReadExactlyAsync(messages[^(i + 1)].Length));
        }
    }

    [Fact]
    public async Task End_behind_a_message_arrives_behind_it()
    {
        await using var loop = new HeldLoop(_listener.LocalEndPoint!);
        using var pairs = await Pairs.OpenAsync(loop, _listener);
        await loop.InOneTurnAsync(async () =>
        {
            for (var i = 0; i < Connections; i++)
            {
                await pairs[i].Client.SendAllAsync("bye\n"u8.ToArray());
                pairs[i].Client.Shutdown(SocketShutdown.Send);
            }
        });
        for (var i = 0; i < Connections; i++)
        {
            Assert.Equal("bye\n"u8.ToArray(), await pairs[i].Server.ReadToEndAsync());
            await pairs[i].Server.SendAllAsync("so long\n"u8.ToArray());
            Assert.Equal("so long\n"u8.ToArray(), await pairs[i].Client.ReadExactlyAsync(8));
        }
    }

    /// <summary>One that the loop sees in the same turn as the message, and one that it sees in the next.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_of_one_side_reaches_the_other_and_nothing_stays(bool inTheSameTurn)
    {
        await using var loop = new HeldLoop(_listener.LocalEndPoint!);
        using var pairs = await Pairs.OpenAsync(loop, _listener);
        await loop.InOneTurnAsync(async () =>
        {
            for (var i = 0; i < Connections; i++)
            {
                await pairs[i].Client.SendAllAsync("anybody?\n"u8.ToArray());
                if (inTheSameTurn)
                    pairs[i].Server.Reset();
            }
        });
        for (var i = 0; i < Connections; i++)
        {
            if (!inTheSameTurn)
                pairs[i].Server.Reset();
            Assert.Empty(await pairs[i].Client.ReadToResetAsync());
        }
        await loop.Proxy.AssertEndedAsync(CloseReason.UpstreamReset);
    }

    [Fact]
    public async Task Sink_that_takes_nothing_any_more_gets_all_when_it_does()
    {
        await using var loop = new HeldLoop(_listener.LocalEndPoint!);
        using var pairs = await Pairs.OpenAsync(loop, _listener);
        var (client, server) = pairs[0];
        var sent = await FillAsync(client);
        await loop.InOneTurnAsync(async () =>
        {
            for (var i = 1; i < Connections; i++)
                await pairs[i].Client.SendAllAsync("small\n"u8.ToArray());
        });
        for (var i = 1; i < Connections; i++)
            Assert.Equal("small\n"u8.ToArray(), await pairs[i].Server.ReadExactlyAsync(6));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, (await server.ReadToEndAsync()).Length);
    }

    /// <summary>Small messages, until neither the proxy nor a kernel takes any more.</summary>
    private static async Task<int> FillAsync(Socket client)
    {
        var (block, sent) = (new byte[1000], 0);
        client.Blocking = false;
        for (var refused = 0; refused < 20;)
        {
            var taken = client.Send(block, SocketFlags.None, out var error);
            sent += error == SocketError.Success ? taken : 0;
            refused = error == SocketError.Success ? 0 : refused + 1;
            if (error != SocketError.Success)
                await Task.Delay(5);
        }
        return sent;
    }

    private sealed class Pairs : IDisposable
    {
        private readonly List<(Socket Client, Socket Server)> _pairs = [];

        public (Socket Client, Socket Server) this[int index] => _pairs[index];

        public static async Task<Pairs> OpenAsync(HeldLoop loop, Socket listener)
        {
            var opened = new Pairs();
            while (opened._pairs.Count < Connections)
                opened._pairs.Add(await loop.OpenAsync(listener));
            return opened;
        }

        public void Dispose()
        {
            foreach (var (client, server) in _pairs)
            {
                client.Dispose();
                server.Dispose();
            }
        }
    }
}
