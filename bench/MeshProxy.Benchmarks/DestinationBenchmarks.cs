using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Benchmarks;

/// <summary>What the table of destinations adds to a connection and to a request.</summary>
public class DestinationBenchmarks
{
    private readonly DestinationTable _table = new();
    private readonly DestinationCounters _row;
    private uint _next;

    public DestinationBenchmarks()
    {
        for (uint i = 0; i < DestinationTable.Capacity; i++)
            Connect(i);
        _row = _table.Take(Key(0));
    }

    [Benchmark]
    public void Connection_to_a_known_destination() => Connect(_next++ % DestinationTable.Capacity);

    /// <summary>A scan: each takes the row of another.</summary>
    [Benchmark]
    public void Connection_to_a_new_destination() => Connect(1_000_000 + _next++);

    [Benchmark]
    public void Request() => _row.RequestEnded(200, 0.000_345);

    private void Connect(uint address)
    {
        var row = _table.Take(Key(address));
        row.Decided(Protocol.Http1, DetectionOutcome.Http1);
        row.Ended(CloseReason.Completed);
        _table.Return(row);
    }

    private static DestinationKey Key(uint address) => new(Direction.Outbound, SocketEndpoint.V4(address, 80));
}
