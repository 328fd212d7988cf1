using MeshProxy.DataPlane.Connections;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>What an end means to people: whose doing it was, when, and why.</summary>
internal static class EndWords
{
    public static bool IsAbnormal(CloseReason reason) =>
        reason is not (CloseReason.Completed or CloseReason.KeepAliveTimeout or CloseReason.Drained);

    /// <summary>Who ended it, or whose silence did: client, server, network, or the proxy by a rule or limit of its own.</summary>
    public static string By(CloseReason reason) => reason switch
    {
        CloseReason.Completed => "both sides",
        CloseReason.DownstreamReset or CloseReason.DownstreamVanished => "client",
        CloseReason.UpstreamReset or CloseReason.UpstreamVanished or CloseReason.ConnectRefused => "server",
        CloseReason.ConnectTimeout or CloseReason.ConnectUnreachable or CloseReason.ConnectFailed => "network",
        _ => "proxy",
    };

    public static string Of(ConnectionPhase phase) => phase switch
    {
        ConnectionPhase.Plan => "before connecting",
        ConnectionPhase.Connect => "while connecting",
        ConnectionPhase.Detection => "while detecting the protocol",
        _ => "while relaying",
    };

    public static string Cause(CloseReason reason) => reason switch
    {
        CloseReason.Completed => "both sides closed, every byte delivered",
        CloseReason.DownstreamReset => "the client reset it",
        CloseReason.UpstreamReset => "the server reset it",
        CloseReason.DownstreamVanished => "the client does not answer any more",
        CloseReason.UpstreamVanished => "the server does not answer any more",
        CloseReason.IdleTimeout => "no byte passed for the idle timeout (tcp.idleTimeout)",
        CloseReason.HalfCloseTimeout => "one side had ended and the other stayed silent (tcp.halfCloseTimeout)",
        CloseReason.ConnectRefused => "the server refused the connection: nothing listens there",
        CloseReason.ConnectTimeout => "the server did not answer in time (tcp.connectTimeout)",
        CloseReason.ConnectUnreachable => "there is no way to the server, or a firewall rejects it",
        CloseReason.ConnectNoPort => "no local port was free towards the server",
        CloseReason.ConnectFailed => "connecting failed",
        _ => CauseByProxy(reason),
    };

    private static string CauseByProxy(CloseReason reason) => reason switch
    {
        CloseReason.Loop => "it led back to the proxy itself: is the app running as the proxy's user?",
        CloseReason.NotRedirected => "it came straight to the proxy's port, so where it should go is unknown",
        CloseReason.NotOurAddress => "its destination is no address of this pod",
        CloseReason.EgressDenied => "the egress policy denies the destination",
        CloseReason.RequestRefused => "the request could be read in two ways, or breaks a bound (http.framing)",
        CloseReason.ResponseRefused => "the response could be read in two ways, or was cut off (http.framing)",
        CloseReason.RequestHeadTimeout => "the request's head took too long (http.timeouts.requestHead)",
        CloseReason.RequestTimeout => "the response took too long (http.timeouts.request)",
        CloseReason.StreamIdleTimeout => "a message under way stood still (http.timeouts.streamIdle)",
        CloseReason.KeepAliveTimeout => "no request came on an open connection (http.timeouts.keepAlive)",
        CloseReason.Flood => "the client sent more frames of a kind than any honest one does",
        CloseReason.OutOfResources => "descriptors or memory ran out",
        CloseReason.Drained => "it was idle while the proxy was ending",
        CloseReason.ShutdownDeadline => "it was still open when the grace period was over (shutdown.gracePeriod)",
        CloseReason.InternalError => "a bug in the proxy; the log has it",
        _ => Labels.Of(reason),
    };
}
