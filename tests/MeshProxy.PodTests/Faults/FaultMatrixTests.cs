using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Faults;

/// <summary>Whatever is wrong with an upstream, the client is told the truth about it, in time, and the metric names the cause.</summary>
public sealed class FaultMatrixTests(FaultMatrix matrix) : IClassFixture<FaultMatrix>
{
    /// <summary>A busy machine is late; a proxy that waits for the wrong timeout is later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(4);

    /// <summary>A loop reads its clock once a turn, so a deadline counts from a little before the deed.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    public static TheoryData<TrafficPath, Fault, Speech> Rows()
    {
        var rows = new TheoryData<TrafficPath, Fault, Speech>();
        foreach (var row in FaultTable.All)
            rows.Add(row.Path, row.Fault, row.Speech);
        return rows;
    }

    [PodTheory("nft"), MemberData(nameof(Rows))]
    public void Fault_comes_to_the_end_it_should(TrafficPath path, Fault fault, Speech speech)
    {
        var row = FaultTable.Of(path, fault, speech);
        var outcome = matrix.Of(row);

        Assert.Equal(row.Seen, outcome.Seen);
        Assert.Equal($"{DirectionOf(row)} {ProtocolOf(row)} {row.Reason}", outcome.Reason);
        Assert.InRange(outcome.After, row.NotBefore - Turn, row.NotBefore + Slack);
    }

    [PodFact("nft")]
    public void Every_end_is_counted_under_its_protocol_and_reason_and_nothing_stays_open()
    {
        foreach (var group in FaultTable.All.GroupBy(row => (Direction: DirectionOf(row), Protocol: ProtocolOf(row), row.Reason)))
        {
            var counted = matrix.Metrics.Sum(
                "meshproxy_connections_closed_total",
                ("direction", group.Key.Direction),
                ("protocol", group.Key.Protocol),
                ("reason", group.Key.Reason));
            Assert.True(group.Count() == counted, $"{group.Key} counted {counted} of {group.Count()}");
        }
        Assert.Equal(FaultTable.All.Count, matrix.Metrics.Sum("meshproxy_connections_closed_total"));
        Assert.Equal(0, matrix.Metrics.Sum("meshproxy_connections_open"));
        foreach (var fault in Enum.GetValues<Fault>())
            ReliabilityReport.Row("faults", NameOf(fault), [.. Enum.GetValues<Speech>().Select(speech => CellOf(fault, speech))]);
    }

    /// <summary>As it was seen, which the theory holds against the table.</summary>
    private FormattableString CellOf(Fault fault, Speech speech)
    {
        var paths = new[] { TrafficPath.Inbound, TrafficPath.Outbound };
        var seen = paths.Select(path => matrix.Of(FaultTable.Of(path, fault, speech))).ToList();
        var words = seen.Select(outcome => $"{outcome.Seen}, {outcome.Reason[(outcome.Reason.LastIndexOf(' ') + 1)..]}").Distinct();
        return $"{string.Join("; ", words)}, {seen.Max(outcome => outcome.After).TotalSeconds:0.0} s";
    }

    private static string NameOf(Fault fault) => fault switch
    {
        Fault.Refused => "connection refused",
        Fault.Rejected => "rejected (ICMP)",
        Fault.Blackholed => "black hole",
        Fault.ResetBefore => "reset before the answer",
        Fault.ResetMid => "reset in the middle",
        Fault.ResetAfter => "reset behind the answer",
        Fault.EndMidBody => "FIN in the middle of a body",
        Fault.Garbage => "garbage for an answer",
        Fault.InformationalStorm => "1xx without end",
        Fault.Stall => "silence",
        Fault.SlowReader => "a server that reads slowly",
        _ => "peer vanished",
    };

    private static string DirectionOf(FaultTable row) => row.Path == TrafficPath.Inbound ? "inbound" : "outbound";

    private static string ProtocolOf(FaultTable row) => row.Speech switch
    {
        Speech.Opaque => "opaque",
        Speech.Http1 => "http1",
        _ => "http2",
    };
}
