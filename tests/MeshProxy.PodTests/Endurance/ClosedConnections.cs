using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Endurance;

/// <summary>How the connections of a sidecar ended, from now on.</summary>
internal sealed class ClosedConnections
{
    private readonly Sidecar _sidecar;
    private readonly double _unclean;

    private ClosedConnections(Sidecar sidecar, double unclean) => (_sidecar, _unclean) = (sidecar, unclean);

    public static async Task<ClosedConnections> WatchAsync(Sidecar sidecar) => new(sidecar, Unclean(await sidecar.Admin.MetricsAsync()));

    /// <summary>Every one by FIN both ways and with every byte delivered: none was reset, refused or timed out, by whomever.</summary>
    public async Task AllCompletedAsync()
    {
        var metrics = await _sidecar.Admin.MetricsAsync();
        Assert.True(Unclean(metrics) == _unclean, metrics.Text);
    }

    private static double Unclean(Metrics metrics) =>
        metrics.Sum("meshproxy_connections_closed_total") - metrics.Sum("meshproxy_connections_closed_total", ("reason", "completed"));
}
