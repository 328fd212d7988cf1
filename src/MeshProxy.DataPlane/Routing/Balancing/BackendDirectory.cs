using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>
/// Every backend of the routes in force, by target. A reload keeps those that it names again, with all that is known of them.
/// </summary>
internal sealed class BackendDirectory
{
    private readonly ConcurrentDictionary<string, Backend> _backends = new(StringComparer.OrdinalIgnoreCase);

    public ImmutableArray<Backend> All => [.. _backends.Values];

    public Backend Get(string target) => _backends.GetOrAdd(target, static target => new Backend(target));

    public void KeepOnly(IReadOnlySet<string> targets)
    {
        foreach (var target in _backends.Keys)
        {
            if (!targets.Contains(target))
                _backends.TryRemove(target, out _);
        }
    }
}
