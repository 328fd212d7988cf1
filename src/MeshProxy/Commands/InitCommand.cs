using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>Redirect rules and conntrack timeouts for a network namespace, then a self-test.</summary>
internal sealed class InitCommand : MeshCommand
{
    private readonly InitOptions _options = new();

    public InitCommand()
        : base("init", "Redirect this network namespace's connections through the proxy, and prove it.") => _options.AddTo(this);

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy init", "redirect this pod, with conntrack remembering half-closed connections for 1 h"),
        new("meshproxy init --skip-outbound-ports 25,3306 --skip-inbound-ports 22", "let these ports bypass the proxy"),
        new("meshproxy init --dry-run | nft -c -f -", "see the rules, and let nft(8) judge them"),
        new("meshproxy init --check", "compare what is in force with what is asked for"),
        new("meshproxy init --netns /run/netns/pod --replace", "work in another namespace, removing another mesh's rules"),
    ];

    /// <summary>Synchronous, and on the calling thread: a network namespace belongs to a thread.</summary>
    protected override Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled) => Task.FromResult(Run(line));

    private ExitCode Run(ParseResult line)
    {
        var report = new InitReport("meshproxy init", line.InvocationConfiguration, _options.IsJson(line));
        if (!_options.TryRead(line, out var request, out var errors))
            return report.BadValues(errors);
        report.Notes(request.Notes);
        if (request.Action == InitAction.DryRun)
        {
            line.InvocationConfiguration.Output.Write(Redirect.Text(request.Config));
            return ExitCode.Ok;
        }
        return report.Outcome(request.Action switch
        {
            InitAction.Check => Redirect.Check(request.Config, request.Options),
            InitAction.Validate => Redirect.Prove(request.Config),
            InitAction.Cleanup => Redirect.Cleanup(request.Options),
            _ => Redirect.Apply(request.Config, request.Options),
        });
    }
}
