using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Settings;

/// <summary>Changes to a message's headers: removed first, then set (in place of what was there), then added.</summary>
public sealed record RouteHeaderEdits(
    ImmutableArray<string> Remove, ImmutableArray<RouteHeaderValue> Set, ImmutableArray<RouteHeaderValue> Add)
{
    public static RouteHeaderEdits None { get; } = new([], [], []);

    public bool IsNone => Remove.IsEmpty && Set.IsEmpty && Add.IsEmpty;
}
