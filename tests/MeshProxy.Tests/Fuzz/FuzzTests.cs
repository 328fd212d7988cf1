using MeshProxy.Tests.Fuzz.Targets;
using Xunit.Abstractions;

namespace MeshProxy.Tests.Fuzz;

/// <summary>
/// Seeded mutations against every parser that reads what others wrote: none throws, hangs or contradicts itself. Bounded here, and others
/// each time; 'make fuzz' goes on for as long as it is told to, with one target where TEST_FUZZ_TARGET names it.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly FuzzTarget[] All =
    [
        new Http1Target(), new Http2Target(), new HpackTarget(), new ClientHelloTarget(),
        new NetlinkTarget(), new NetlinkRepliesTarget(), new RedirectJsonTarget(), new ConfigTarget(), new EgressManifestTarget(),
        new CniConfigTarget(), new PluginListTarget(), new AnnotationTarget(), new ManifestTarget(),
    ];

    /// <summary>One that does not exist is a case too, which fails: running nothing would pass.</summary>
    public static TheoryData<string> Names =>
        Environment.GetEnvironmentVariable("TEST_FUZZ_TARGET") is { Length: > 0 } one ? [one] : [.. All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Names))]
    public void No_input_makes_a_parser_fail(string name)
    {
        var target = All.SingleOrDefault(target => target.Name == name)
            ?? throw new ArgumentException($"no target is called {name}; there are {string.Join(", ", All.Select(target => target.Name))}");
        var budget = FuzzBudget.FromEnvironment(Random.Shared.Next());
        output.WriteLine($"SEED={budget.Seed}");
        new FuzzRun(target, budget).Run();
    }
}
