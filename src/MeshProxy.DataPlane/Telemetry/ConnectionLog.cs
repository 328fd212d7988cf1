using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Telemetry.Ends;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>
/// What is said of connections. Clean ends are Debug; abnormal ends are one Information line each (a peer's reset is its own business,
/// never an error of ours), and only what an operator should mend is a Warning.
/// </summary>
internal sealed partial class ConnectionLog(ILogger<ConnectionLog> logger)
{
    public void Ended(in ConnectionEnd end)
    {
        var level = LevelOf(end);
        if (!logger.IsEnabled(level))
            return;
        var error = end.Error == Errno.None ? "-" : end.Error.ToString();
        var target = end.Target == default ? "unknown" : end.Target.ToString();
        var detail = end.Detail.Length == 0 ? "" : $" [{end.Detail}]";
        ConnectionEnded(
            level, Labels.Of(end.Direction), Labels.Of(end.Protocol), target, detail, EndWords.Of(end.Phase), EndWords.Cause(end.Reason),
            EndWords.By(end.Reason), Labels.Of(end.Reason), error, end.BytesSent, end.BytesReceived, end.Seconds);
    }

    public void DetectionTimedOut(Direction direction, SocketEndpoint target) =>
        DetectionDeadline(Labels.Of(direction), target, target.Port);

    public void AcceptingPaused(Direction direction, ResourceLimit limit) => Paused(Labels.Of(direction), LimitWords.Exhausted(limit));

    public void AcceptingResumed(Direction direction) => Resumed(Labels.Of(direction));

    /// <summary>A client that connects and leaves without a word is a probe or a scan, and fills no log.</summary>
    private static LogLevel LevelOf(in ConnectionEnd end) => end.Reason switch
    {
        _ when !RecentEnds.IsWorthTelling(end) => LogLevel.Debug,
        CloseReason.OutOfResources or CloseReason.ConnectNoPort or CloseReason.Loop or CloseReason.InternalError => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    [LoggerMessage(
        EventId = 2001,
        Message = "{Direction} {Protocol} connection to {Target}{Detail} ended {Phase}: {Cause} (by {By}, {Reason}, errno {Errno}, "
            + "sent {Sent} B, received {Received} B, {Seconds:0.000} s)")]
    private partial void ConnectionEnded(
        LogLevel level, string direction, string protocol, string target, string detail, string phase, string cause, string by,
        string reason, string errno, long sent, long received, double seconds);

    [LoggerMessage(2002, LogLevel.Information,
        "{Direction} connection to {Target}: neither side spoke within the detection timeout, so it is relayed as opaque; "
        + "mark port {Port} opaque (opaque-ports) to skip detection")]
    private partial void DetectionDeadline(string direction, SocketEndpoint target, ushort port);

    [LoggerMessage(2003, LogLevel.Warning, "{Direction} accepting paused: {Cause}; open connections go on, new ones wait")]
    private partial void Paused(string direction, string cause);

    [LoggerMessage(2004, LogLevel.Information, "{Direction} accepting goes on")]
    private partial void Resumed(string direction);

    [LoggerMessage(2005, LogLevel.Error, "a connection was ended by a bug in the proxy; please report it")]
    public partial void Fault(Exception fault);
}
