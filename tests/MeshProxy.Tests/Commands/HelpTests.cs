using System.Text.RegularExpressions;

namespace MeshProxy.Tests.Commands;

/// <summary>The help of every command there is, found as a person finds them: each help names the commands below it.</summary>
public sealed partial class HelpTests
{
    private static readonly Lazy<Task<Dictionary<string, string>>> Helps = new(() => AllAsync(""));

    [Fact]
    public async Task Every_command_has_help_with_examples_of_itself()
    {
        var helps = await Helps.Value;
        Assert.Superset(
            new HashSet<string>
            {
                "run", "init", "cni install", "inject", "uninject", "webhook", "check pod", "await", "drain", "shutdown",
                "demo", "completion",
            },
            helps.Keys.ToHashSet());
        foreach (var (command, help) in helps.Where(help => help.Key.Length > 0))
        {
            var examples = Sections(help).GetValueOrDefault("Examples", []);
            var isShown = examples.Any(line => line.Contains($"meshproxy {command}", StringComparison.Ordinal));
            Assert.True(isShown, $"no example of {command}:\n{help}");
            Assert.All(examples, line => Assert.True(ExampleLine().IsMatch(line), $"{command}: no purpose is said: {line}"));
        }
    }

    [Fact]
    public async Task Every_option_is_described_and_nothing_is_coloured()
    {
        foreach (var (command, help) in await Helps.Value)
        {
            Assert.DoesNotContain('\e', help);
            foreach (var line in Sections(help)["Options"])
                Assert.True(DescribedLine().IsMatch(line), $"{command}: {line}");
        }
    }

    [Fact]
    public async Task Options_of_examples_exist()
    {
        var helps = await Helps.Value;
        foreach (var (command, help) in helps)
        {
            foreach (var line in Sections(help)["Examples"].Where(line => line.Contains($"meshproxy {command} ", StringComparison.Ordinal)))
            {
                var own = line.Split($"meshproxy {command} ", 2)[1].Split("  ")[0].Split(" | ")[0].Split(" -- ")[0];
                // An example of a group may be one of a command in it.
                var below = helps.Where(other => other.Key.StartsWith(command, StringComparison.Ordinal)).Select(other => other.Value);
                var known = string.Concat(below)
                    .Replace(", ", "  ", StringComparison.Ordinal);
                Assert.All(OptionName().Matches(own), option => Assert.Contains($"  {option.Value} ", known));
            }
        }
    }

    private static async Task<Dictionary<string, string>> AllAsync(string command)
    {
        var (code, help, errors) = await BuiltExecutable.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.True(code == 0 && errors.Length == 0, $"meshproxy {command} --help ended with {code}: {errors}");
        var found = new Dictionary<string, string> { [command] = help };
        var below = Sections(help).GetValueOrDefault("Commands", []).Select(line => line.TrimStart().Split(' ')[0]);
        foreach (var part in await Task.WhenAll(below.Select(name => AllAsync($"{command} {name}".TrimStart()))))
        {
            foreach (var (path, text) in part)
                found.Add(path, text);
        }
        return found;
    }

    private static Dictionary<string, string[]> Sections(string help) => SectionHead().Split(help).Skip(1).Chunk(2).ToDictionary(
        part => part[0], part => part[1].Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^(\w+):\n", RegexOptions.Multiline)]
    private static partial Regex SectionHead();

    [GeneratedRegex(@"^  \S.*?  +\S")]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"^  -\S.*?  +\S")]
    private static partial Regex DescribedLine();

    [GeneratedRegex(@"(?<=^| )--[a-z-]+")]
    private static partial Regex OptionName();
}
