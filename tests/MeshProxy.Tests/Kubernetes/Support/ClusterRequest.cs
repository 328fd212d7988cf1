using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Kubernetes.Support;

/// <summary>What a client asks of the API, as RBAC sees it.</summary>
internal sealed record ClusterRequest(string Verb, string Path, string Group, string Resource, string? Namespace, string? Name)
{
    public string Labels { get; init; } = "";

    public static ClusterRequest Of(HttpRequest request)
    {
        var plain = Of("", request.Path);
        var only = request.Query["fieldSelector"].ToString();
        // A selection of one name counts as that name.
        var name = plain.Name ?? (only.StartsWith("metadata.name=", StringComparison.Ordinal) ? only["metadata.name=".Length..] : null);
        var verb = request.Method switch
        {
            "GET" when request.Query.ContainsKey("watch") => "watch",
            "GET" => plain.Name is null && plain.Resource.Length > 0 ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            var other => other.ToLowerInvariant(),
        };
        return plain with { Verb = verb, Name = name, Labels = request.Query["labelSelector"].ToString() };
    }

    public static ClusterRequest Of(string verb, string path)
    {
        var parts = path.Trim('/').Split('/');
        if (parts[0] is not ("api" or "apis"))
            return new ClusterRequest(verb, path, "", "", null, null);
        var (group, rest) = parts[0] == "api" ? ("", parts[2..]) : (parts[1], parts[3..]);
        var space = rest.Length > 2 && rest[0] == "namespaces" ? rest[1] : null;
        if (space is not null)
            rest = rest[2..];
        return new ClusterRequest(verb, path, group, rest[0], space, rest.Length > 1 ? rest[1] : null);
    }

    /// <summary>Whether a list or watch has an object.</summary>
    public bool Selects(ClusterRequest other, JsonObject content)
    {
        var labels = ApiObject.Labels(content);
        return other.Group == Group && other.Resource == Resource && (Namespace is null || Namespace == other.Namespace)
            && (Name is null || Name == ApiObject.Text(content, "metadata", "name"))
            && Labels.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .All(term => labels.GetValueOrDefault(term.Split('=')[0]) == term.Split('=')[^1]);
    }

    public override string ToString() => $"{Verb} {Group}/{Resource} {Name} in {Namespace ?? "the cluster"}";
}
