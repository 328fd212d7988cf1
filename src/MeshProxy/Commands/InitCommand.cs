using System.CommandLine;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary><c>meshproxy init</c>: redirect rules and conntrack timeouts for a network namespace, then a self-test.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var options = new InitOptions();
        var command = new Command("init", "Redirect this network namespace's connections through the proxy, and prove it");
        options.AddTo(command);
        command.SetAction(parse => Run(options, parse));
        return command;
    }

    private static int Run(InitOptions options, ParseResult parse)
    {
        if (!options.TryRead(parse, out var request, out var errors))
        {
            foreach (var error in errors)
                Console.Error.WriteLine($"meshproxy init: {error}");
            return InitExit.BadValue;
        }
        return request.Action switch
        {
            InitAction.DryRun => Print(request.Config),
            InitAction.Check => Report(Redirect.Check(request.Config, request.Options)),
            InitAction.Cleanup => Report(Redirect.Cleanup(request.Options)),
            _ => Report(Redirect.Apply(request.Config, request.Options)),
        };
    }

    private static int Print(RedirectConfig config)
    {
        Console.Out.Write(Redirect.Text(config));
        return InitExit.Ok;
    }

    private static int Report(RedirectOutcome outcome)
    {
        foreach (var warning in outcome.Warnings)
            Console.Error.WriteLine($"meshproxy init: warning: {warning}");
        if (outcome.Failure is { } failure)
        {
            Console.Error.WriteLine($"meshproxy init: {failure}");
            return InitExit.Of(failure.Kind);
        }
        foreach (var d in outcome.Differences) Console.WriteLine(d);
        foreach (var p in outcome.Probes) Console.WriteLine(p);
        foreach (var p in outcome.Timeouts) Console.WriteLine(p);
        Console.Out.WriteLine($"meshproxy init: {outcome.State} {outcome.Hash}");
        return InitExit.Ok;
    }
}
