using MeshProxy.Tests.Fuzz.Targets;

namespace MeshProxy.Tests.Fuzz;

/// <summary>
/// Seeded mutations against every parser that reads what others wrote: none throws, hangs or contradicts itself. Bounded here; 'make fuzz'
/// goes on for as long as it is told to.
/// </summary>
public sealed class FuzzTests
{
    private static readonly FuzzTarget[] All =
    [
        new Http1Target(), new Http2Target(), new HpackTarget(), new ClientHelloTarget(),
        new NetlinkTarget(), new RedirectJsonTarget(), new ConfigTarget(), new EgressManifestTarget(),
        new CniConfigTarget(), new PluginListTarget(), new AnnotationTarget(), new ManifestTarget(),
    ];

    public static TheoryData<string> Names => [.. All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Names))]
    public void No_input_makes_a_parser_fail(string name)
    {
        var target = All.Single(target => target.Name == name);
        var budget = FuzzBudget.FromEnvironment();
        var random = new Random(budget.Seed);
        for (var round = 0; budget.Allows(round); round++)
        {
            var input = Mutation.Of(target.Samples, target.Telling, random);
            var splits = random.Next();
            try
            {
                target.Read(input, new Random(splits));
            }
            catch (Exception broken)
            {
                Assert.Fail($"{name}, seed {budget.Seed}, input {round}: {Convert.ToHexString(input)}\n{broken}");
            }
        }
    }
}
