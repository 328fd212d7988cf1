using System.Buffers;
using MeshProxy.Configuration.Reload;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Lifecycle;
using MeshProxy.Logging;

namespace MeshProxy.Telemetry;

/// <summary>Everything a scrape is answered with.</summary>
internal sealed class MetricsPage(ProxyServer server, ConfigReloader reloader, SidecarLog log)
{
    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new PrometheusText(output);
        server.Metrics.WriteTo(text);
        WriteSidecar(text);
        ProcessMetrics.WriteTo(text);
        RuntimeMetrics.WriteTo(text);
    }

    private void WriteSidecar(PrometheusText text)
    {
        text.Open(SidecarFamilies.BuildInfo);
        text.Sample(1, ("version", BuildVersion.Version), ("revision", BuildVersion.Revision));
        text.Open(SidecarFamilies.ConfigReloads);
        text.Sample(reloader.Accepted, ("result", "ok"));
        text.Sample(reloader.Rejected, ("result", "rejected"));
        text.Open(SidecarFamilies.LogLinesDropped);
        text.Sample(log.Dropped);
        text.Open(SidecarFamilies.LogLinesSuppressed);
        text.Sample(log.Suppressed);
    }
}
