using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.DataPlane.Destinations;

public sealed class DestinationTableTests
{
    private readonly DestinationTable _table = new();

    [Fact]
    public void Same_destination_is_one_row_in_each_direction()
    {
        var first = _table.Take(Key(1));
        Assert.Same(first, _table.Take(Key(1)));
        Assert.NotSame(first, _table.Take(Key(1) with { Direction = Direction.Inbound }));
        Assert.Equal((2, 2), (Sums(first).Opened, Sums(first).Open));
    }

    [Fact]
    public void Row_that_was_idle_longest_gives_way_and_its_counts_are_kept()
    {
        for (uint i = 0; i < DestinationTable.Capacity; i++)
            End(_table.Take(Key(i)), CloseReason.UpstreamReset);
        // The oldest is used again, so the second oldest is the one to go.
        var kept = _table.Take(Key(0));
        End(kept, CloseReason.Completed);

        _table.Take(Key(9999));

        Assert.Same(kept, _table.Take(Key(0)));
        Assert.DoesNotContain(Rows(), row => row.Key == Key(1));
        Assert.Equal((1, 0, 1), (Sums(_table.Overflow).Opened, Sums(_table.Overflow).Open, Sums(_table.Overflow).Failures));
    }

    [Fact]
    public void Where_no_row_is_idle_connections_count_in_the_overflow()
    {
        for (uint i = 0; i < DestinationTable.Capacity; i++)
            _table.Take(Key(i));
        var row = _table.Take(Key(9999));
        Assert.Same(_table.Overflow, row);
        End(row, CloseReason.Completed);
        Assert.Equal((1, 0), (Sums(_table.Overflow).Opened, Sums(_table.Overflow).Open));
        Assert.Equal(DestinationTable.Capacity, Rows().Count);
    }

    /// <summary>Random use against a model: nothing is counted twice or lost, however rows come and go.</summary>
    [Fact]
    public void Every_connection_is_counted_once()
    {
        var random = new Random(7);
        var open = new List<DestinationCounters>();
        const int connections = 20_000;
        for (var i = 0; i < connections; i++)
        {
            open.Add(_table.Take(Key((uint)random.Next(3 * DestinationTable.Capacity))));
            while (open.Count > 0 && random.Next(100) < 50)
            {
                var ended = random.Next(open.Count);
                End(open[ended], CloseReason.Completed);
                open.RemoveAt(ended);
            }
        }
        Assert.Equal(connections, Rows().Append(_table.Overflow).Sum(row => Sums(row).Opened));
        Assert.Equal(open.Count, Rows().Append(_table.Overflow).Sum(row => Sums(row).Open));
        Assert.InRange(Rows().Count, 1, DestinationTable.Capacity);
    }

    [Fact]
    public void Failed_requests_and_abnormal_ends_are_failures()
    {
        var row = _table.Take(Key(1));
        row.RequestEnded(200, 0.001);
        row.RequestEnded(503, 0.001);
        End(row, CloseReason.DownstreamReset);
        Assert.Equal((2, 2), (Sums(row).Requests, Sums(row).Failures));
    }

    private void End(DestinationCounters row, CloseReason reason)
    {
        row.Ended(reason);
        _table.Return(row);
    }

    private List<DestinationCounters> Rows()
    {
        var rows = new List<DestinationCounters>();
        foreach (var row in _table.Slots)
        {
            if (row is not null)
                rows.Add(row);
        }
        return rows;
    }

    private static DestinationSums Sums(DestinationCounters row)
    {
        var sums = new DestinationSums(row.Key);
        row.AddTo(sums);
        return sums;
    }

    private static DestinationKey Key(uint address) => new(Direction.Outbound, SocketEndpoint.V4(address, 80));
}
