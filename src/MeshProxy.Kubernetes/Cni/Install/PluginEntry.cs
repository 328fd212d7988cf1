using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Our entry in a list.</summary>
internal static class PluginEntry
{
    public static JsonObject Of(InstallSettings settings)
    {
        var entry = new JsonObject
        {
            ["type"] = settings.PluginName,
            ["capabilities"] = new JsonObject { [CniConfig.AnnotationsCapability] = true },
        };
        if (settings.LogFile is { } file)
            entry["logFile"] = file;
        if (settings.Api is { } api)
            entry[ApiFallback.Key] = api.Entry();
        return entry;
    }
}
