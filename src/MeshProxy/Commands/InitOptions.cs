using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>
/// The options of <c>init</c>. Those that describe the redirect are made from its keys, which are the annotation keys. All values come in
/// as text, so that every bad one is found, named and explained together.
/// </summary>
internal sealed class InitOptions
{
    private readonly ImmutableArray<(RedirectKey Key, Option<string?> Option)> _settings =
        [.. RedirectKey.All.Select(k => (k, Setting(k)))];

    private readonly ImmutableArray<InitAlias> _aliases = InitAlias.All();
    private readonly Option<string?> _backend =
        Value("--backend", "'netlink' (default), or a program: 'nft', 'iptables-nft', 'iptables-legacy'");

    private readonly Option<string?> _netns =
        Value("--netns", "The network namespace to work in, such as /run/netns/NAME (default: this one)");

    private readonly Option<bool> _replace = Switch("--replace", "Remove another mesh's rules instead of refusing");
    private readonly Option<bool> _bestEffort = Switch("--best-effort", "Failing to set conntrack timeouts is only a warning");
    private readonly Option<bool> _noSelfTest = Switch("--no-self-test", "Do not prove the redirect by connections");
    private readonly Option<bool> _dryRun = Switch("--dry-run", "Print the rules as nft(8) reads them; change nothing");
    private readonly Option<bool> _simulate = new("--simulate") { Hidden = true };
    private readonly Option<bool> _check = Switch("--check", "Compare what is in force with what is asked for; change nothing");
    private readonly Option<bool> _validate = Switch("--validate",
        "Prove by connections that somebody has redirected this pod; takes no capability");
    private readonly Option<bool> _cleanup = Switch("--cleanup", "Remove the rules");
    private readonly Option<bool> _json = Switch("--json", "Report as one JSON object on standard output");

    public void AddTo(Command command)
    {
        foreach (var option in _settings.Select(s => s.Option).Concat(_aliases.Select(a => a.Option)))
            command.Options.Add(option);
        Option[] others = [_backend, _netns, _replace, _bestEffort, _noSelfTest, _dryRun, _simulate, _check, _validate, _cleanup, _json];
        foreach (var option in others)
            command.Options.Add(option);
    }

    public bool IsJson(ParseResult parse) => parse.GetValue(_json);

    public bool TryRead(ParseResult parse, out InitRequest request, out ImmutableArray<string> errors)
    {
        var values = new InitValues(parse, _settings, _aliases);
        values.TryRead(out var config, out errors);
        if (!ChoiceText.TryParse<RedirectBackend>(parse.GetValue(_backend) ?? "netlink", out var backend, out var error))
            errors = errors.Add($"--backend: {error}");
        if (ActionsOf(parse).Length > 1)
            errors = errors.Add("--dry-run, --check, --validate and --cleanup exclude each other: give one");
        request = new InitRequest(
            ActionsOf(parse).FirstOrDefault(InitAction.Apply), config, OptionsOf(parse, backend), values.Notes, IsJson(parse));
        return errors.IsEmpty;
    }

    private RedirectOptions OptionsOf(ParseResult parse, RedirectBackend backend) => new(
        backend, parse.GetValue(_netns), parse.GetValue(_replace), parse.GetValue(_bestEffort), SelfTest: !parse.GetValue(_noSelfTest));

    private InitAction[] ActionsOf(ParseResult parse)
    {
        (bool IsAsked, InitAction Action)[] actions =
        [
            (parse.GetValue(_dryRun) || parse.GetValue(_simulate), InitAction.DryRun),
            (parse.GetValue(_check), InitAction.Check),
            (parse.GetValue(_validate), InitAction.Validate),
            (parse.GetValue(_cleanup), InitAction.Cleanup),
        ];
        return [.. actions.Where(a => a.IsAsked).Select(a => a.Action)];
    }

    /// <summary>A truth value may be left out, and is true then. The letters are those of another mesh's init container.</summary>
    private static Option<string?> Setting(RedirectKey key) => new("--" + key.Name, Letters(key))
    {
        Description = key.Help,
        HelpName = "VALUE",
        Arity = key.IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };

    private static string[] Letters(RedirectKey key) => key == RedirectKey.ProxyUid ? ["-u"] : key == RedirectKey.ProxyGid ? ["-g"] : [];

    private static Option<string?> Value(string name, string description) => new(name) { Description = description, HelpName = "VALUE" };

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description };
}
