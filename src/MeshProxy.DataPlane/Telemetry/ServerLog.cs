using Microsoft.Extensions.Logging;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>One line per change in the data plane's life.</summary>
internal sealed partial class ServerLog(ILogger logger)
{
    [LoggerMessage(1101, LogLevel.Information,
        "accepting inbound on {Inbound} and outbound on {Outbound}, with {Loops} loop(s) and room for {Connections} connections")]
    public partial void Accepting(string inbound, string outbound, int loops, long connections);

    [LoggerMessage(4101, LogLevel.Information, "draining: accepting nothing more, {Open} open connection(s) may finish within {Grace}")]
    public partial void Draining(long open, string grace);

    [LoggerMessage(4102, LogLevel.Warning, "grace period over: resetting {Open} open connection(s)")]
    public partial void GraceOver(long open);

    [LoggerMessage(4103, LogLevel.Information, "stopped")]
    public partial void Stopped();

    [LoggerMessage(4104, LogLevel.Information,
        "lame duck: not ready, accepting everything, and telling HTTP clients to go elsewhere; "
        + "{Inbound} inbound and {Outbound} outbound connection(s) open")]
    public partial void LameDuck(long inbound, long outbound);

    [LoggerMessage(4105, LogLevel.Information,
        "draining inbound: accepting nothing more there, outbound goes on; {Inbound} inbound and {Outbound} outbound connection(s) open")]
    public partial void DrainingInbound(long inbound, long outbound);
}
