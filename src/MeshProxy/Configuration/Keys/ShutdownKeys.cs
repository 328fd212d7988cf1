using System.Collections.Immutable;
using MeshProxy.Configuration.Syntax;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Configuration.Keys;

/// <summary>The keys of "shutdown". The injector sets the first two for each pod, by their environment variables.</summary>
internal static class ShutdownKeys
{
    private static readonly ShutdownSettings Defaults = new(GracePeriod: null);

    public static readonly ConfigKey<ShutdownMode> Mode = new("shutdown.mode",
        new ChoiceSyntax<ShutdownMode>(("native", ShutdownMode.Native), ("classic", ShutdownMode.Classic)), Defaults.Mode,
        "What SIGTERM says. native: the app has ended, as for a native sidecar, so what is in flight is finished. "
        + "classic: the app is told at the same time and still works, so inbound goes on for the lame duck and outbound until the app is "
        + "gone.");

    public static readonly ConfigKey<TimeSpan?> GracePeriod = new("shutdown.gracePeriod",
        new OptionalDurationSyntax("unknown", new DurationSyntax(TimeSpan.FromDays(7))), Defaults.GracePeriod,
        "The pod's terminationGracePeriodSeconds: when what is still under way is reset. Mode classic counts it from SIGTERM, and unknown "
        + "is 30s, the default of a pod. Mode native counts it from 'meshproxy drain' (POST /drain), the preStop hook, and leaves at least "
        + "1500ms after SIGTERM; without that call, and where it is unknown, it is those 1500ms, for a kubelet leaves a sidecar no less "
        + "than 2s. 0 resets at once.");

    public static readonly ConfigKey<TimeSpan> LameDuck = new("shutdown.lameDuck",
        new DurationSyntax(TimeSpan.FromHours(1)), Defaults.LameDuck,
        "Mode classic: how long inbound connections are accepted after SIGTERM, while this pod is taken off everybody's lists; "
        + "a third of the grace period at most.");

    public static readonly ConfigKey<TimeSpan> QuietPeriod = new("shutdown.quietPeriod",
        new DurationSyntax(TimeSpan.FromHours(1)), Defaults.QuietPeriod,
        "Mode classic: an app that dials out without listening is gone when it has had no socket for so long. "
        + "Any other app is gone as soon as its sockets are.");

    public static readonly ConfigKey<TimeSpan> TcpIdle = new("shutdown.tcpIdle", new DurationSyntax(TimeSpan.FromDays(7)), Defaults.TcpIdle,
        "Mode classic: inbound connections that are not HTTP are closed after so much silence, once the lame duck is over. 0 is never.");

    public static ImmutableArray<ConfigKey> All => [Mode, GracePeriod, LameDuck, QuietPeriod, TcpIdle];
}
