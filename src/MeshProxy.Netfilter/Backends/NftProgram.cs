using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Backends;

/// <summary>The rules through <c>nft -f -</c>, which makes one transaction of them.</summary>
internal static class NftProgram
{
    public static void Apply(RuleSet rules) => Run(NftText.Of(rules));

    public static void Remove(string table) => Run($"add table inet {table}\ndelete table inet {table}\n");

    private static void Run(string text)
    {
        var answer = HostProgram.Run("nft", ["-f", "-"], text);
        if (answer.ExitCode != 0)
            throw new NetfilterException(
                FailureKind.OperatingSystem, $"nft -f - ended with {answer.ExitCode}: {answer.Error.ReplaceLineEndings(" ").Trim()}");
    }
}
