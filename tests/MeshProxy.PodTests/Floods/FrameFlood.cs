using MeshProxy.Tests.Http.Http2;

namespace MeshProxy.PodTests.Floods;

/// <summary>What one connection of each HTTP/2 attack sends: several times what any honest client does.</summary>
internal static class FrameFlood
{
    private const byte HeadersFrame = 1;
    private const byte PriorityFrame = 2;
    private const byte ContinuationFrame = 9;

    public static byte[] Of(string attack) => [.. Frames.ClientStart, .. Body(attack)];

    private static byte[] Body(string attack) => attack switch
    {
        "rapid reset" => Repeat(3000, i => [.. Frames.Get(2 * i + 1), .. Frames.Reset(2 * i + 1)]),
        "settings flood" => Repeat(3000, _ => Frames.Settings()),
        "ping flood" => Repeat(3000, _ => Frames.Ping()),
        "empty data flood" => [.. Opened(), .. Repeat(3000, _ => Frames.Data(1, 0))],
        "continuation flood" => [.. Unended(), .. Repeat(3000, i => Frames.Frame(ContinuationFrame, 0, 1, Frames.Block(("a", $"{i}"))))],
        "window update flood" => [.. Opened(), .. Repeat(6000, _ => Frames.WindowUpdate(0))],
        "priority flood" => Repeat(3000, i => Frames.Frame(PriorityFrame, 0, 2 * i + 1, 0, 0, 0, 0, 1)),
        _ => throw new ArgumentOutOfRangeException(nameof(attack), attack, null),
    };

    private static byte[] Opened() => Frames.Headers(1, 0, (":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "h"));

    private static byte[] Unended() => Frames.Frame(HeadersFrame, 0, 1, Frames.Block((":method", "GET")));

    private static byte[] Repeat(int count, Func<int, byte[]> frame) => [.. Enumerable.Range(0, count).SelectMany(frame)];
}
