using MeshProxy.DataPlane.Routing.Balancing;

namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>
/// Every named backend has a watch of its own: a name server that is silent about one name delays no other. Exists only where a route names
/// a backend; without one the package behind is not even loaded.
/// </summary>
internal sealed class NameResolver(BackendDirectory backends, NameSource source, RoutingLog log, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Backend, CancellationTokenSource> _watches = [];

    /// <summary>Begins with the names that are new, and leaves those alone that no route has any more.</summary>
    public void Update()
    {
        lock (_lock)
        {
            var wanted = backends.All.Where(backend => backend.Name is not null).ToHashSet();
            foreach (var backend in _watches.Keys.Where(backend => !wanted.Contains(backend)).ToList())
                End(backend);
            foreach (var backend in wanted.Where(backend => !_watches.ContainsKey(backend)))
            {
                var end = _watches[backend] = new CancellationTokenSource();
                _ = Task.Run(() => new NameWatch(backend, source, log).RunAsync(time, end.Token), CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var backend in _watches.Keys.ToList())
                End(backend);
        }
    }

    private void End(Backend backend)
    {
        _watches.Remove(backend, out var end);
        end!.Cancel();
    }
}
