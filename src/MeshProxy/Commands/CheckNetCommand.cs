using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>
/// Whether a network namespace is redirected and the rules are still what they were, and how often each has applied. To compare with given
/// options, there is <c>meshproxy init --check</c>.
/// </summary>
internal sealed class CheckNetCommand : CheckSubcommand
{
    private readonly Option<string?> _netns = new("--netns")
    {
        Description = "The network namespace to look at, such as /run/netns/NAME (default: this one)",
        HelpName = "PATH",
    };

    public CheckNetCommand()
        : base("net", "Say whether this network namespace is redirected through the proxy. Takes NET_ADMIN.")
    {
        Add(_netns);
    }

    public override ImmutableArray<Example> Examples => [new(
        "meshproxy check net --netns /run/netns/pod", "look at the redirect of another namespace")];

    public override Task<ExitCode> CheckAsync(ParseResult line, CancellationToken cancelled) =>
        Task.FromResult(new InitReport("meshproxy check net", line.InvocationConfiguration, line.GetValue(CheckCommand.Json))
            .Outcome(Redirect.Inspect(new RedirectOptions(NetworkNamespace: line.GetValue(_netns)))));
}
