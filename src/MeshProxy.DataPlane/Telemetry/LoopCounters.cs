namespace MeshProxy.DataPlane.Telemetry;

/// <summary>The counters of one loop.</summary>
internal sealed class LoopCounters
{
    private readonly DirectionCounters[] _directions = [new(), new()];

    public DirectionCounters Of(Direction direction) => _directions[(int)direction];
}
