using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration;

/// <summary>
/// File, environment and manifests to settings. It can be asked again and again: the environment is the one it was given, the file is the
/// caller's, and the manifests are read where the values say.
/// </summary>
internal sealed class ConfigLoader(IReadOnlyDictionary<string, string> environment, Func<SocketEndpoint, bool>? canBind = null)
{
    private readonly SettingsBuilder _builder = new(canBind ?? Ipv6Probe.CanBind);

    /// <summary>The environment of this process.</summary>
    public static ConfigLoader ForProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        return new ConfigLoader(environment);
    }

    public ConfigResult Load(ConfigFile file)
    {
        var errors = new ConfigErrors();
        var content = file.Read(errors);
        return Load(file.Path, content, errors);
    }

    /// <param name="content">Null where there is no file, which leaves the environment and the defaults.</param>
    public ConfigResult Load(string path, byte[]? content, ConfigErrors? errors = null)
    {
        errors ??= new ConfigErrors();
        var section = content is null ? null : ConfigFileReader.Read(path, content, errors);
        var variables = ConfigEnvironmentReader.Read(environment, SidecarKeys.Table, errors);
        var resolver = new ConfigResolver(SidecarKeys.Table, errors);
        var values = resolver.Resolve(section, variables);
        SettingsRules.Check(values, resolver.Refused, errors);
        var manifests = ConfigManifests.Load(values, resolver.Refused, errors);
        return errors.Count > 0
            ? ConfigResult.Invalid(errors, manifests.Version)
            : ConfigResult.Valid(Build(values, manifests));
    }

    /// <summary>
    /// The configuration that a running sidecar takes over: with the running values of the keys that only a restart changes.
    /// </summary>
    public LoadedConfig Merge(LoadedConfig running, LoadedConfig next) => Build(next.Values.WithFixedFrom(running.Values), next.Manifests);

    private LoadedConfig Build(ConfigValues values, ConfigManifests manifests) =>
        new(values, manifests, _builder.Build(values, manifests.Networks));
}
