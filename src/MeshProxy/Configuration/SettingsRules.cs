using System.Collections.Immutable;
using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration;

/// <summary>What no key can know alone.</summary>
internal static class SettingsRules
{
    public static void Check(ConfigValues values, IReadOnlySet<ConfigKey> refused, ConfigErrors errors)
    {
        ImmutableArray<ConfigKey<ImmutableArray<SocketEndpoint>>> listeners =
            [SidecarKeys.Inbound.Listen, SidecarKeys.Outbound.Listen, SidecarKeys.AdminListen];
        listeners = listeners.RemoveAll(refused.Contains);
        for (var i = 0; i < listeners.Length; i++)
        {
            CheckCollisions(values, listeners[i], listeners[i], errors);
            for (var j = i + 1; j < listeners.Length; j++)
                CheckCollisions(values, listeners[i], listeners[j], errors);
        }
    }

    /// <summary>
    /// Two sockets cannot listen at one port where one of the addresses is any and the other of the same family; IPv6 listeners take IPv6
    /// alone, so 0.0.0.0 and :: go together. A collision of two keys is an error of the one that was written.
    /// </summary>
    private static void CheckCollisions(
        ConfigValues values, ConfigKey<ImmutableArray<SocketEndpoint>> first, ConfigKey<ImmutableArray<SocketEndpoint>> second,
        ConfigErrors errors)
    {
        foreach (var (a, b) in Pairs(values.Get(first), values.Get(second), first == second))
        {
            if (a.Port != b.Port || a.IsV4 != b.IsV4 || !(a.IsAny || b.IsAny || a == b))
                continue;
            var later = values.OriginOf(second).Source == ConfigSource.Default ? first : second;
            errors.Add(values.OriginOf(later), $"{first.Path} {a} collides with {second.Path} {b}; give them different ports");
        }
    }

    private static IEnumerable<(SocketEndpoint, SocketEndpoint)> Pairs(
        ImmutableArray<SocketEndpoint> first, ImmutableArray<SocketEndpoint> second, bool same)
    {
        for (var i = 0; i < first.Length; i++)
        {
            for (var j = same ? i + 1 : 0; j < second.Length; j++)
                yield return (first[i], second[j]);
        }
    }
}
