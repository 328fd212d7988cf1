using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Destinations;
using MeshProxy.DataPlane.Telemetry.Ends;

namespace MeshProxy.Telemetry.Status;

/// <summary>
/// Reads the data plane once a second while somebody watches, and keeps what rates and recent percentiles are made from. One thread at a
/// time; forgotten when nobody watches any more, with its memory (about 0.8 KiB a destination).
/// </summary>
internal sealed class StatusSampler(ServerStatus status, TimeProvider time)
{
    /// <summary>Ends shown, of those remembered by all loops.</summary>
    private const int MostEnds = 50;

    private readonly Dictionary<DestinationKey, DestinationSums> _sums = [];
    private readonly Dictionary<DestinationKey, DestinationTrend> _trends = [];
    private readonly List<EndRecord> _ends = [];
    private long _readAt;

    public DirectionTrend Inbound { get; } = new();

    public DirectionTrend Outbound { get; } = new();

    public DirectionTrend Both { get; } = new();

    public IReadOnlyCollection<DestinationTrend> Destinations => _trends.Values;

    /// <summary>Of destinations that have no row.</summary>
    public DestinationSums Others { get; } = new(default);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<EndRecord> Ends => _ends;

    public void Read()
    {
        var now = time.GetTimestamp();
        var seconds = _readAt == 0 ? 1 : Math.Max(0.001, time.GetElapsedTime(_readAt, now).TotalSeconds);
        _readAt = now;
        ReadDirections(seconds);
        ReadDestinations(seconds);
        _ends.Clear();
        status.ReadEnds(_ends);
        _ends.Sort(static (a, b) => b.AtMilliseconds.CompareTo(a.AtMilliseconds));
        if (_ends.Count > MostEnds)
            _ends.RemoveRange(MostEnds, _ends.Count - MostEnds);
    }

    private void ReadDirections(double seconds)
    {
        Span<long> connects = stackalloc long[ServerStatus.ConnectBounds.Length + 1];
        var (inbound, outbound) = (status.Totals(Direction.Inbound), status.Totals(Direction.Outbound));
        status.AddConnects(Direction.Inbound, connects);
        Inbound.Advance(seconds, inbound, connects);
        status.AddConnects(Direction.Outbound, connects);
        Both.Advance(seconds, inbound + outbound, connects);
        connects.Clear();
        status.AddConnects(Direction.Outbound, connects);
        Outbound.Advance(seconds, outbound, connects);
    }

    private void ReadDestinations(double seconds)
    {
        status.ReadDestinations(_sums, Others);
        foreach (var direction in (ReadOnlySpan<DirectionTrend>)[Inbound, Outbound, Both])
            direction.Requests.Fade();
        foreach (var (key, sums) in _sums)
        {
            if (!_trends.TryGetValue(key, out var trend) || !ReferenceEquals(trend.Sums, sums))
                _trends[key] = trend = new DestinationTrend(sums);
            trend.Advance(seconds, key.Direction == Direction.Inbound ? Inbound.Requests : Outbound.Requests, Both.Requests);
        }
        if (_trends.Count == _sums.Count)
            return;
        foreach (var key in _trends.Keys.Where(key => !_sums.ContainsKey(key)).ToList())
            _trends.Remove(key);
    }
}
