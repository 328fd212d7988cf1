using MeshProxy.DataPlane.Settings;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.Tests.Http.Http2;

/// <summary>
/// Seeded mutations of whole connections: whatever comes, the observer comes to rest without an exception, what passes is a prefix of what
/// came, and the verdict is the same however the bytes were split. TEST_MUTATIONS asks for more of them.
/// </summary>
public sealed class SplitPropertyTests
{
    private static readonly int Mutations =
        int.TryParse(Environment.GetEnvironmentVariable("TEST_MUTATIONS"), out var count) ? count : 3000;

    private static readonly byte[] ClientBytes =
    [
        .. ClientStart, .. Get(1), .. Call(3), .. Data(3, 30), .. WindowUpdate(0), .. Ping(), .. Data(3, 5, EndStream),
        .. Frame(1, Priority | EndStream, 5, [0, 0, 0, 0, 9, 0x82, 0x84]),
        .. Frame(9, EndHeaders, 5, [0x41, 1, (byte)'h', 0x40, 1, (byte)'x', 2, 3, 4]),
        .. Get(7), .. Reset(7), .. Frame(20, 0, 0, [1, 2, 3]), .. Settings((1, 0), (5, 20_000)),
        .. Frame(1, EndHeaders | EndStream, 9, [0x82, 0xbe, 0xbf]),
    ];

    private static readonly byte[] ServerBytes =
    [
        .. Settings((1, 8192)), .. Frame(4, Ack, 0), .. Headers(1, 0, (":status", "103")), .. Headers(1, 0, (":status", "200")),
        .. Data(1, 40), .. Headers(3, 0, (":status", "200"), ("content-type", "application/grpc")), .. Data(1, 0, EndStream),
        .. Headers(3, EndStream, ("grpc-status", "7")), .. Frame(1, EndHeaders | Padded, 5, [3, 0x48, 3, 0x34, 0x30, 0x34, 0, 0, 0]),
        .. Data(5, 3, EndStream), .. Frame(1, EndHeaders | EndStream, 9, [0xbe]), .. Frame(7, 0, 0, new byte[8]),
    ];

    [Fact]
    public void The_unchanged_connection_passes_whole_at_every_split()
    {
        var whole = Observe(ClientBytes, ServerBytes, ClientBytes.Length, ServerBytes.Length);
        Assert.DoesNotContain("refused", whole.Said);
        Assert.EndsWith("9 404 | 9 Completed", whole.Said);
        for (var piece = 1; piece < 80; piece++)
        {
            var split = Observe(ClientBytes, ServerBytes, piece, piece);
            Assert.Equal(whole.Said, split.Said);
            Assert.Equal(ClientBytes, split.PassedOfClient);
            Assert.Equal(ServerBytes, split.PassedOfServer);
        }
    }

    [Fact]
    public void Mutated_connections_get_the_same_verdict_at_every_split()
    {
        var random = new Random(815);
        for (var round = 0; round < Mutations; round++)
        {
            var client = Mutate(ClientBytes, random);
            var server = Mutate(ServerBytes, random);
            var whole = Observe(client, server, client.Length, server.Length);
            var split = Observe(client, server, random.Next(1, 30), random.Next(1, 30));
            Assert.Equal(whole.Said, split.Said);
            Assert.True(client.AsSpan().StartsWith([.. whole.PassedOfClient]));
            Assert.True(server.AsSpan().StartsWith([.. split.PassedOfServer]));
        }
    }

    private static ObservedHttp2 Observe(byte[] client, byte[] server, int clientPiece, int serverPiece)
    {
        var h2 = new ObservedHttp2(FramingPolicy.Refuse);
        foreach (var piece in client.Chunk(clientPiece))
            h2.Client(piece);
        foreach (var piece in server.Chunk(serverPiece))
            h2.Server(piece);
        return h2;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        // The preface is detection's.
        for (var change = random.Next(0, 3); change > 0; change--)
        {
            var position = random.Next(bytes.Length == ClientBytes.Length ? Preface.Length : 0, mutated.Count);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Insert(position, (byte)random.Next(256));
                    break;
                case 1:
                    mutated.RemoveAt(position);
                    break;
                default:
                    mutated[position] = random.Next(2) == 0 ? (byte)(mutated[position] ^ 1 << random.Next(8)) : (byte)random.Next(256);
                    break;
            }
        }
        return [.. mutated];
    }
}
