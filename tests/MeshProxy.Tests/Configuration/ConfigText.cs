using System.Text;
using MeshProxy.Configuration;

namespace MeshProxy.Tests.Configuration;

/// <summary>Loads a configuration from a text and variables, as the file would be.</summary>
internal static class ConfigText
{
    public const string Path = "proxy.config.json";

    public static ConfigResult Load(string? json, params (string Name, string Value)[] environment) =>
        new ConfigLoader(environment.ToDictionary(v => v.Name, v => v.Value), canBind: _ => true)
            .Load(Path, json is null ? null : Encoding.UTF8.GetBytes(json));

    public static LoadedConfig Valid(string? json, params (string Name, string Value)[] environment)
    {
        var result = Load(json, environment);
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Config;
    }

    public static string[] Errors(string? json, params (string Name, string Value)[] environment)
    {
        var result = Load(json, environment);
        Assert.False(result.IsValid, "the configuration was taken for valid");
        return [.. result.Errors.Select(error => error.ToString())];
    }
}
