using System.Collections.Immutable;
using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Configuration;

/// <summary>Values of the table become the nested records that the parts of the sidecar are built from.</summary>
/// <param name="canBind">Asked for the IPv6 half of a pair for both families only: any other address is bound, or the start is
/// refused.</param>
internal sealed class SettingsBuilder(Func<SocketEndpoint, bool> canBind)
{
    /// <param name="manifests">Networks of manifests; they come after those of the values.</param>
    public SidecarSettings Build(ConfigValues values, ImmutableArray<EgressNetwork> manifests) => new(
        new ProxySettings(
            Direction(values, SidecarKeys.Inbound),
            Direction(values, SidecarKeys.Outbound),
            new EgressSettings([.. values.Get(EgressKeys.Networks), .. manifests], values.Get(EgressKeys.Default)),
            new LoopSettings(values.Get(SidecarKeys.LoopCount)),
            Shutdown(values),
            values.Get(SidecarKeys.AccessLog))
        {
            Tracing = new TracingSettings(values.Get(TracingKeys.OtlpEndpoint), values.Get(TracingKeys.SampleRatio)),
        },
        new AdminSettings(Listen(values, SidecarKeys.AdminListen), values.Get(SidecarKeys.AdminPageFor)),
        new LogSettings(values.Get(SidecarKeys.Level), values.Get(SidecarKeys.Format), values.Get(SidecarKeys.LogRateLimit)));

    private DirectionSettings Direction(ConfigValues values, DirectionKeys keys) => new(
        Listen(values, keys.Listen),
        values.Get(keys.OpaquePorts),
        new DetectionSettings(values.Get(keys.DetectionTimeout), values.Get(keys.DialDelay), values.Get(keys.RememberFor)),
        new TcpSettings(
            values.Get(keys.ConnectTimeout),
            values.Get(keys.IdleTimeout),
            values.Get(keys.HalfCloseTimeout),
            values.Get(keys.UserTimeout),
            new KeepaliveSettings(values.Get(keys.KeepaliveIdle), values.Get(keys.KeepaliveInterval), values.Get(keys.KeepaliveCount))),
        new HttpSettings(
            values.Get(keys.HttpFraming),
            new HttpTimeouts(
                values.Get(keys.HttpRequestHead),
                values.Get(keys.HttpRequest),
                values.Get(keys.HttpStreamIdle),
                values.Get(keys.HttpKeepAlive))))
    {
        Routes = values.Get(keys.Routes),
    };

    private static ShutdownSettings Shutdown(ConfigValues values) => new(values.Get(ShutdownKeys.GracePeriod))
    {
        Mode = values.Get(ShutdownKeys.Mode),
        LameDuck = values.Get(ShutdownKeys.LameDuck),
        QuietPeriod = values.Get(ShutdownKeys.QuietPeriod),
        TcpIdle = values.Get(ShutdownKeys.TcpIdle),
    };

    private ImmutableArray<SocketEndpoint> Listen(ConfigValues values, ConfigKey<ImmutableArray<SocketEndpoint>> key)
    {
        var listen = values.Get(key);
        return [.. listen.Where(endpoint => endpoint.IsV4 || !listen.Any(other => IsTwin(other, endpoint)) || canBind(endpoint))];
    }

    /// <summary>0.0.0.0 and [::], or loopback of both, at one port: whoever writes the pair means what the pod has.</summary>
    private static bool IsTwin(SocketEndpoint v4, SocketEndpoint v6) =>
        v4.IsV4 && v4.Port == v6.Port && (v4.IsAny && v6.IsAny || v4.IsLoopback && v6.IsLoopback);
}
