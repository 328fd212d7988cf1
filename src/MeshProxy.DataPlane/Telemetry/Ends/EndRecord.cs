using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Linux;

namespace MeshProxy.DataPlane.Telemetry.Ends;

/// <summary>An abnormal end, in words.</summary>
public sealed class EndRecord
{
    private readonly ConnectionEnd _end;

    internal EndRecord(in ConnectionEnd end, long at) => (_end, AtMilliseconds) = (end, at);

    /// <summary>Of the loops' clock.</summary>
    public long AtMilliseconds { get; }

    public string Direction => Labels.Of(_end.Direction);

    public string Protocol => Labels.Of(_end.Protocol);

    /// <summary>Empty where nobody knows.</summary>
    public string Destination => _end.Target == default ? "" : _end.Target.ToString();

    /// <summary>A server name or a well-known protocol; the peer's words, within printable ASCII.</summary>
    public string Detail => _end.Detail;

    public string Phase => EndWords.Of(_end.Phase);

    public string By => EndWords.By(_end.Reason);

    public string Reason => Labels.Of(_end.Reason);

    public string Cause => EndWords.Cause(_end.Reason);

    /// <summary>By its name; empty where there was none.</summary>
    public string ErrnoName => _end.Error == Errno.None ? "" : _end.Error.ToString();

    public long BytesSent => _end.BytesSent;

    public long BytesReceived => _end.BytesReceived;

    public double Seconds => _end.Seconds;
}
