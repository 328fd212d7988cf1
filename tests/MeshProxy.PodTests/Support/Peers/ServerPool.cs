using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>One real server per pod, started when first asked for and stopped after the class's last test.</summary>
public sealed class ServerPool<T> : IDisposable
    where T : PodServer, new()
{
    private readonly Dictionary<Pod, T> _servers = [];

    internal async Task<T> InAsync(Pod pod)
    {
        if (_servers.TryGetValue(pod, out var running))
            return running;
        var server = new T();
        try
        {
            await server.StartAsync(pod);
            _servers.Add(pod, server);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var server in _servers.Values)
            server.Dispose();
    }
}
