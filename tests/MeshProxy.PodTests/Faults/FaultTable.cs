using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Faults;

/// <summary>What each fault comes to.</summary>
/// <param name="Seen">
/// What the client gets: a status of the proxy's own, the reason of its GOAWAY, 'all' the server has said, or nothing; and the end of its
/// connection, where that is not the FIN behind the proxy's own answer.
/// </param>
/// <param name="Reason">In metrics and log.</param>
/// <param name="NotBefore">The timeout that ends it; zero where the fault ends it at once.</param>
internal sealed record FaultTable(TrafficPath Path, Fault Fault, Speech Speech, string Seen, string Reason, TimeSpan NotBefore)
{
    public const int ConnectTimeout = 700;
    public const int RequestTimeout = 5000;
    public const int IdleTimeout = 9000;

    /// <summary>What an HTTP/2 server has, once a request's time is over, to acknowledge that it was told so; this one is stuck.</summary>
    public const int ServersPatience = 2000;

    public const int UserTimeout = 2000;

    private const string OpaqueAndHttp1 =
        """
        Refused            | RST connect_refused     | 502 connect_refused
        Rejected           | RST connect_unreachable | 502 connect_unreachable
        Blackholed         | RST connect_timeout     | 504 connect_timeout
        ResetBefore        | RST upstream_reset      | 502 upstream_reset
        ResetMid           | all RST upstream_reset  | all RST upstream_reset
        ResetAfter         | all RST upstream_reset  | all RST upstream_reset
        EndMidBody         | all FIN completed       | all RST response_refused
        Garbage            | all FIN completed       | 502 response_refused
        InformationalStorm | all FIN completed       | 502 response_refused
        Stall              | RST idle_timeout        | 504 request_timeout
        SlowReader         | all FIN completed       | all FIN completed
        Vanished           | RST upstream_vanished   | 502 upstream_vanished
        """;

    // HTTP/2 tells by itself what was cut off: a stream without END_STREAM is no answer. So ends within an answer pass as they came.
    private const string Http2AndGrpc =
        """
        Refused            | 502 connect_refused                 | grpc-status 14 connect_refused
        Rejected           | 502 connect_unreachable             | grpc-status 14 connect_unreachable
        Blackholed         | 504 connect_timeout                 | grpc-status 4 connect_timeout
        ResetBefore        | 502 upstream_reset                  | grpc-status 14 upstream_reset
        ResetMid           | all RST upstream_reset              | all RST upstream_reset
        ResetAfter         | all RST upstream_reset              | all RST upstream_reset
        EndMidBody         | all FIN completed                   | all FIN completed
        Garbage            | compression-failed response_refused | compression-failed response_refused
        InformationalStorm | too-many-informational flood        | too-many-informational flood
        Stall              | 504 request_timeout                 | grpc-status 4 request_timeout
        SlowReader         | all FIN completed                   | all FIN completed
        Vanished           | 502 upstream_vanished               | grpc-status 14 upstream_vanished
        """;

    public static IReadOnlyList<FaultTable> All { get; } =
        [.. Rows(OpaqueAndHttp1, Speech.Opaque, Speech.Http1), .. Rows(Http2AndGrpc, Speech.Http2, Speech.Grpc)];

    public static FaultTable Of(TrafficPath path, Fault fault, Speech speech) =>
        All.Single(row => row.Path == path && row.Fault == fault && row.Speech == speech);

    private static IEnumerable<FaultTable> Rows(string table, params Speech[] columns) =>
        from row in table.Split('\n')
        let cells = row.Split('|', StringSplitOptions.TrimEntries)
        let fault = Enum.Parse<Fault>(cells[0])
        from path in new[] { TrafficPath.Inbound, TrafficPath.Outbound }
        from speech in columns
        let cell = cells[1 + Array.IndexOf(columns, speech)]
        let blank = cell.LastIndexOf(' ')
        select new FaultTable(path, fault, speech, cell[..blank], cell[(blank + 1)..], TimeSpan.FromMilliseconds(BoundOf(fault, speech)));

    private static int BoundOf(Fault fault, Speech speech) => fault switch
    {
        Fault.Blackholed => ConnectTimeout,
        Fault.Stall when speech == Speech.Opaque => IdleTimeout,
        Fault.Stall when speech == Speech.Http1 => RequestTimeout,
        Fault.Stall => RequestTimeout + ServersPatience,
        Fault.Vanished => UserTimeout,
        _ => 0,
    };
}
