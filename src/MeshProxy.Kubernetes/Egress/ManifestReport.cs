using System.Collections.Immutable;
using YamlDotNet.Core;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>Gathers what is wrong with the manifests of one file, and what in it is not about egress.</summary>
internal sealed class ManifestReport(string file)
{
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _skipped = ImmutableArray.CreateBuilder<string>();

    public ImmutableArray<string> Errors => _errors.ToImmutable();

    public ImmutableArray<string> Skipped => _skipped.ToImmutable();

    public void Error(Mark at, string message) => _errors.Add($"{file}:{at.Line}:{at.Column}: {message}");

    public void Skip(Mark at, string what) => _skipped.Add($"{file}:{at.Line}: {what}");
}
