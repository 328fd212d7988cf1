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
        text.Gauge("meshproxy_build_info", "Always 1; the labels say what runs.");
        text.Sample(1, ("version", BuildVersion.Version), ("revision", BuildVersion.Revision));
        text.Counter("meshproxy_config_reloads_total", "Changes of the configuration that were taken over (ok) or refused as a whole (rejected).");
        text.Sample(reloader.Accepted, ("result", "ok"));
        text.Sample(reloader.Rejected, ("result", "rejected"));
        text.Counter("meshproxy_log_lines_dropped_total", "Log lines lost because standard output was not read fast enough.");
        text.Sample(log.Dropped);
        text.Counter("meshproxy_log_lines_suppressed_total", "Log lines left out because there were too many of their kind.");
        text.Sample(log.Suppressed);
    }
}
