using System.Text.Json;
using MeshProxy.Configuration.Reload;
using MeshProxy.Lifecycle;
using MeshProxy.Telemetry;

namespace MeshProxy.Admin.Page;

/// <summary>What the page's head says of the process.</summary>
internal sealed class SidecarFacts(ReadyState ready, ConfigReloader config, TimeProvider time)
{
    /// <summary>Snapshots between counts of the descriptors: a busy proxy has thousands to list.</summary>
    private const int DescriptorInterval = 10;

    private readonly long _started = (time.GetUtcNow() - ProcessStat.Read().Age).ToUnixTimeMilliseconds();
    private TimeSpan _cpu;
    private long _readAt;
    private long _descriptors;
    private int _snapshots;

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber("started", _started);
        json.WriteString("version", BuildVersion.Version);
        json.WriteString("revision", BuildVersion.Revision);
        json.WriteString("phase", ready.Word);
        json.WriteNumber("reloads", config.Accepted);
        if (_snapshots++ % DescriptorInterval == 0)
            _descriptors = ProcessMetrics.CountDescriptors();
        var stat = ProcessStat.Read();
        json.WriteStartObject("process");
        json.WriteNumber("cpu", Math.Round(CpuShare(stat.CpuTime), 4));
        json.WriteNumber("resident", stat.ResidentBytes);
        json.WriteNumber("descriptors", _descriptors);
        json.WriteNumber("mostDescriptors", ProcessMetrics.MaxDescriptors);
        json.WriteEndObject();
    }

    /// <summary>Cores kept busy since the last snapshot.</summary>
    private double CpuShare(TimeSpan cpu)
    {
        var now = time.GetTimestamp();
        var share = _readAt == 0 ? 0 : (cpu - _cpu) / time.GetElapsedTime(_readAt, now);
        (_cpu, _readAt) = (cpu, now);
        return Math.Max(0, share);
    }
}
