using System.Buffers;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>Writes one line per HTTP request where the settings ask for it. One per loop.</summary>
internal sealed class AccessLog(AccessLineWriter write, TimeProvider time)
{
    private readonly ArrayBufferWriter<byte> _line = new(512);

    public DateTimeOffset Now => time.GetUtcNow();

    public void Write(AccessLogFormat format, AccessConnection connection, AccessRequest request, in AccessEnd end)
    {
        _line.ResetWrittenCount();
        if (format == AccessLogFormat.Json)
            AccessLine.WriteJson(_line, connection, request, end);
        else
            AccessLine.WriteCommon(_line, connection, request, end);
        write(_line.WrittenSpan);
    }
}
