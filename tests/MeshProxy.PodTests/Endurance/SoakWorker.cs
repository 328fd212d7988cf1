using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Holds one conversation after the other, as its seed says, and checks every byte of each. One in a hundred is a fault, which must end as
/// that fault does and disturb nobody else.
/// </summary>
internal sealed class SoakWorker(int seed, SoakSide[] sides)
{
    private const int LongestText = 64 << 10;
    private const int LongestDownload = 4 << 20;

    private readonly Random _random = new(seed);

    public long Conversations { get; private set; }

    public long Faults { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Throws with the seed and the number of the conversation that went wrong.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var isFault = _random.Next(100) == 0;
            var kind = isFault
                ? (ConversationKind)_random.Next((int)ConversationKind.ClientResets, (int)ConversationKind.HttpAborted + 1)
                : (ConversationKind)_random.Next((int)ConversationKind.ClientResets);
            try
            {
                await HoldAsync(kind, sides[_random.Next(sides.Length)]).WaitAsync(Bound.Work, CancellationToken.None);
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException(
                    $"conversation {Conversations} ({kind}) of the worker with seed {seed} failed: {failed.Message}", failed);
            }
            Conversations++;
            Faults += isFault ? 1 : 0;
        }
    }

    private Task HoldAsync(ConversationKind kind, SoakSide side) => kind switch
    {
        ConversationKind.Echo => EchoAsync(side, side.Stream),
        ConversationKind.EchoOnOpaquePort => EchoAsync(side, side.OpaqueStream),
        ConversationKind.ServerSpeaksFirst => GreetAsync(side),
        ConversationKind.Download => DownloadAsync(side),
        ConversationKind.Http1 => GetAsync(side.Http1),
        ConversationKind.Http2 => GetAsync(side.Http2),
        ConversationKind.HttpUpload => PostAsync(_random.Next(2) == 0 ? side.Http1 : side.Http2),
        ConversationKind.ClientResets => ResetAsync(side),
        ConversationKind.ServerResets => BeResetAsync(side),
        ConversationKind.NobodyListens => BeRefusedAsync(side),
        ConversationKind.Garbage => SendGarbageAsync(side),
        ConversationKind.HttpCancelled => CancelAsync(_random.Next(2) == 0 ? side.Http1 : side.Http2),
        _ => BeAbortedAsync(_random.Next(2) == 0 ? side.Http1 : side.Http2),
    };

    private async Task EchoAsync(SoakSide side, StreamServer server)
    {
        var text = Payload.Of(_random.Next(), _random.Next(1, LongestText));
        using var socket = await side.ConnectAsync(server.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('E'));
        await socket.SendAllAsync(text);
        socket.Shutdown(SocketShutdown.Send);
        Check(text, await socket.ReadToEndAsync());
    }

    private async Task GreetAsync(SoakSide side)
    {
        using var socket = await side.ConnectAsync(side.Greeter.Endpoint);
        Check(StreamServer.Greeting, await socket.ReadAsync(StreamServer.Greeting.Length));
        await socket.SendAllAsync(StreamServer.Order('G'));
        Check([], await socket.ReadToEndAsync());
    }

    private async Task DownloadAsync(SoakSide side)
    {
        var (seed, length) = (_random.Next(), _random.Next(1, LongestDownload));
        using var socket = await side.ConnectAsync(side.OpaqueStream.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('D', seed, length));
        Check(Payload.Of(seed, length), await socket.ReadToEndAsync());
    }

    private async Task GetAsync(HttpClient http)
    {
        var (seed, length) = (_random.Next(), _random.Next(LongestText));
        Check(Payload.Of(seed, length), await http.GetByteArrayAsync($"/bytes?seed={seed}&length={length}"));
    }

    private async Task PostAsync(HttpClient http)
    {
        var text = Payload.Of(_random.Next(), _random.Next(LongestText));
        using var answer = await http.PostAsync("/echo", new ByteArrayContent(text));
        Check(text, await answer.Content.ReadAsByteArrayAsync());
    }

    private async Task ResetAsync(SoakSide side)
    {
        var socket = await side.ConnectAsync(side.Stream.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('E'));
        await socket.SendAllAsync(new byte[_random.Next(LongestText)]);
        socket.Reset();
    }

    private static async Task BeResetAsync(SoakSide side)
    {
        using var socket = await side.ConnectAsync(side.OpaqueStream.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('R'));
        Expect(SocketError.ConnectionReset, await socket.EndAsync());
    }

    private static async Task BeRefusedAsync(SoakSide side)
    {
        try
        {
            using var socket = await side.ConnectAsync(side.Nobody);
            Expect(SocketError.ConnectionReset, await socket.EndAsync());
        }
        catch (SocketException refused)
        {
            // The reset may be faster than the handshake's end is noticed.
            Expect(true, refused.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused);
        }
    }

    /// <summary>What begins like HTTP and is none: refused with 400, or reset where the client still sends.</summary>
    private async Task SendGarbageAsync(SoakSide side)
    {
        using var socket = await side.ConnectAsync(side.Stream.Endpoint);
        await socket.SendAllAsync("GET / HTTP/1.1\r\nHost : garbage\r\n\r\n"u8.ToArray());
        await socket.EndAsync();
    }

    private async Task CancelAsync(HttpClient http)
    {
        using var answer = await http.GetAsync($"/bytes?seed=1&length={LongestDownload}", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[_random.Next(1, 1000)]);
    }

    private static async Task BeAbortedAsync(HttpClient http)
    {
        try
        {
            await http.GetByteArrayAsync("/abort");
            throw new InvalidOperationException("an answer that was broken off looked whole");
        }
        catch (Exception end) when (end is HttpRequestException or IOException)
        {
            // The client saw that the answer was cut.
        }
    }

    private void Check(byte[] expected, byte[] received)
    {
        Bytes += received.Length;
        if (!expected.AsSpan().SequenceEqual(received))
            throw new InvalidDataException($"{received.Length} bytes came that are not the {expected.Length} sent");
    }

    private static void Expect<T>(T expected, T seen)
    {
        if (!Equals(expected, seen))
            throw new InvalidDataException($"{seen} instead of {expected}");
    }
}
