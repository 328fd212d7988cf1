using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>A network with a meshed pod, what it talks to, and on request a second meshed pod.</summary>
internal sealed class Mesh : IDisposable
{
    private readonly List<Sidecar> _sidecars = [];

    private Mesh()
    {
        try
        {
            App = Network.AddPod("app");
            Plain = Network.AddPod("plain");
            External = Network.AddExternal();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PodNetwork Network { get; } = new();

    /// <summary>The meshed pod.</summary>
    public Pod App { get; }

    /// <summary>A pod with no sidecar.</summary>
    public Pod Plain { get; }

    /// <summary>A host outside the cluster.</summary>
    public Pod External { get; }

    /// <summary>The other meshed pod, after <see cref="MeshAnotherAsync"/>.</summary>
    public Pod? Second { get; private set; }

    public Sidecar Sidecar => _sidecars[0];

    public IReadOnlyList<Sidecar> Sidecars => _sidecars;

    public static async Task<Mesh> StartAsync(SidecarOptions? options = null)
    {
        var mesh = new Mesh();
        try
        {
            mesh._sidecars.Add(await Sidecar.StartAsync(mesh.App, options ?? new SidecarOptions()));
            return mesh;
        }
        catch
        {
            mesh.Dispose();
            throw;
        }
    }

    public async Task MeshAnotherAsync(SidecarOptions options)
    {
        Second = Network.AddPod("second");
        _sidecars.Add(await Sidecar.StartAsync(Second, options));
    }

    public Pod ClientOf(TrafficPath path) => path == TrafficPath.Inbound ? Plain : App;

    public Pod ServerOf(TrafficPath path) => path switch
    {
        TrafficPath.Inbound => App,
        TrafficPath.Outbound => Plain,
        TrafficPath.External => External,
        _ => Second ?? throw new InvalidOperationException("only one pod is meshed"),
    };

    /// <summary>How often every sidecar on the path comes to that result of detection, from now on.</summary>
    public Task<PathWatch> DetectionsAsync(TrafficPath path, string result) =>
        WatchAsync(path, "meshproxy_detections_total", ("result", result));

    /// <summary>How many connections every sidecar on the path sees end that way, from now on.</summary>
    public Task<PathWatch> ClosedAsync(TrafficPath path, string reason) =>
        WatchAsync(path, "meshproxy_connections_closed_total", ("reason", reason));

    /// <summary>A counter of every sidecar on the path, in the direction the connection has there, from now on.</summary>
    public async Task<PathWatch> WatchAsync(TrafficPath path, string name, params (string Name, string Value)[] labels)
    {
        var watches = new List<CounterWatch>();
        foreach (var (sidecar, direction) in Carriers(path))
            watches.Add(await sidecar.WatchAsync(name, [("direction", direction), .. labels]));
        return new PathWatch(watches);
    }

    public void Dispose()
    {
        foreach (var sidecar in _sidecars)
            sidecar.Dispose();
        Network.Dispose();
    }

    /// <summary>The sidecars that carry a path, with the direction the connection has in each, the client's first.</summary>
    private IEnumerable<(Sidecar Sidecar, string Direction)> Carriers(TrafficPath path)
    {
        if (path == TrafficPath.Inbound)
            return [(_sidecars[0], "inbound")];
        return path == TrafficPath.Both ? [(_sidecars[0], "outbound"), (_sidecars[1], "inbound")] : [(_sidecars[0], "outbound")];
    }
}
