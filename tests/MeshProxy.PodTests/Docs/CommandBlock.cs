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
    public static IEnumerable<CommandBlock> All() => Directory.GetFiles(Repository.PathOf("docs"), "*.md")
        .Append(Repository.PathOf("README.md"))
        .Order(StringComparer.Ordinal)
        .SelectMany(In);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}:{Line}");

    private static IEnumerable<CommandBlock> In(string path)
    {
        var text = File.ReadAllText(path);
        var page = Path.GetRelativePath(Repository.Root, path);
        return Fence().Matches(text)
            .Where(fence => fence.Groups["tag"].Value.StartsWith("sh", StringComparison.Ordinal))
            .Select(fence => new CommandBlock(
                page, text[..fence.Index].Count(c => c == '\n') + 1, fence.Groups["tag"].Value, fence.Groups["text"].Value));
    }

    [GeneratedRegex(@"^```(?<tag>[^\n]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
