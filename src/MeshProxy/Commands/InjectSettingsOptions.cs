using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Injection;
using MeshProxy.Lifecycle;

namespace MeshProxy.Commands;

/// <summary>The options of whoever injects: by hand, as webhook, or to check.</summary>
internal sealed class InjectSettingsOptions
{
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting for pods that have no annotation for it, by the annotation's name: proxy-image=registry/meshproxy:1",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _cni = new("--cni")
    {
        Description = "A CNI plugin puts the rules in force: no init container with NET_ADMIN",
    };

    private readonly Option<bool> _lenient = new("--lenient")
    {
        Description = "A bad value is a warning, and the default is in force, instead of refusing the pod",
    };

    private readonly Option<string?> _kubernetes = new("--kubernetes")
    {
        Description = "The cluster's version, such as 1.28; from 1.29 on, sidecars are native (default)",
        HelpName = "VERSION",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _set, _cni, _lenient, _kubernetes })
            command.Options.Add(option);
    }

    public bool IsVersionGiven(ParseResult line) => line.GetValue(_kubernetes) is not null;

    /// <param name="injector">For the status annotation.</param>
    public bool TryRead(ParseResult line, string injector, out InjectionSettings settings, out ImmutableArray<string> errors)
    {
        settings = new InjectionSettings(BuildVersion.Version, injector)
        {
            Cni = line.GetValue(_cni),
            IsLenient = line.GetValue(_lenient),
        }.WithDefaults(line.GetValue(_set) ?? [], out errors);
        errors = [.. errors.Select(error => $"--set: {error}")];
        if (line.GetValue(_kubernetes) is { } text)
        {
            if (ClusterVersion.TryParse(text, out var version))
                settings = settings with { SupportsNative = version.HasNativeSidecars };
            else
                errors = errors.Add($"--kubernetes: '{text}' is not a version such as 1.29");
        }
        return errors.IsEmpty;
    }
}
