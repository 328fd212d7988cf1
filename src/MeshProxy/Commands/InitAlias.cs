using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using MeshProxy.Netfilter;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>
/// An option of another mesh's init container that is accepted here, so that a manifest written for it goes on working. Hidden from the
/// help; its use is answered with a note that names ours.
/// </summary>
/// <param name="Option">As it is written there.</param>
/// <param name="Key">Ours; null where there is nothing to do here.</param>
/// <param name="Translate">Its value in our terms; null keeps the default. Applied only to values that make sense.</param>
/// <param name="Note">What to tell.</param>
internal sealed record InitAlias(Option<string?> Option, RedirectKey? Key, Func<string, string?> Translate, string Note)
{
    private const string AllButNote =
        "--ports-to-redirect: here every inbound port is redirected but those in --skip-inbound-ports; all others were put there";

    public static ImmutableArray<InitAlias> All() =>
    [
        Of("--incoming-proxy-port", "-p", RedirectKey.InboundPort),
        Of("--outgoing-proxy-port", "-o", RedirectKey.OutboundPort),
        Of("--inbound-ports-to-ignore", null, RedirectKey.SkipInboundPorts),
        Of("--outbound-ports-to-ignore", null, RedirectKey.SkipOutboundPorts),
        Of("--subnets-to-ignore", null, RedirectKey.SkipInboundSubnets),
        Of("--ports-to-redirect", "-r", RedirectKey.SkipInboundPorts) with { Translate = AllBut, Note = AllButNote },
        Of("--timeout-close-wait-secs", null, RedirectKey.CloseWaitTimeout) with { Translate = Seconds },
        Ignored("--use-wait-flag", "-w", "rules go in over netlink, which needs no lock"),
        Ignored("--iptables-mode", null, "rules go in over netlink; --backend chooses a program instead"),
        Ignored("--firewall-bin-path", null, "rules go in over netlink; --backend chooses a program instead"),
        Ignored("--firewall-save-bin-path", null, "rules go in over netlink; --backend chooses a program instead"),
        Ignored("--log-format", null, "use --json for a report that programs read"),
        Ignored("--log-level", null, "there is one level"),
    ];

    private static InitAlias Of(string name, string? letter, RedirectKey key) =>
        new(Hidden(name, letter), key, text => text == "-1" ? null : text, $"{name} is --{key.Name} here");

    private static InitAlias Ignored(string name, string? letter, string reason) =>
        new(Hidden(name, letter), null, _ => null, $"{name} has no effect: {reason}");

    /// <summary>A value may be missing, as after a switch.</summary>
    private static Option<string?> Hidden(string name, string? letter) =>
        new(name, letter is null ? [] : [letter]) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };

    private static string? Seconds(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        ? DurationText.Format(TimeSpan.FromSeconds(seconds))
        : text;

    /// <summary>A bad list is handed on as it is, to be explained as one.</summary>
    private static string? AllBut(string text)
    {
        var ports = PortList.Parse(text, out var errors);
        if (!errors.IsEmpty || ports.IsEmpty)
            return text;
        var rest = new List<PortRange>();
        var next = 1;
        foreach (var range in ports)
        {
            if (range.First > next)
                rest.Add(new PortRange((ushort)next, (ushort)(range.First - 1)));
            next = range.Last + 1;
        }
        if (next <= ushort.MaxValue)
            rest.Add(new PortRange((ushort)next, ushort.MaxValue));
        return PortList.Format([.. rest]);
    }
}
