using System.Globalization;
using System.Text.RegularExpressions;
using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Docs;

/// <summary>A fenced block of shell commands in a page.</summary>
/// <param name="Tag">
/// What follows the fence: <c>sh</c> is run by a test, <c>sh elsewhere</c> takes a cluster, a registry or a long time.
/// </param>
internal sealed partial record CommandBlock(string Page, int Line, string Tag, string Commands)
{
    public bool IsRun => Tag == "sh";

    /// <summary>Of the readme and of every page under docs.</summary>
    public static IEnumerable<CommandBlock> All() => Pages().SelectMany(In);

    /// <summary>Places where a page shows something to type, but not in a block that says what it is.</summary>
    public static IEnumerable<string> Untagged() => Pages().SelectMany(path => Untagged(path, File.ReadAllText(path)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}:{Line}");

    private static IEnumerable<string> Pages() => Directory.GetFiles(Repository.PathOf("docs"), "*.md")
        .Append(Repository.PathOf("README.md"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<CommandBlock> In(string path)
    {
        var text = File.ReadAllText(path);
        return Fence().Matches(text)
            .Where(fence => fence.Groups["tag"].Value.StartsWith("sh", StringComparison.Ordinal))
            .Select(fence => new CommandBlock(Name(path), LineOf(text, fence), fence.Groups["tag"].Value, fence.Groups["text"].Value));
    }

    private static IEnumerable<string> Untagged(string path, string text) => Fence().Matches(text)
        .Where(fence => fence.Groups["tag"].Length == 0 && Command().IsMatch(fence.Groups["text"].Value))
        .Concat(Indented().Matches(Fence().Replace(text, fence => new string('\n', fence.Value.Count(c => c == '\n')))))
        .Select(match => string.Create(CultureInfo.InvariantCulture, $"{Name(path)}:{LineOf(text, match)}"));

    private static string Name(string path) => Path.GetRelativePath(Repository.Root, path);

    private static int LineOf(string text, Match match) => text[..Math.Min(match.Index, text.Length)].Count(c => c == '\n') + 1;

    [GeneratedRegex(@"^```(?<tag>[^\n]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    private const string Programs = "(sudo|kubectl|helm|make|curl|dotnet|docker|buildah|(out/|build/|bench/)?meshproxy)";

    [GeneratedRegex($@"^{Programs} ", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex($@"^ {{4,}}{Programs} ", RegexOptions.Multiline)]
    private static partial Regex Indented();
}
