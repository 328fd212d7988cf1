using System.Collections.Immutable;
using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Configuration;

/// <summary>Values of the table become the nested records that the parts of the sidecar are built from.</summary>
/// <param name="canBind">Asked for the default IPv6 addresses only: an address that somebody wrote is bound, or the start is refused.</param>
internal sealed class SettingsBuilder(Func<SocketEndpoint, bool> canBind)
{
    /// <param name="manifests">Networks of manifests; they come after those of the values.</param>
    public SidecarSettings Build(ConfigValues values, ImmutableArray<EgressNetwork> manifests) => new(
        new ProxySettings(
            Direction(values, SidecarKeys.Inbound),
            Direction(values, SidecarKeys.Outbound),
            new EgressSettings([.. values.Get(EgressKeys.Networks), .. manifests], values.Get(EgressKeys.Default)),
            new LoopSettings(values.Get(SidecarKeys.LoopCount)),
            new ShutdownSettings(values.Get(SidecarKeys.GracePeriod)),
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

    private ImmutableArray<SocketEndpoint> Listen(ConfigValues values, ConfigKey<ImmutableArray<SocketEndpoint>> key)
    {
        var listen = values.Get(key);
        return values.OriginOf(key).Source != ConfigSource.Default
            ? listen
            : [.. listen.Where(endpoint => endpoint.IsV4 || canBind(endpoint))];
    }
}
