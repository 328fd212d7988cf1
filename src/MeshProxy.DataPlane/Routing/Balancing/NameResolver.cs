using System.Net;
using System.Net.Sockets;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>
/// Keeps the addresses of named backends fresh: each name is asked for again every 5 s, give or take a fifth, by way of the system's
/// resolver. It tells no TTL, but honours search, ndots and /etc/hosts, which a query of our own would not; and 5 s is the TTL that CoreDNS
/// gives names of a cluster by default. A failed answer changes nothing: the last good one holds.
/// </summary>
/// <remarks>A thread of its own, because the resolver blocks for as long as a name server is silent, and the pool has other work.</remarks>
internal sealed class NameResolver : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly BackendDirectory _backends;
    private readonly RoutingLog _log;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly HashSet<string> _failing = [];
    private volatile bool _stopping;

    public NameResolver(BackendDirectory backends, RoutingLog log)
    {
        (_backends, _log) = (backends, log);
        _thread = new Thread(Run) { Name = "names", IsBackground = true };
        _thread.Start();
    }

    /// <summary>There are new names, maybe.</summary>
    public void Wake() => _wake.Set();

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
    }

    private void Run()
    {
        while (!_stopping)
        {
            foreach (var backend in _backends.All)
            {
                if (backend.Name is { } name && !_stopping)
                    Resolve(backend, name);
            }
            _wake.WaitOne(Interval * (0.8 + 0.4 * Random.Shared.NextDouble()));
        }
    }

    private void Resolve(Backend backend, string name)
    {
        try
        {
            backend.Resolved(Dns.GetHostAddresses(name));
            _failing.Remove(name);
        }
        catch (SocketException failure)
        {
            backend.Resolved([]);
            if (_failing.Add(name))
                _log.NotResolved(name, failure.SocketErrorCode.ToString());
        }
    }
}
