using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Injection;
using YamlDotNet.Core;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Reads an edited text again, before anybody gets it: it has to hold what was meant, and all else as it was.</summary>
internal static class ManifestProof
{
    /// <param name="intended">The pod template of each resource as it is to be; null where it stays.</param>
    /// <returns>Null where all is as it should be, else what is not.</returns>
    public static string? Flaw(ImmutableArray<Workload> before, IReadOnlyList<JsonObject?> intended, string after)
    {
        try
        {
            var now = YamlPieces.Parse(after).SelectMany(Workload.In).ToList();
            if (now.Count != before.Length)
                return "the change would make other documents of these; nothing was done";
            return before.Select((resource, index) => Flaw(resource, intended[index], now[index])).FirstOrDefault(flaw => flaw is not null);
        }
        catch (YamlException e)
        {
            var cause = e.InnerException?.Message ?? e.Message;
            return $"the change would leave no YAML ({cause}); write its annotations and lists in block style";
        }
    }

    private static string? Flaw(Workload before, JsonObject? intended, Workload now)
    {
        // Every template is compared, those that stay too: an alias elsewhere changes with what it stands for.
        var place = JsonDifference.Find(before.JsonWithoutTemplate(), now.JsonWithoutTemplate())
            ?? JsonDifference.Find(Plain(intended ?? before.TemplateJson()), Plain(now.TemplateJson()));
        return place is null ? null
            : $"the change would also change {place} of {before}; write that another way, or end the file with a line break";
    }

    private static JsonObject? Plain(JsonObject? template) => template is null ? null : InjectedParts.WithoutEmpty(template);
}
