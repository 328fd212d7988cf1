using System.Net.Sockets;
using MeshProxy.PodTests.Endurance.Chaos;
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
    private readonly Dictionary<Disturbance, long> _excused = [];
    private long _began;

    public long Conversations { get; private set; }

    public long Faults { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Conversations that broke off by a disturbance that may cost them.</summary>
    public long Excused(Disturbance cause) => _excused.GetValueOrDefault(cause);

    /// <summary>Throws with the seed and the number of the conversation that went wrong.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        _began = TimeProvider.System.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            var isFault = _random.Next(100) == 0;
            var kind = isFault
                ? (ConversationKind)_random.Next((int)ConversationKind.ClientResets, (int)ConversationKind.HttpAborted + 1)
                : (ConversationKind)_random.Next((int)ConversationKind.ClientResets);
            await HoldAsync(kind, sides[_random.Next(sides.Length)]);
            Conversations++;
            Faults += isFault ? 1 : 0;
        }
    }

    private async Task HoldAsync(ConversationKind kind, SoakSide side)
    {
        var upstream = UpstreamOf(kind, side);
        var (served, tracked) = (upstream?.Generation.Number ?? 0, side.Tracking.Number);
        try
        {
            await HoldAsync(kind, side, upstream).WaitAsync(Bound.Work, CancellationToken.None);
        }
        catch (Exception end) when (Cause(end, side, upstream, served, tracked) is { } cause)
        {
            _excused[cause] = Excused(cause) + 1;
        }
        catch (Exception failed)
        {
            throw new InvalidOperationException(
                $"conversation {Conversations} ({side.Path} {kind}) of the worker with seed {seed} failed after "
                + $"{TimeProvider.System.GetElapsedTime(_began).TotalSeconds:0.000} s of traffic: {failed.Message}",
                failed);
        }
    }

    /// <summary>The disturbance that may cost this; null where none may.</summary>
    private static Disturbance? Cause(Exception end, SoakSide side, IUpstream? upstream, int served, int tracked)
    {
        if (upstream?.Generation.HasGoneSince(served) == true && May(Disturbance.UpstreamRestart))
            return Disturbance.UpstreamRestart;
        return side.Tracking.HasGoneSince(tracked) && May(Disturbance.ConntrackFlush) ? Disturbance.ConntrackFlush : null;

        bool May(Disturbance disturbance) => end is TimeoutException
            ? ChaosCost.MayStandStill(disturbance)
            : IsBrokenOff(end) && ChaosCost.MayBreakOff(disturbance);
    }

    private static bool IsBrokenOff(Exception end) =>
        end is SocketException or HttpRequestException or ObjectDisposedException or IOException and not EndOfStreamException;

    private IUpstream? UpstreamOf(ConversationKind kind, SoakSide side) => kind switch
    {
        ConversationKind.Echo or ConversationKind.ClientResets or ConversationKind.Garbage => side.Stream,
        ConversationKind.EchoOnOpaquePort or ConversationKind.Download or ConversationKind.ServerResets => side.OpaqueStream,
        ConversationKind.ServerSpeaksFirst => side.Greeter,
        ConversationKind.Http1 => side.Web1,
        ConversationKind.Http2 => side.Web2,
        ConversationKind.NobodyListens => null,
        _ => _random.Next(2) == 0 ? side.Web1 : side.Web2,
    };

    private Task HoldAsync(ConversationKind kind, SoakSide side, IUpstream? upstream) => (kind, upstream) switch
    {
        (ConversationKind.ServerSpeaksFirst, StreamServer server) => GreetAsync(side, server),
        (ConversationKind.Download, StreamServer server) => DownloadAsync(side, server),
        (ConversationKind.ClientResets, StreamServer server) => ResetAsync(side, server),
        (ConversationKind.ServerResets, StreamServer server) => BeResetAsync(side, server),
        (ConversationKind.Garbage, StreamServer server) => SendGarbageAsync(side, server),
        (_, StreamServer server) => EchoAsync(side, server),
        (ConversationKind.HttpUpload, WebUpstream web) => PostAsync(web.Http),
        (ConversationKind.HttpCancelled, WebUpstream web) => CancelAsync(web.Http),
        (ConversationKind.HttpAborted, WebUpstream web) => BeAbortedAsync(web.Http),
        (_, WebUpstream web) => GetAsync(web.Http),
        _ => BeRefusedAsync(side),
    };

    private async Task EchoAsync(SoakSide side, StreamServer server)
    {
        var text = Payload.Of(_random.Next(), _random.Next(1, LongestText));
        using var socket = await side.ConnectAsync(server.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('E'));
        await socket.SendAllAsync(text);
        socket.Shutdown(SocketShutdown.Send);
        await Faithful.ReadAsync(socket, text);
        Bytes += text.Length;
    }

    private static async Task GreetAsync(SoakSide side, StreamServer server)
    {
        using var socket = await side.ConnectAsync(server.Endpoint);
        var greeting = await socket.ReadAsync(StreamServer.Greeting.Length);
        Expect(true, StreamServer.Greeting.AsSpan().SequenceEqual(greeting));
        await socket.SendAllAsync(StreamServer.Order('G'));
        await Faithful.ReadAsync(socket, []);
    }

    private async Task DownloadAsync(SoakSide side, StreamServer server)
    {
        var (seed, length) = (_random.Next(), _random.Next(1, LongestDownload));
        using var socket = await side.ConnectAsync(server.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('D', seed, length));
        await Faithful.ReadAsync(socket, Payload.Of(seed, length));
        Bytes += length;
    }

    private async Task GetAsync(HttpClient http)
    {
        var (seed, length) = (_random.Next(), _random.Next(LongestText));
        using var answer = await http.GetAsync($"/bytes?seed={seed}&length={length}", HttpCompletionOption.ResponseHeadersRead);
        await CheckAsync(answer, Payload.Of(seed, length));
    }

    private async Task PostAsync(HttpClient http)
    {
        var text = Payload.Of(_random.Next(), _random.Next(LongestText));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo")
        {
            Content = new ByteArrayContent(text),
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await CheckAsync(answer, text);
    }

    private async Task CheckAsync(HttpResponseMessage answer, byte[] expected)
    {
        answer.EnsureSuccessStatusCode();
        await Faithful.ReadAsync(answer.Content, expected);
        Bytes += expected.Length;
    }

    private async Task ResetAsync(SoakSide side, StreamServer server)
    {
        var socket = await side.ConnectAsync(server.Endpoint);
        await socket.SendAllAsync(StreamServer.Order('E'));
        await socket.SendAllAsync(new byte[_random.Next(LongestText)]);
        socket.Reset();
    }

    private static async Task BeResetAsync(SoakSide side, StreamServer server)
    {
        using var socket = await side.ConnectAsync(server.Endpoint);
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
    private static async Task SendGarbageAsync(SoakSide side, StreamServer server)
    {
        using var socket = await side.ConnectAsync(server.Endpoint);
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

    private static void Expect<T>(T expected, T seen)
    {
        if (!Equals(expected, seen))
            throw new InvalidDataException($"{seen} instead of {expected}");
    }
}
