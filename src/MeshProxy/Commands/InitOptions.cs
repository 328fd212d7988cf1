using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>
/// The options of <c>init</c>. Those that describe the redirect have the names of the annotation keys. All values come in as text, so that
/// every bad one is found, named and explained together, whatever its kind.
/// </summary>
internal sealed class InitOptions
{
    private readonly Option<string?> _inboundPort = Value("--inbound-port", "Where the proxy takes inbound connections (4143)");
    private readonly Option<string?> _outboundPort = Value("--outbound-port", "Where the proxy takes outbound connections (4140)");
    private readonly Option<string?> _adminPort = Value("--admin-port", "The proxy's own endpoints, never redirected (4191)");
    private readonly Option<string?> _proxyUid = Value("--proxy-uid", "The user whose connections are the proxy's own (2102)");
    private readonly Option<string?> _proxyGid = Value("--proxy-gid", "The group whose connections are the proxy's own");
    private readonly Option<string?> _proxyMark = Value("--proxy-mark", "The socket mark of the proxy's own connections, such as 0x4d50");
    private readonly Option<string?> _skipInboundPorts = Value("--skip-inbound-ports", "Ports of the pod that bypass the proxy, such as 22,9000-9010");
    private readonly Option<string?> _skipOutboundPorts = Value("--skip-outbound-ports", "Destination ports that bypass the proxy");
    private readonly Option<string?> _skipInboundSubnets = Value("--skip-inbound-subnets", "Networks whose clients bypass the proxy, such as 10.0.0.0/8,fd00::/8");
    private readonly Option<string?> _skipOutboundSubnets = Value("--skip-outbound-subnets", "Destination networks that bypass the proxy");
    private readonly Option<string?> _redirect = Value("--redirect", "Inbound connections to redirect: 'listening' (default), where a socket listens, or 'all' ports");
    private readonly Option<string?> _inboundMethod = Value("--inbound-method", "'redirect' (default), or 'tproxy', which keeps the client's port and needs a proxy with NET_ADMIN");
    private readonly Option<string?> _ownPod = Value("--own-pod", "The app's connections to its own pod's addresses: 'direct' (default) or 'redirect'");
    private readonly Option<string?> _dropInvalid = Value("--drop-invalid", "Drop what conntrack cannot place in a redirected connection: 'true' (default) or 'false'");
    private readonly Option<string?> _ipv6 = Value("--ipv6", "'auto' (default), 'off' or 'required'");
    private readonly Option<string?> _closeWaitTimeout = Value("--close-wait-timeout", "How long conntrack remembers a half-closed connection (1h)");
    private readonly Option<string?> _establishedTimeout = Value("--established-timeout", "How long conntrack remembers an idle connection");
    private readonly Option<string?> _finWaitTimeout = Value("--fin-wait-timeout", "How long conntrack remembers a connection whose FIN is not acknowledged");
    private readonly Option<string?> _timeWaitTimeout = Value("--time-wait-timeout", "How long conntrack remembers a closed connection");
    private readonly Option<bool> _forceTimeouts = Switch("--force-timeouts", "Also lower conntrack timeouts that are longer already");
    private readonly Option<string?> _backend = Value("--backend", "'netlink' (default), or a program: 'nft', 'iptables-nft', 'iptables-legacy'");
    private readonly Option<string?> _netns = Value("--netns", "The network namespace to work in, such as /run/netns/NAME (default: this one)");
    private readonly Option<bool> _replace = Switch("--replace", "Remove another mesh's rules instead of refusing");
    private readonly Option<bool> _bestEffort = Switch("--best-effort", "Failing to set conntrack timeouts is only a warning");
    private readonly Option<bool> _dryRun = Switch("--dry-run", "Print the rules as nft(8) reads them; change nothing");
    private readonly Option<bool> _check = Switch("--check", "Compare the rules in force with those asked for; change nothing");
    private readonly Option<bool> _cleanup = Switch("--cleanup", "Remove the rules");

    public void AddTo(Command command)
    {
        foreach (var option in All())
            command.Options.Add(option);
    }

    public bool TryRead(ParseResult parse, out InitRequest request, out ImmutableArray<string> errors)
    {
        var reader = new InitValueReader(parse);
        var config = ReadConfig(reader);
        var options = ReadOptions(reader, parse);
        errors = reader.Errors.IsEmpty ? config.Errors() : reader.Errors;
        request = new InitRequest(ActionOf(parse), config, options);
        return errors.IsEmpty;
    }

    private RedirectConfig ReadConfig(InitValueReader reader) => new()
    {
        Proxy = new ProxyIdentity(reader.Number(_proxyUid) ?? 2102, reader.Number(_proxyGid), reader.Number(_proxyMark)),
        Inbound = new InboundRedirect(reader.Port(_inboundPort) ?? 4143, reader.Port(_adminPort) ?? 4191)
        {
            SkipPorts = reader.Ports(_skipInboundPorts),
            SkipSubnets = reader.Networks(_skipInboundSubnets),
            Mode = reader.Choice(_redirect, InboundMode.Listening),
            Method = reader.Choice(_inboundMethod, InboundMethod.Redirect),
        },
        Outbound = new OutboundRedirect(reader.Port(_outboundPort) ?? 4140)
        {
            SkipPorts = reader.Ports(_skipOutboundPorts),
            SkipSubnets = reader.Networks(_skipOutboundSubnets),
            OwnPod = reader.Choice(_ownPod, OwnPodPolicy.Direct),
        },
        DropInvalid = reader.Truth(_dropInvalid) ?? true,
        Ipv6 = reader.Choice(_ipv6, Ipv6Mode.Auto),
        Timeouts = ReadTimeouts(reader),
    };

    private ConntrackTimeouts ReadTimeouts(InitValueReader reader) => new(
        reader.Duration(_closeWaitTimeout) ?? ConntrackTimeouts.Default.CloseWait,
        reader.Duration(_establishedTimeout),
        reader.Duration(_finWaitTimeout),
        reader.Duration(_timeWaitTimeout),
        reader.IsSet(_forceTimeouts));

    private RedirectOptions ReadOptions(InitValueReader reader, ParseResult parse) => new(
        reader.Choice(_backend, RedirectBackend.Netlink),
        parse.GetValue(_netns),
        parse.GetValue(_replace),
        parse.GetValue(_bestEffort));

    private InitAction ActionOf(ParseResult parse) =>
        parse.GetValue(_dryRun) ? InitAction.DryRun
        : parse.GetValue(_check) ? InitAction.Check
        : parse.GetValue(_cleanup) ? InitAction.Cleanup
        : InitAction.Apply;

    private Option[] All() =>
    [
        _inboundPort, _outboundPort, _adminPort, _proxyUid, _proxyGid, _proxyMark,
        _skipInboundPorts, _skipOutboundPorts, _skipInboundSubnets, _skipOutboundSubnets,
        _redirect, _inboundMethod, _ownPod, _dropInvalid, _ipv6,
        _closeWaitTimeout, _establishedTimeout, _finWaitTimeout, _timeWaitTimeout, _forceTimeouts,
        _backend, _netns, _replace, _bestEffort, _dryRun, _check, _cleanup,
    ];

    private static Option<string?> Value(string name, string description) => new(name) { Description = description };

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description };
}
