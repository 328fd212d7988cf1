using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>
/// A redirect configuration as texts by key (<see cref="RedirectKey"/>), and back. A key that is left out has its default.
/// </summary>
public static class RedirectConfigText
{
    /// <returns>False with every error, a line each, beginning with its key.</returns>
    public static bool TryRead(IReadOnlyDictionary<string, string> texts, out RedirectConfig config, out ImmutableArray<string> errors)
    {
        var reader = new RedirectTextReader(texts);
        var unset = new RedirectConfig();
        config = new RedirectConfig
        {
            Proxy = new ProxyIdentity(
                reader.Number(RedirectKey.ProxyUid) ?? unset.Proxy.Uid,
                reader.Number(RedirectKey.ProxyGid),
                reader.Number(RedirectKey.ProxyMark)),
            Inbound = ReadInbound(reader, unset.Inbound),
            Outbound = ReadOutbound(reader, unset.Outbound),
            DropInvalid = reader.Truth(RedirectKey.DropInvalid, unset.DropInvalid),
            Ipv6 = reader.Choice(RedirectKey.Ipv6, unset.Ipv6),
            Timeouts = ReadTimeouts(reader, unset.Timeouts),
        };
        errors = [.. Unknown(texts), .. reader.Errors];
        if (errors.IsEmpty)
            errors = config.Errors();
        return errors.IsEmpty;
    }

    /// <summary>Every key that has a value, in the order of <see cref="RedirectKey.All"/>.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Write(RedirectConfig config)
    {
        (RedirectKey Key, string? Text)[] texts =
        [
            (RedirectKey.InboundPort, Number(config.Inbound.Port)),
            (RedirectKey.OutboundPort, Number(config.Outbound.Port)),
            (RedirectKey.AdminPort, Number(config.Inbound.AdminPort)),
            (RedirectKey.ProxyUid, Number(config.Proxy.Uid)),
            (RedirectKey.ProxyGid, Number(config.Proxy.Gid)),
            (RedirectKey.ProxyMark, Number(config.Proxy.Mark)),
            (RedirectKey.SkipInboundPorts, List(config.Inbound.SkipPorts)),
            (RedirectKey.SkipOutboundPorts, List(config.Outbound.SkipPorts)),
            (RedirectKey.SkipInboundSubnets, List(config.Inbound.SkipSubnets)),
            (RedirectKey.SkipOutboundSubnets, List(config.Outbound.SkipSubnets)),
            (RedirectKey.Redirect, ChoiceText.Of(config.Inbound.Mode)),
            (RedirectKey.InboundMethod, ChoiceText.Of(config.Inbound.Method)),
            (RedirectKey.OwnPod, ChoiceText.Of(config.Outbound.OwnPod)),
            (RedirectKey.DropInvalid, Truth(config.DropInvalid)),
            (RedirectKey.Ipv6, ChoiceText.Of(config.Ipv6)),
            (RedirectKey.CloseWaitTimeout, DurationText.Format(config.Timeouts.CloseWait ?? TimeSpan.Zero)),
            (RedirectKey.EstablishedTimeout, Duration(config.Timeouts.Established)),
            (RedirectKey.FinWaitTimeout, Duration(config.Timeouts.FinWait)),
            (RedirectKey.TimeWaitTimeout, Duration(config.Timeouts.TimeWait)),
            (RedirectKey.ForceTimeouts, Truth(config.Timeouts.Force)),
        ];
        return [.. texts.Where(t => t.Text is not null).Select(t => KeyValuePair.Create(t.Key.Name, t.Text!))];
    }

    private static InboundRedirect ReadInbound(RedirectTextReader reader, InboundRedirect unset) =>
        new(reader.Port(RedirectKey.InboundPort, unset.Port), reader.Port(RedirectKey.AdminPort, unset.AdminPort))
        {
            SkipPorts = reader.Ports(RedirectKey.SkipInboundPorts),
            SkipSubnets = reader.Networks(RedirectKey.SkipInboundSubnets),
            Mode = reader.Choice(RedirectKey.Redirect, unset.Mode),
            Method = reader.Choice(RedirectKey.InboundMethod, unset.Method),
        };

    private static OutboundRedirect ReadOutbound(RedirectTextReader reader, OutboundRedirect unset) =>
        new(reader.Port(RedirectKey.OutboundPort, unset.Port))
        {
            SkipPorts = reader.Ports(RedirectKey.SkipOutboundPorts),
            SkipSubnets = reader.Networks(RedirectKey.SkipOutboundSubnets),
            OwnPod = reader.Choice(RedirectKey.OwnPod, unset.OwnPod),
        };

    private static ConntrackTimeouts ReadTimeouts(RedirectTextReader reader, ConntrackTimeouts unset) => new(
        reader.Duration(RedirectKey.CloseWaitTimeout, unset.CloseWait),
        reader.Duration(RedirectKey.EstablishedTimeout, unset.Established),
        reader.Duration(RedirectKey.FinWaitTimeout, unset.FinWait),
        reader.Duration(RedirectKey.TimeWaitTimeout, unset.TimeWait),
        reader.Truth(RedirectKey.ForceTimeouts, unset.Force));

    private static IEnumerable<string> Unknown(IReadOnlyDictionary<string, string> texts)
    {
        foreach (var name in texts.Keys.Where(name => RedirectKey.All.All(k => k.Name != name)))
        {
            var nearest = NearestName.Find(name, RedirectKey.All.Select(k => k.Name));
            yield return $"{name}: there is no such setting{(nearest is null ? "" : $"; did you mean {nearest}?")}";
        }
    }

    private static string? Number(uint? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? List(ImmutableArray<PortRange> ports) => ports.IsEmpty ? null : PortList.Format(ports);

    private static string? List(ImmutableArray<IPNetwork> networks) => networks.IsEmpty ? null : string.Join(',', networks);

    private static string? Duration(TimeSpan? duration) => duration is { } value ? DurationText.Format(value) : null;

    private static string Truth(bool truth) => truth ? "true" : "false";
}
