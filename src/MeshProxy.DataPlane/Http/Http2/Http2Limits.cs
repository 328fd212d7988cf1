namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>
/// Bounds of one HTTP/2 connection. Those on floods are buckets that fill with time, and with honest work: a finished stream pays for a
/// reset, a DATA frame for the pings and window updates it causes, an opened stream for its priorities.
/// So no amount of real traffic meets them.
/// </summary>
/// <param name="HeaderBlockBytes">Of one compressed header block; also what a caller holds at most before it may pass on.</param>
/// <param name="HeaderListBytes">Of one block, decoded, 32 bytes per field included.</param>
/// <param name="HeaderTableBytes">The largest dynamic table that is followed; browsers use 64 KiB, everybody else 4 KiB.</param>
/// <param name="Continuations">CONTINUATION frames of one block.</param>
/// <param name="Streams">Streams observed at a time; more are relayed and only counted.</param>
/// <param name="InformationalResponses">1xx responses to one request, as in HTTP/1.</param>
/// <param name="Resets">Streams reset before their end: rapid reset by the client, and made by the server. nghttp2's default.</param>
internal sealed record Http2Limits(
    int HeaderBlockBytes,
    int HeaderListBytes,
    int HeaderTableBytes,
    int Continuations,
    int Streams,
    int InformationalResponses,
    FloodLimit Resets,
    FloodLimit Settings,
    FloodLimit Pings,
    FloodLimit EmptyFrames,
    FloodLimit Priorities,
    FloodLimit WindowUpdates,
    FloodLimit Other)
{
    public static Http2Limits Default { get; } = new(
        HeaderBlockBytes: 64 * 1024,
        HeaderListBytes: 64 * 1024,
        HeaderTableBytes: 64 * 1024,
        Continuations: 8,
        Streams: 1024,
        InformationalResponses: 32,
        Resets: new FloodLimit(1000, 33),
        Settings: new FloodLimit(100, 5),
        Pings: new FloodLimit(200, 20),
        EmptyFrames: new FloodLimit(200, 20),
        Priorities: new FloodLimit(500, 50),
        WindowUpdates: new FloodLimit(2000, 200),
        Other: new FloodLimit(500, 50));

    public FloodLimit Limit(FloodKind kind) => kind switch
    {
        FloodKind.Resets => Resets,
        FloodKind.Settings => Settings,
        FloodKind.Pings => Pings,
        FloodKind.EmptyFrames => EmptyFrames,
        FloodKind.Priorities => Priorities,
        FloodKind.WindowUpdates => WindowUpdates,
        _ => Other,
    };
}
