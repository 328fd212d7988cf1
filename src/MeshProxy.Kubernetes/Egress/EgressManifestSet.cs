using System.Collections.Immutable;
using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>What a file or folder of manifests holds. With any error the networks are incomplete and not meant to be used.</summary>
/// <param name="Errors">One line each: file, line, column, path of the field, what is wrong and what is allowed.</param>
/// <param name="Skipped">Documents that are about something else, by file, line, kind and name.</param>
public sealed record EgressManifestSet(
    ImmutableArray<EgressNetwork> Networks,
    ImmutableArray<string> Errors,
    ImmutableArray<string> Skipped);
