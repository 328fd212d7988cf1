using System.Collections.Immutable;
using MeshProxy.Values;

namespace MeshProxy.DataPlane.Settings;

/// <summary>Where outbound connections may go. Without networks and with the default policy, anywhere.</summary>
/// <param name="Default">For destinations that no network holds. Default: allowed.</param>
public sealed record EgressSettings(ImmutableArray<EgressNetwork> Networks, TrafficPolicy Default)
{
    public static EgressSettings Anywhere { get; } = new([], TrafficPolicy.Allow);
}
